// Rows that SQLite hands over in its own loop, as the arguments of a function: without four calls for each value.
#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "connectors/sqlite/database.h"

struct sqlite3_value;

namespace tenon::sqlite {

// The values of a row; valid during the call.
using RowValues = std::span<sqlite3_value* const>;

class RowFunction {
 public:
  // Known to the connection from here on as `kName`, until the next one takes its place: it must outlive statements
  // that name it. None: the connection's functions do not take so many values.
  static Result<std::unique_ptr<RowFunction>> Make(Database& database, size_t values);

  static constexpr const char* kName = "tenon_take_row";

  // Whom each row goes to.
  void set_taker(std::function<void(RowValues)> taker) { taker_ = std::move(taker); }
  // After each step: goes on with what the taker threw.
  void Rethrow() const {
    if (failed_) std::rethrow_exception(failed_);
  }

 private:
  RowFunction() = default;

  std::function<void(RowValues)> taker_;
  std::exception_ptr failed_;

  friend struct RowFunctionCall;
};

}  // namespace tenon::sqlite
