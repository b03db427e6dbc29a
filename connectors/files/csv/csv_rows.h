// Rows as CSV text. Some hundred rows at a time, each column's values are rendered one after the other, then the
// columns are put side by side: no type is asked for a value. One thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "columnar/column.h"
#include "columnar/text_buffer.h"
#include "connectors/files/csv/csv_cells.h"
#include "connectors/files/csv/csv_dialect.h"
#include "tenon/schema.h"

namespace tenon::files {

class CsvRows {
 public:
  explicit CsvRows(const CsvWriteOptions& options)
      : options_(options), quoting_(options.separator, options.quote) {}

  // Appends rows from `row` on, each with its newline, about as many as stay in the cache. The first row that is left.
  // kDataError: a value needs quotes and there are none; nothing more may be appended. REQUIRES: columns that CSV holds
  // (WriteFormat::CheckSchema), named as in `schema`.
  Result<int64_t> AppendSome(const std::vector<columnar::Column>& columns, const Schema& schema,
                             int64_t row, columnar::TextBuffer* out);
  // The names of the columns as a row.
  Status AppendHeader(const Schema& schema, columnar::TextBuffer* out);

 private:
  // Texts of one column: that of row i is text[ends[i - 1], ends[i]); ends[-1] may be read.
  struct Cells {
    const char* text = nullptr;
    const char* text_end = nullptr;  // What is before it may be read.
    const uint32_t* ends = nullptr;
  };
  // What a column needs again and again.
  struct Scratch {
    columnar::TextBuffer text;
    std::vector<uint32_t> ends;
    columnar::TextBuffer quoted;
    std::vector<uint32_t> quoted_ends;
  };

  Result<Cells> Render(const columnar::Column& column, const std::string& name, int64_t row,
                       int64_t rows, Scratch* scratch) const;
  Cells RenderBinary(const columnar::Column& column, int64_t row, int64_t rows,
                     Scratch* scratch) const;
  // These texts with quotes where they need them. Texts of nulls stay nothing.
  Result<Cells> Quoted(const Cells& cells, const columnar::Column& column, const std::string& name,
                       int64_t row, int64_t rows, Scratch* scratch) const;
  Status AppendText(std::string_view text, const std::string& name,
                    columnar::TextBuffer* out) const;
  void PutSideBySide(const std::vector<Cells>& cells, int64_t rows,
                     columnar::TextBuffer* out) const;

  const CsvWriteOptions options_;
  const CsvQuoting quoting_;
  std::vector<Scratch> scratch_;
};

}  // namespace tenon::files
