#include "runstate/sqlite_connection.h"

#include <sqlite3.h>

#include <unordered_map>
#include <utility>

#include "runstate/errors.h"

namespace tenon::runstate {

SqliteStatement& SqliteStatement::Text(std::string_view value) {
  // An empty view may have no address, and SQLite takes that for NULL.
  sqlite3_bind_text64(statement_, ++bound_, value.empty() ? "" : value.data(), value.size(),
                      SQLITE_TRANSIENT, SQLITE_UTF8);
  return *this;
}

SqliteStatement& SqliteStatement::Blob(std::string_view value) {
  sqlite3_bind_blob64(statement_, ++bound_, value.empty() ? "" : value.data(), value.size(),
                      SQLITE_TRANSIENT);
  return *this;
}

SqliteStatement& SqliteStatement::Int(int64_t value) {
  sqlite3_bind_int64(statement_, ++bound_, value);
  return *this;
}

SqliteStatement& SqliteStatement::Null() {
  sqlite3_bind_null(statement_, ++bound_);
  return *this;
}

Status SqliteStatement::Fail(int code) {
  Status error = connection_->Error(code);
  sqlite3_reset(statement_);
  bound_ = 0;
  return error;
}

Result<bool> SqliteStatement::Step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) return Fail(code);
  sqlite3_reset(statement_);
  bound_ = 0;
  return false;
}

Result<int> SqliteStatement::Run() {
  TENON_ASSIGN_OR_RETURN(bool row, Step());
  if (row) {
    sqlite3_reset(statement_);
    bound_ = 0;
  }
  return sqlite3_changes(sqlite3_db_handle(statement_));
}

std::string SqliteStatement::ColumnText(int column) const {
  const void* bytes = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  return size == 0 ? std::string() : std::string(static_cast<const char*>(bytes), size);
}

int64_t SqliteStatement::ColumnInt(int column) const {
  return sqlite3_column_int64(statement_, column);
}

bool SqliteStatement::ColumnIsNull(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

struct SqliteConnection::Prepared {
  std::unordered_map<const char*, sqlite3_stmt*> statements;
};

SqliteConnection::SqliteConnection(std::filesystem::path file, sqlite3* database)
    : file_(std::move(file)), database_(database), prepared_(std::make_unique<Prepared>()) {}

SqliteConnection::~SqliteConnection() {
  for (const auto& entry : prepared_->statements) sqlite3_finalize(entry.second);
  sqlite3_close(database_);
}

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::Open(const std::filesystem::path& file,
                                                                 int busy_timeout_ms) {
  sqlite3* database = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
                    SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(file.c_str(), &database, flags, nullptr);
  std::unique_ptr<SqliteConnection> connection(new SqliteConnection(file, database));
  if (code != SQLITE_OK) return connection->Error(code);
  sqlite3_busy_timeout(database, busy_timeout_ms);
  return connection;
}

Status SqliteConnection::Execute(const char* sql) {
  const int code = sqlite3_exec(database_, sql, nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? Status::Ok() : Error(code);
}

Result<SqliteStatement> SqliteConnection::Prepare(const char* sql) {
  sqlite3_stmt*& statement = prepared_->statements[sql];
  if (statement == nullptr) {
    const int code =
        sqlite3_prepare_v3(database_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) return Error(code);
  } else {
    sqlite3_reset(statement);  // A use that ended early, with an error, left it half way.
  }
  return SqliteStatement(this, statement);
}

bool SqliteConnection::read_only() const { return sqlite3_db_readonly(database_, "main") == 1; }

Status SqliteConnection::Error(int code) const {
  const char* text = database_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(database_);
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return JournalLocked(file_);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT: return JournalDamaged(file_, text);
    case SQLITE_NOMEM:
      return Status::ResourceExhausted("No memory for the journal: file=" + file_.string());
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_NOLFS:
    case SQLITE_PROTOCOL: return JournalUnusable(file_, text);
    default:
      return Status::Internal("Journal statement failed: file=" + file_.string() +
                              " error=" + text);
  }
}

Status SqliteConnection::KeepLogOnClose() {
  int keep = 1;
  sqlite3_file_control(database_, "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
  const int code = sqlite3_db_config(database_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  return code == SQLITE_OK ? Status::Ok() : Error(code);
}

}  // namespace tenon::runstate
