// Reads CSV text from a record's start on, in windows of whole records whose fields are found.
//
// A window is about as large as the second cache likes; one record that is longer makes a longer window, up to a bound.
// One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connectors/files/csv/csv_dialect.h"
#include "connectors/files/csv/csv_split.h"
#include "object_store/store.h"

namespace tenon::files {

struct CsvSizes {
  size_t read_bytes = 1 << 20;      // At once from the store.
  size_t window_bytes = 128 << 10;  // About.
  int64_t longest_record_bytes = int64_t{512} << 20;
  CsvKernel kernel = FastestCsvKernel();
};

struct CsvWindow {
  const uint8_t* text = nullptr;   // With 64 readable bytes before and behind.
  size_t size = 0;                 // Up to the end of the last whole record.
  int64_t offset = 0;              // Of text in the file.
  const uint32_t* ends = nullptr;  // ends[0, ends_count): of each field; the last one is a newline.
  uint32_t ends_count = 0;
  uint32_t records = 0;
  bool has_high = false;
  bool has_carriage = false;
  std::vector<CsvBadRecord> bad;
};

class CsvWindows {
 public:
  // REQUIRES: a record, or the file's header, begins at `from`; 0 stands before a byte order mark. `file_bytes`:
  // INT64_MAX when only reading tells.
  CsvWindows(std::unique_ptr<object_store::RangeReader> file, std::string path, int64_t file_bytes,
             int64_t from, const CsvDialect& dialect, const CsvSizes& sizes);

  // The next records; nullopt at the file's end. Valid until the next call. kDataError: the file is shorter than it
  // was, holds a record that is too long, or UTF-16.
  Result<std::optional<CsvWindow>> Next();

  // As Next, for records that nobody wants to see before the byte `until`: the window has no fields. May give some that
  // lie behind it with their fields, as Next would.
  Result<std::optional<CsvWindow>> Skip(int64_t until);

  // Reads no more than is needed of what lies behind this byte.
  void SetEnd(int64_t end) { end_ = end; }
  // Where the text begins that was asked for: behind a byte order mark. Known after the first Next.
  int64_t text_begin() const { return text_begin_; }
  // Everything read so far lies before it.
  int64_t read_to() const { return read_at_; }
  // Text at the file's end that is no record because a quoted value in it is never closed; none before the end.
  const std::optional<CsvWindow>& unclosed() const { return unclosed_; }

 private:
  static constexpr size_t kPadding = 64;

  uint8_t* data() { return buffer_.get() + kPadding; }
  size_t ready() const { return filled_ - begin_; }
  Status Fill(size_t wanted);
  Status ReadMore();
  Status CheckByteOrderMark();
  // Finds the fields in `size` bytes; the window has no records when they hold no whole one.
  CsvWindow Split(size_t size);
  bool EndsInQuotes(size_t size);
  Status TooLong() const;

  std::unique_ptr<object_store::RangeReader> file_;
  const std::string path_;
  const int64_t file_bytes_;
  const CsvDialect dialect_;
  const CsvSizes sizes_;
  std::unique_ptr<uint8_t[]> buffer_;
  size_t capacity_ = 0;  // Of data().
  size_t begin_ = 0;     // Of what was not handed out yet, in data().
  size_t filled_ = 0;
  int64_t data_at_ = 0;  // Of data()[0] in the file.
  int64_t read_at_ = 0;  // What to read next.
  int64_t text_begin_;
  int64_t end_ = INT64_MAX;
  bool at_end_ = false;         // The file's end is in the buffer.
  bool added_newline_ = false;  // Which the file lacks.
  size_t window_bytes_;
  std::unique_ptr<uint32_t[]> ends_;
  size_t ends_room_ = 0;
  std::optional<CsvWindow> unclosed_;
};

}  // namespace tenon::files
