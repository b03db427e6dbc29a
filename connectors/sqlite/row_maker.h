// The rows of a statement as a batch. A value is taken only where its column's type holds it as it is; else the row
// is a bad one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tenon/batch_builder.h"
#include "tenon/schema.h"

struct sqlite3_stmt;

namespace tenon::sqlite {

class RowMaker {
 public:
  explicit RowMaker(const Schema& schema);

  // Adds the statement's row, whose columns from `first` on are those of the schema. False: what was added is no row,
  // as column `*column` of the schema does not hold its value; the caller takes it out of the batch.
  bool Add(sqlite3_stmt* row, int first, BatchBuilder& rows, int* column) const;

  // "column=price type=decimal(10,2) value=text: 'a lot'"
  std::string Problem(sqlite3_stmt* row, int first, int column) const;

 private:
  std::vector<Field> fields_;
};

}  // namespace tenon::sqlite
