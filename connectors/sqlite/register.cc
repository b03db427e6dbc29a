#include "connectors/sqlite/register.h"

#include <sqlite3.h>

#include <string>

#include "base/failpoint.h"
#include "base/hash.h"

namespace tenon::sqlite {
namespace {

constexpr const char* kMake =
    "CREATE TABLE IF NOT EXISTS _tenon_commits (sink_key TEXT PRIMARY KEY, home TEXT, job TEXT, "
    "sink TEXT, seq INTEGER, state TEXT, token TEXT, run TEXT, covers TEXT, at TEXT)";

std::string KeyOf(const SinkCall& call) {
  std::string all;
  for (const std::string& part : {call.home, call.job, call.sink})
    all += std::to_string(part.size()) + ":" + part;
  return base::Sha256Hex(all);
}

void Bind(sqlite3_stmt* statement, int at, std::string_view text) {
  sqlite3_bind_text64(statement, at, text.empty() ? "" : text.data(), text.size(), SQLITE_TRANSIENT,
                      SQLITE_UTF8);
}

// The row of the slot, at seq 0 when it is new.
Status MakeRow(Database& database, const SinkCall& call) {
  TENON_RETURN_IF_ERROR(database.Execute(kMake));
  TENON_ASSIGN_OR_RETURN(const StatementPtr insert,
                         database.Prepare("INSERT OR IGNORE INTO _tenon_commits (sink_key, home, "
                                          "job, sink, seq) VALUES (?, ?, ?, ?, 0)"));
  Bind(insert.get(), 1, KeyOf(call));
  Bind(insert.get(), 2, call.home);
  Bind(insert.get(), 3, call.job);
  Bind(insert.get(), 4, call.sink);
  return database.Step(insert.get()).status();
}

// False: the register is at `seq` or beyond.
Result<bool> Decide(Database& database, const SinkCall& call, uint64_t seq, std::string_view state,
                    std::string_view covers) {
  TENON_ASSIGN_OR_RETURN(
      const StatementPtr update,
      database.Prepare("UPDATE _tenon_commits SET seq = ?1, state = ?2, token = ?3, run = ?4, "
                       "covers = ?5, at = datetime('now') WHERE sink_key = ?6 AND seq < ?1"));
  sqlite3_bind_int64(update.get(), 1, static_cast<int64_t>(seq));
  Bind(update.get(), 2, state);
  if (state == "committed") Bind(update.get(), 3, call.token);
  Bind(update.get(), 4, call.run);
  Bind(update.get(), 5, covers);
  Bind(update.get(), 6, KeyOf(call));
  TENON_RETURN_IF_ERROR(database.Step(update.get()).status());
  return sqlite3_changes(database.handle()) == 1;
}

Status Newer(const SinkCall& call, const Database& database) {
  return Status::Conflict("A newer write holds the register: sink=" + call.sink +
                          " path=" + database.path());
}

Result<Outcome> Read(Database& database, const SinkCall& call, uint64_t seq) {
  TENON_ASSIGN_OR_RETURN(const StatementPtr row,
                         database.Prepare("SELECT seq, coalesce(token, '') FROM _tenon_commits "
                                          "WHERE sink_key = ?"));
  Bind(row.get(), 1, KeyOf(call));
  TENON_ASSIGN_OR_RETURN(const bool there, database.Step(row.get()));
  if (!there) return Status::Internal("The register has no row of the sink: sink=" + call.sink);
  const auto at = static_cast<uint64_t>(sqlite3_column_int64(row.get(), 0));
  const std::string token = ColumnText(row.get(), 1);
  if (at == seq && token == call.token) return Outcome::kPublished;
  if (at == seq && token.empty()) return Outcome::kNever;
  return Newer(call, database);
}

}  // namespace

Status TakeRegister(Database& database, const SinkCall& call, uint64_t seq,
                    std::string_view covers) {
  TENON_RETURN_IF_ERROR(MakeRow(database, call));
  TENON_ASSIGN_OR_RETURN(const bool taken, Decide(database, call, seq, "committed", covers));
  return taken ? Status::Ok() : Newer(call, database);
}

Result<Outcome> FenceRegister(Database& database, const SinkCall& call, uint64_t seq) {
  TENON_RETURN_IF_ERROR(database.Execute("BEGIN IMMEDIATE"));
  TENON_RETURN_IF_ERROR(MakeRow(database, call));
  TENON_RETURN_IF_ERROR(Decide(database, call, seq, "fenced", "").status());
  TENON_ASSIGN_OR_RETURN(const Outcome outcome, Read(database, call, seq));
  TENON_FAILPOINT_STATUS("K23");
  TENON_RETURN_IF_ERROR(database.Execute("COMMIT"));
  return outcome;
}

}  // namespace tenon::sqlite
