#include "runstate/journal_schema.h"

#include "base/hash.h"
#include "runstate/errors.h"

namespace tenon::runstate {
namespace {

constexpr int64_t kApplicationId = 0x544e4f4e;  // "TNON": what `file` and we know a journal by.

// A bookmark's history keeps every position it had, a slot keeps its row only while it is pending.
// Times are Unix milliseconds. `lease_until` is null where a lock of the operating system holds the
// job.
constexpr const char* kTables = R"sql(
CREATE TABLE home(id TEXT NOT NULL, made_at INTEGER NOT NULL);
CREATE TABLE job(
  job TEXT PRIMARY KEY, epoch INTEGER NOT NULL, version INTEGER NOT NULL, next_seq INTEGER NOT NULL,
  holder_pid INTEGER, holder_boot_id TEXT, holder_host TEXT, holder_start INTEGER,
  holder_since INTEGER, lease_until INTEGER) WITHOUT ROWID;
CREATE TABLE bookmark(
  job TEXT NOT NULL REFERENCES job, ctx TEXT NOT NULL, version INTEGER NOT NULL, position BLOB,
  PRIMARY KEY(job, ctx)) WITHOUT ROWID;
CREATE TABLE bookmark_history(
  job TEXT NOT NULL, ctx TEXT NOT NULL, version INTEGER NOT NULL, position BLOB,
  run TEXT NOT NULL, moved_at INTEGER NOT NULL, PRIMARY KEY(job, ctx, version)) WITHOUT ROWID;
CREATE TABLE slot(
  job TEXT NOT NULL REFERENCES job, seq INTEGER NOT NULL, sink TEXT NOT NULL,
  derived_sink INTEGER NOT NULL, part INTEGER NOT NULL, n INTEGER NOT NULL, target TEXT NOT NULL,
  selection TEXT NOT NULL, class INTEGER NOT NULL, overwrites INTEGER NOT NULL, covers TEXT NOT NULL,
  token TEXT NOT NULL, state TEXT NOT NULL CHECK(state IN ('intent', 'published')),
  prepared BLOB NOT NULL, places BLOB NOT NULL, reopen BLOB NOT NULL, run TEXT NOT NULL,
  epoch INTEGER NOT NULL, script_hash TEXT NOT NULL, rows INTEGER NOT NULL, PRIMARY KEY(job, seq));
CREATE TABLE run(
  id INTEGER PRIMARY KEY, run TEXT NOT NULL, job TEXT NOT NULL REFERENCES job,
  attempt INTEGER NOT NULL, epoch INTEGER NOT NULL, state TEXT NOT NULL,
  started_at INTEGER NOT NULL, ended_at INTEGER NOT NULL, rows TEXT NOT NULL, UNIQUE(job, run));
CREATE INDEX run_of_job ON run(job, id);
CREATE TABLE garbage(
  job TEXT NOT NULL REFERENCES job, token TEXT NOT NULL, epoch INTEGER NOT NULL,
  sink TEXT NOT NULL, run TEXT NOT NULL, places BLOB NOT NULL, reopen BLOB NOT NULL,
  messages BLOB NOT NULL, PRIMARY KEY(job, token)) WITHOUT ROWID;
)sql";

// What each later version added to the one before.
constexpr const char* kToVersion2 = R"sql(
ALTER TABLE slot ADD COLUMN rows INTEGER NOT NULL DEFAULT 0;
PRAGMA user_version = 2;
)sql";

Result<int64_t> ReadNumber(SqliteConnection& connection, const char* sql) {
  TENON_ASSIGN_OR_RETURN(SqliteStatement statement, connection.Prepare(sql));
  TENON_ASSIGN_OR_RETURN(bool row, statement.Step());
  const int64_t number = row ? statement.ColumnInt(0) : 0;
  while (row) {
    TENON_ASSIGN_OR_RETURN(row, statement.Step());
  }
  return number;
}

Status MakeTables(SqliteConnection& connection) {
  TENON_RETURN_IF_ERROR(connection.Execute(kTables));
  TENON_ASSIGN_OR_RETURN(std::string id, base::RandomHex(128));
  TENON_ASSIGN_OR_RETURN(SqliteStatement home,
                         connection.Prepare("INSERT INTO home(id, made_at) VALUES(?, ?)"));
  TENON_RETURN_IF_ERROR(home.Text(id).Int(NowMs()).Run().status());
  const std::string marks = "PRAGMA application_id = " + std::to_string(kApplicationId) +
                            "; PRAGMA user_version = " + std::to_string(kJournalSchema);
  return connection.Execute(marks.c_str());
}

// Inside the transaction that makes the check and the making one step.
Result<std::string> CheckOrMakeTables(SqliteConnection& connection) {
  TENON_ASSIGN_OR_RETURN(int64_t application, ReadNumber(connection, "PRAGMA application_id"));
  TENON_ASSIGN_OR_RETURN(int64_t schema, ReadNumber(connection, "PRAGMA user_version"));
  TENON_ASSIGN_OR_RETURN(int64_t tables,
                         ReadNumber(connection, "SELECT count(*) FROM sqlite_master"));
  if (tables == 0 && application == 0) {
    TENON_RETURN_IF_ERROR(MakeTables(connection));
  } else if (application != kApplicationId) {
    return JournalDamaged(connection.file(), "it is another program's SQLite file");
  } else if (schema > kJournalSchema) {
    return JournalNewer(connection.file(), schema, kJournalSchema);
  } else if (schema < 1) {
    return JournalDamaged(connection.file(), "its schema has no version");
  } else if (schema == 1) {
    TENON_RETURN_IF_ERROR(connection.Execute(kToVersion2));
  }
  TENON_ASSIGN_OR_RETURN(SqliteStatement home, connection.Prepare("SELECT id FROM home"));
  TENON_ASSIGN_OR_RETURN(bool row, home.Step());
  if (!row) return JournalDamaged(connection.file(), "it has no id");
  std::string id = home.ColumnText(0);
  TENON_ASSIGN_OR_RETURN(row, home.Step());
  if (row) return JournalDamaged(connection.file(), "it has two ids");
  return id;
}

}  // namespace

Result<std::string> PrepareJournalSchema(SqliteConnection& connection) {
  TENON_RETURN_IF_ERROR(connection.Execute("PRAGMA synchronous = FULL; BEGIN IMMEDIATE"));
  Result<std::string> id = CheckOrMakeTables(connection);
  if (!id.ok()) {
    static_cast<void>(connection.Execute("ROLLBACK"));  // The first error is the one to tell.
    return id;
  }
  TENON_RETURN_IF_ERROR(connection.Execute("COMMIT"));
  return id;
}

}  // namespace tenon::runstate
