// Rows of SQLite as batches. A value is taken only where its column's type holds it as it is; else the row
// is a bad one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "connectors/sqlite/row_function.h"
#include "door/plain_column.h"
#include "tenon/record_batch.h"
#include "tenon/schema.h"
#include "tenon/task_context.h"

namespace tenon::sqlite {

class RowMaker {
 public:
  // `utf8`: the encoding of the database.
  RowMaker(SchemaPtr schema, bool utf8);

  // Adds a row of the schema's columns. False: it is no row, as column `*column` does not hold its value; nothing was
  // added.
  bool Add(RowValues values, int* column);
  // The rows since the last batch reach the limits.
  bool full(BatchLimits limits) const {
    return rows_ >= limits.max_rows || rows_ * row_bytes_ + text_bytes_ >= limits.max_bytes;
  }
  Result<RecordBatch> Finish();

  // "column=price type=decimal(10,2) value=text: 'a lot'"
  std::string Problem(RowValues values, int column) const;

 private:
  struct Filled {
    TypeId type;
    internal::PlainColumn to;
  };

  const SchemaPtr schema_;
  const bool utf8_;
  std::vector<Filled> columns_;
  int64_t rows_ = 0, reserved_ = 0;
  int64_t row_bytes_ = 0;   // Of a row without its text.
  int64_t text_bytes_ = 0;  // Of all rows.
};

}  // namespace tenon::sqlite
