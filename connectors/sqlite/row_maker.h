// Rows of SQLite as a batch. A value is taken only where its column's type holds it as it is; else the row
// is a bad one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "connectors/sqlite/row_function.h"
#include "tenon/batch_builder.h"
#include "tenon/schema.h"

namespace tenon::sqlite {

class RowMaker {
 public:
  // `utf8`: the encoding of the database.
  RowMaker(const Schema& schema, bool utf8);

  // Adds a row of the schema's columns. False: what was added is no row, as column `*column` does not hold its value;
  // the caller takes it out of the batch.
  bool Add(RowValues values, BatchBuilder& rows, int* column) const;

  // "column=price type=decimal(10,2) value=text: 'a lot'"
  std::string Problem(RowValues values, int column) const;

 private:
  std::vector<Field> fields_;
  bool utf8_;
};

}  // namespace tenon::sqlite
