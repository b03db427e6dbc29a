// A thin owner of one SQLite connection and its prepared statements, with the room's errors. One
// thread at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "tenon/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace tenon::runstate {

class SqliteConnection;

// One prepared statement. Bind in order, then Step until it says false, or Run; after either it can
// be bound anew.
class SqliteStatement {
 public:
  SqliteStatement& Text(std::string_view value);
  SqliteStatement& Blob(std::string_view value);
  SqliteStatement& Int(int64_t value);
  SqliteStatement& Null();

  // True: a row is there. False: the end; the statement is ready for the next use.
  Result<bool> Step();
  // For statements without rows: the number of rows changed.
  Result<int> Run();

  std::string ColumnText(int column) const;  // Of TEXT and BLOB; empty for NULL.
  int64_t ColumnInt(int column) const;
  bool ColumnIsNull(int column) const;

 private:
  friend class SqliteConnection;
  SqliteStatement(SqliteConnection* connection, sqlite3_stmt* statement)
      : connection_(connection), statement_(statement) {}
  Status Fail(int code);

  SqliteConnection* connection_;
  sqlite3_stmt* statement_;  // Owned by the connection.
  int bound_ = 0;
};

class SqliteConnection {
 public:
  // Opens or makes the file. Errors: TN6008 to TN6010, TN6016, by file.
  static Result<std::unique_ptr<SqliteConnection>> Open(const std::filesystem::path& file,
                                                        int busy_timeout_ms);
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;
  ~SqliteConnection();

  // One or several statements without parameters.
  Status Execute(const char* sql);
  // The statement for `sql`, prepared once; `sql` must be a literal, its address is the key.
  // Borrowed.
  Result<SqliteStatement> Prepare(const char* sql);

  const std::filesystem::path& file() const { return file_; }
  bool read_only() const;
  // The room's error for a result code of SQLite.
  Status Error(int code) const;
  // Keep the WAL when the last connection closes, and do not copy it into the file then: both cost
  // durable writes.
  Status KeepLogOnClose();

 private:
  struct Prepared;
  SqliteConnection(std::filesystem::path file, sqlite3* database);

  std::filesystem::path file_;
  sqlite3* database_;
  std::unique_ptr<Prepared> prepared_;
};

}  // namespace tenon::runstate
