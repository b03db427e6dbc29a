// Records of a window as a grid: so many fields each, found by row and column without a search.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/files/csv/csv_dialect.h"
#include "connectors/files/csv/csv_windows.h"

namespace tenon::files {

// Borrows the window and the maker of the grid.
struct CsvGrid {
  const uint8_t* text = nullptr;
  // Field c of record r is text[begin(r, c), end(r, c)), quotes and all, the line end left out; when begin is behind
  // the end, the record has no such field.
  const uint32_t* ends = nullptr;  // ends[-1] may be read.
  size_t stride = 0;
  uint32_t records = 0;
  size_t columns = 0;
  int64_t offset = 0;  // Of text in the file.

  uint32_t begin(size_t record, size_t column) const {
    return ends[static_cast<ptrdiff_t>(record * stride + column) - 1] + 1;
  }
  uint32_t end(size_t record, size_t column) const { return ends[record * stride + column]; }
};

// A record that is none, in the grid's text.
struct CsvRefusal {
  size_t begin = 0;
  size_t end = 0;
  size_t at = 0;
  std::string why;
};

class CsvGridMaker {
 public:
  explicit CsvGridMaker(const CsvDialect& dialect) : dialect_(dialect) {}

  // The records that start before byte `range_end` of the file. Those that have too few fields are filled up; those
  // that have too many, broken quotes or bytes that are not UTF-8 go to `refused`. Empty lines are left out, unless
  // there is one column: then they are records. Valid until the next call.
  CsvGrid Make(const CsvWindow& window, size_t columns, int64_t range_end,
               std::vector<CsvRefusal>* refused);
  // Records [from, to) of a grid without those listed, which ascend. Valid until the next call of this one.
  CsvGrid Without(const CsvGrid& grid, uint32_t from, uint32_t to,
                  const std::vector<uint32_t>& records);

 private:
  bool IsPlain(const CsvWindow& window, size_t columns) const;
  CsvGrid MakeSlowly(const CsvWindow& window, size_t columns, int64_t range_end,
                     std::vector<CsvRefusal>* refused);

  const CsvDialect dialect_;
  std::unique_ptr<uint32_t[]> ends_;
  size_t ends_room_ = 0;
  std::unique_ptr<uint32_t[]> without_;
};

// The value of a field: quotes and escapes undone; broken quotes stay. False: null (an empty field without quotes, or
// none).
bool CsvFieldText(const CsvDialect& dialect, const CsvGrid& grid, size_t record, size_t column,
                  std::string* out);

// Undoes doubled quotes and escapes of text[0, size), whose own quotes are off when `quoted`. `to` has room for `size`
// bytes; how many were written.
size_t CsvUnescape(const CsvDialect& dialect, bool quoted, const uint8_t* text, size_t size,
                   uint8_t* to);

}  // namespace tenon::files
