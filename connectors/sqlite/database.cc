#include "connectors/sqlite/database.h"

#include <sqlite3.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>
#include <utility>

#include "base/error_catalog.h"

namespace tenon::sqlite {
namespace {

constexpr int kStepsBetweenLooks = 4000;  // Of SQLite's machine: some microseconds.
constexpr int64_t kLongestPauseMs = 50;

int FlagsOf(Access access) {
  switch (access) {
    case Access::kRead: return SQLITE_OPEN_READONLY;
    case Access::kWrite: return SQLITE_OPEN_READWRITE;
    case Access::kMake: return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  }
  return 0;
}

// The file alone, where nobody can write: of a database with a log SQLite would make files beside it to read it. What
// is in a log that was not put away is read through those that are there.
bool LiesStill(const std::string& path) {
  constexpr std::streamsize kReadVersion = 19;  // In the header: 2 of a database with a log.
  struct statvfs disk {};
  if (statvfs(path.c_str(), &disk) != 0 || (disk.f_flag & ST_RDONLY) == 0) return false;
  std::array<char, kReadVersion + 1> header{};
  std::ifstream(path, std::ios::binary).read(header.data(), header.size());
  std::error_code failed;
  const auto log = std::filesystem::file_size(path + "-wal", failed);
  return header[kReadVersion] == 2 && (failed || log == 0);
}

// The path as SQLite's URI of a file that does not change.
std::string StillPlace(const std::string& path) {
  std::string place = "file:";
  for (const char c : path) {
    if (c == '%' || c == '?' || c == '#') {
      static constexpr char kDigits[] = "0123456789ABCDEF";
      place += {'%', kDigits[c >> 4], kDigits[c & 15]};
    } else {
      place += c;
    }
  }
  return place + "?immutable=1";
}

Status NotThere(const std::string& path) {
  return Status::NotFound("File is not there: path=" + path)
      .WithNumber(base::kErrFileNotFound)
      .WithHint("A database that is read must exist; name its file.");
}

}  // namespace

void FinalizeStatement::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Result<std::unique_ptr<Database>> Database::Open(const std::string& path, Access access,
                                                 int64_t wait_ms) {
  std::error_code failed;
  if (access != Access::kMake && !std::filesystem::exists(path, failed) && !failed)
    return NotThere(path);
  const bool still = access == Access::kRead && LiesStill(path);
  const std::string place =
      still ? StillPlace(std::filesystem::absolute(path, failed).string()) : path;
  const int flags = FlagsOf(access) | SQLITE_OPEN_NOMUTEX | (still ? SQLITE_OPEN_URI : 0);
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(place.c_str(), &handle, flags, nullptr);
  std::unique_ptr<Database> database(new Database(path, handle, wait_ms));
  if (code != SQLITE_OK) return database->Error(code);
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, static_cast<int>(wait_ms));
  return database;
}

Database::~Database() { sqlite3_close_v2(handle_); }

Status Database::Execute(const std::string& sql) {
  const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? Status::Ok() : Error(code);
}

Result<StatementPtr> Database::Prepare(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  const int code =
      sqlite3_prepare_v2(handle_, sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
  StatementPtr prepared(statement);
  if (code != SQLITE_OK) return Error(code);
  return prepared;
}

Result<bool> Database::Step(sqlite3_stmt* statement) {
  const int code = sqlite3_step(statement);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return Error(code);
}

Status Database::Error(int code) const {
  const std::string place = " path=" + path_;
  const std::string said =
      handle_ != nullptr ? sqlite3_errmsg(handle_) : std::string(sqlite3_errstr(code));
  if (watched_ != nullptr && watched_->cancelled())
    return Status::Cancelled("The task was cancelled");
  switch (code & 0xFF) {
    case SQLITE_INTERRUPT: return Status::Cancelled("The task was cancelled");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Status::Unavailable("Database is locked:" + place)
          .WithNumber(base::kErrDatabaseLocked)
          .WithHint("Another program holds it. End that, or wait longer with busy_timeout.");
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return Status::DataError("File is no sound SQLite database:" + place + " reason=" + said)
          .WithNumber(base::kErrDatabaseDamaged)
          .WithHint("Look at it with: sqlite3 FILE 'PRAGMA integrity_check'.");
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return Status::PermissionDenied("Database cannot be opened or changed:" + place +
                                      " reason=" + said)
          .WithNumber(base::kErrDatabaseRights)
          .WithHint(
              "The file and its folder must be there and open to this user; beside a database with a "
              "log, SQLite makes files to read it too.");
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
    case SQLITE_TOOBIG:
      return Status::ResourceExhausted("Database cannot be read or written on:" + place +
                                       " reason=" + said)
          .WithNumber(base::kErrDatabaseFull)
          .WithHint("Look at its disk: it is full, or fails. Nothing of a write is there.");
    case SQLITE_ERROR:
      return Status::InvalidArgument("Statement is not understood:" + place + " reason=" + said)
          .WithNumber(base::kErrStatement)
          .WithHint("It must be one SELECT in SQLite's SQL.");
    default: return Status::Internal("SQLite failed:" + place + " reason=" + said);
  }
}

Interrupter::Interrupter(Database& database, const TaskContext& context)
    : database_(database), context_(context) {
  database.Watch(&context_);
  const auto stopped = [](void* self) {
    return static_cast<Interrupter*>(self)->context_.cancelled() ? 1 : 0;
  };
  const auto wait = [](void* self, int times) {
    return static_cast<Interrupter*>(self)->Wait(times);
  };
  sqlite3_progress_handler(database.handle(), kStepsBetweenLooks, stopped, this);
  sqlite3_busy_handler(database.handle(), wait, this);
}

Interrupter::~Interrupter() {
  database_.Watch(nullptr);
  sqlite3_progress_handler(database_.handle(), 0, nullptr, nullptr);
  sqlite3_busy_timeout(database_.handle(), static_cast<int>(database_.wait_ms()));
}

// `times`: how often this lock was waited for. 0: give up.
int Interrupter::Wait(int times) {
  if (times == 0) waited_ms_ = 0;
  if (context_.cancelled() || waited_ms_ >= database_.wait_ms()) return 0;
  const int64_t pause = std::min<int64_t>({1 + times * 2, kLongestPauseMs, database_.wait_ms()});
  waited_ms_ += pause;
  std::this_thread::sleep_for(std::chrono::milliseconds(pause));
  return 1;
}

std::string Quoted(std::string_view name) {
  std::string text = "\"";
  for (const char letter : name) {
    text += letter;
    if (letter == '"') text += letter;
  }
  return text + "\"";
}

std::string ColumnText(sqlite3_stmt* statement, int column) {
  const unsigned char* text = sqlite3_column_text(statement, column);
  const int size = sqlite3_column_bytes(statement, column);
  return text == nullptr
             ? std::string()
             : std::string(reinterpret_cast<const char*>(text), static_cast<size_t>(size));
}

}  // namespace tenon::sqlite
