// Values of batches as parameters of a statement, so that what SQLite makes of them in their column is the same value.
#pragma once

#include <cstdint>
#include <string>

#include "connectors/sqlite/column_types.h"
#include "tenon/column_view.h"

struct sqlite3_stmt;

namespace tenon::sqlite {

// One column of a batch, which must outlive it; a bound text is valid until the next Bind.
class CellBinder {
 public:
  CellBinder(ColumnView view, Affinity affinity) : view_(view), affinity_(affinity) {}

  // Null when it is bound; else why the column cannot have the value as it is. `at`: of the parameter.
  const char* Bind(sqlite3_stmt* statement, int at, int64_t row);

 private:
  const char* BindDouble(sqlite3_stmt* statement, int at, double value);
  const char* BindDecimal(sqlite3_stmt* statement, int at, int64_t row);
  bool MakesNumbers() const {
    return affinity_ == Affinity::kInteger || affinity_ == Affinity::kReal ||
           affinity_ == Affinity::kNumeric;
  }

  ColumnView view_;
  Affinity affinity_;
  std::string text_;  // Of what must be made into text.
};

}  // namespace tenon::sqlite
