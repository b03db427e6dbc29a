#include "connectors/sqlite/row_function.h"

#include <sqlite3.h>

namespace tenon::sqlite {

struct RowFunctionCall {
  // No exception may pass through SQLite's loop.
  static void Run(sqlite3_context* call, int count, sqlite3_value** values) {
    auto* const self = static_cast<RowFunction*>(sqlite3_user_data(call));
    try {
      self->taker_(RowValues(values, static_cast<size_t>(count)));
    } catch (...) {
      self->failed_ = std::current_exception();
      sqlite3_result_error(call, "the row cannot be taken", -1);
    }
  }
};

Result<std::unique_ptr<RowFunction>> RowFunction::Make(Database& database, size_t values) {
  const int most = sqlite3_limit(database.handle(), SQLITE_LIMIT_FUNCTION_ARG, -1);
  if (values > static_cast<size_t>(most)) return std::unique_ptr<RowFunction>();
  std::unique_ptr<RowFunction> made(new RowFunction);
  const int code =
      sqlite3_create_function_v2(database.handle(), kName, -1, SQLITE_UTF8 | SQLITE_DIRECTONLY,
                                 made.get(), &RowFunctionCall::Run, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return database.Error(code);
  return made;
}

}  // namespace tenon::sqlite
