// One connection to a database file, and its statements, with the errors of docs/errors.md. One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "tenon/result.h"
#include "tenon/task_context.h"

struct sqlite3;
struct sqlite3_stmt;

namespace tenon::sqlite {

struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const;
};
using StatementPtr = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

enum class Access { kRead, kWrite, kMake };

class Database {
 public:
  // `wait_ms`: how long a lock of somebody else is waited for. kMake: the file is made when it is missing. TN2003: it
  // is not there; TN2300 to TN2307.
  static Result<std::unique_ptr<Database>> Open(const std::string& path, Access access,
                                                int64_t wait_ms);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  sqlite3* handle() const { return handle_; }
  const std::string& path() const { return path_; }

  // Statements of ours, one or several, without parameters.
  Status Execute(const std::string& sql);
  Result<StatementPtr> Prepare(const std::string& sql);
  // True: a row is there.
  Result<bool> Step(sqlite3_stmt* statement);
  // The error for a result code.
  Status Error(int code) const;
  int64_t wait_ms() const { return wait_ms_; }
  // For Interrupter: errors while the task is cancelled are kCancelled. Borrowed; null: nobody.
  void Watch(const TaskContext* context) { watched_ = context; }

 private:
  Database(std::string path, sqlite3* handle, int64_t wait_ms)
      : path_(std::move(path)), handle_(handle), wait_ms_(wait_ms) {}

  const std::string path_;
  sqlite3* const handle_;
  const int64_t wait_ms_;
  const TaskContext* watched_ = nullptr;
};

// Ends soon what a connection does, or waits for, when the task is cancelled: for as long as it lives.
class Interrupter {
 public:
  // Borrows the database.
  Interrupter(Database& database, const TaskContext& context);
  ~Interrupter();
  Interrupter(const Interrupter&) = delete;
  Interrupter& operator=(const Interrupter&) = delete;

 private:
  Database& database_;
  const TaskContext context_;
  int64_t waited_ms_ = 0;

  int Wait(int times);
};

// "name", doubled quotes inside.
std::string Quoted(std::string_view name);
std::string ColumnText(sqlite3_stmt* statement, int column);

}  // namespace tenon::sqlite
