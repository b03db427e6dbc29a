// Rows as JSON text, one object a row.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "columnar/column.h"
#include "columnar/text_buffer.h"
#include "tenon/record_batch.h"

namespace tenon::columnar {

struct JsonStyle {
  bool blanks = false;  // {"a": 1, "b": "x"} as show() prints it; else {"a":1,"b":"x"}.
  bool omit_nulls =
      false;  // Absent and null are one thing: rows of self-describing frames leave both out.
};

struct JsonCell;

// The text of the rows of one batch. Dates, times and timestamps are text as a cast gives it; binary is base64; NaN
// and infinities, which JSON lacks, are text. Array elements and map values that are null stay null. Borrows the
// batch. Any thread.
class JsonText {
 public:
  // REQUIRES: batch.layout() == nullptr.
  JsonText(const RecordBatch& batch, JsonStyle style);
  ~JsonText();

  // Appends row `row` to `*out`, without a line end.
  void AppendRow(int64_t row, std::string* out) const;
  // Appends rows from `row` on, each with a newline, until there are no more or `*out` has `enough` bytes. The first
  // row that is left.
  int64_t AppendLines(int64_t row, size_t enough, TextBuffer* out) const;

 private:
  const int64_t rows_;
  const JsonStyle style_;
  std::unique_ptr<const JsonCell> root_;
};

// One value of a column, as it stands inside such a row.
void AppendJson(const Column& column, int64_t row, JsonStyle style, std::string* out);

}  // namespace tenon::columnar
