#include "runstate/journal.h"

#include <chrono>
#include <string>
#include <thread>
#include <utility>

#include "base/platform_file.h"
#include "runstate/errors.h"
#include "runstate/journal_rows.h"
#include "runstate/journal_schema.h"
#include "runstate/sqlite_connection.h"

namespace tenon::runstate {
namespace {

constexpr const char* kFileName = "state.db";
constexpr int kOpenPauseMs = 20;

// A transaction that rolls back unless it is committed.
class SqlTransaction {
 public:
  static Result<SqlTransaction> Begin(SqliteConnection& connection, const char* begin) {
    TENON_ASSIGN_OR_RETURN(SqliteStatement statement, connection.Prepare(begin));
    TENON_RETURN_IF_ERROR(statement.Run().status());
    return SqlTransaction(connection);
  }
  SqlTransaction(SqlTransaction&& other) noexcept
      : connection_(std::exchange(other.connection_, nullptr)) {}
  SqlTransaction& operator=(SqlTransaction&&) = delete;
  ~SqlTransaction() {
    if (connection_ != nullptr) static_cast<void>(connection_->Execute("ROLLBACK"));
  }

  Status Commit() {
    TENON_ASSIGN_OR_RETURN(SqliteStatement statement, connection_->Prepare("COMMIT"));
    TENON_RETURN_IF_ERROR(statement.Run().status());
    connection_ = nullptr;
    return Status::Ok();
  }

 private:
  explicit SqlTransaction(SqliteConnection& connection) : connection_(&connection) {}
  SqliteConnection* connection_;
};

// The changes of one transaction, each as its statement.
class ChangeWriter {
 public:
  ChangeWriter(SqliteConnection& connection, const std::string& job)
      : connection_(connection), job_(job) {}

  Status operator()(const PutSlot& change) const {
    TENON_ASSIGN_OR_RETURN(
        SqliteStatement next,
        connection_.Prepare(
            "UPDATE job SET next_seq = next_seq + 1 WHERE job = ? AND next_seq = ?"));
    TENON_ASSIGN_OR_RETURN(int changed,
                           next.Text(job_).Int(static_cast<int64_t>(change.slot.seq)).Run());
    if (changed != 1)
      return Status::Internal("Slot does not take the next number: seq=" +
                              std::to_string(change.slot.seq));
    TENON_ASSIGN_OR_RETURN(
        SqliteStatement insert,
        connection_.Prepare(
            "INSERT INTO slot(job, seq, sink, derived_sink, part, n, target, selection, class,"
            " overwrites, covers, token, state, prepared, places, reopen, run, epoch, script_hash,"
            " rows) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    insert.Text(job_);
    BindSlot(change.slot, &insert);
    return insert.Run().status();
  }

  Status operator()(const MarkPublished& change) const {
    TENON_ASSIGN_OR_RETURN(
        SqliteStatement update,
        connection_.Prepare("UPDATE slot SET state = 'published' WHERE job = ? AND seq = ?"));
    return OneSlot(update, change.seq);
  }

  Status operator()(const DropSlot& change) const {
    TENON_ASSIGN_OR_RETURN(SqliteStatement remove,
                           connection_.Prepare("DELETE FROM slot WHERE job = ? AND seq = ?"));
    return OneSlot(remove, change.seq);
  }

  Status operator()(const MoveBookmark& change) const {
    const auto version = static_cast<int64_t>(change.expected_version);
    TENON_ASSIGN_OR_RETURN(
        SqliteStatement make,
        connection_.Prepare("INSERT OR IGNORE INTO bookmark(job, ctx, version) VALUES(?, ?, 0)"));
    TENON_RETURN_IF_ERROR(make.Text(job_).Text(change.context).Run().status());
    TENON_ASSIGN_OR_RETURN(
        SqliteStatement move,
        connection_.Prepare("UPDATE bookmark SET position = ?, version = version + 1"
                            " WHERE job = ? AND ctx = ? AND version = ?"));
    BindPosition(change.position, &move);
    TENON_ASSIGN_OR_RETURN(int changed, move.Text(job_).Text(change.context).Int(version).Run());
    if (changed != 1) return BookmarkMoved(job_, change.context);
    TENON_ASSIGN_OR_RETURN(
        SqliteStatement note,
        connection_.Prepare(
            "INSERT OR REPLACE INTO bookmark_history"
            "(job, ctx, version, position, run, moved_at) VALUES(?, ?, ?, ?, ?, ?)"));
    note.Text(job_).Text(change.context).Int(version + 1);
    BindPosition(change.position, &note);
    TENON_RETURN_IF_ERROR(note.Text(change.run).Int(NowMs()).Run().status());
    TENON_ASSIGN_OR_RETURN(
        SqliteStatement prune,
        connection_.Prepare(
            "DELETE FROM bookmark_history WHERE job = ? AND ctx = ? AND version <= ?"));
    return prune.Text(job_)
        .Text(change.context)
        .Int(version + 1 - kHistoryPerBookmark)
        .Run()
        .status();
  }

  Status operator()(const CountCommit&) const {
    TENON_ASSIGN_OR_RETURN(
        SqliteStatement update,
        connection_.Prepare("UPDATE job SET version = version + 1 WHERE job = ?"));
    return update.Text(job_).Run().status();
  }

  Status operator()(const PutRun& change) const {
    TENON_ASSIGN_OR_RETURN(
        SqliteStatement put,
        connection_.Prepare(
            "INSERT INTO run(run, job, attempt, epoch, state, started_at, ended_at, rows)"
            " VALUES(?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(job, run) DO UPDATE SET"
            " attempt = excluded.attempt, epoch = excluded.epoch, state = excluded.state,"
            " started_at = excluded.started_at, ended_at = excluded.ended_at, rows = "
            "excluded.rows"));
    BindRun(change.run, &put);
    return put.Run().status();
  }

  Status operator()(const PutGarbage& change) const {
    TENON_ASSIGN_OR_RETURN(
        SqliteStatement put,
        connection_.Prepare("INSERT OR REPLACE INTO garbage"
                            "(job, token, epoch, sink, run, places, reopen, messages)"
                            " VALUES(?, ?, ?, ?, ?, ?, ?, ?)"));
    put.Text(job_);
    BindGarbage(change.garbage, &put);
    return put.Run().status();
  }

  Status operator()(const DropGarbage& change) const {
    TENON_ASSIGN_OR_RETURN(SqliteStatement remove,
                           connection_.Prepare("DELETE FROM garbage WHERE job = ? AND token = ?"));
    return remove.Text(job_).Text(change.token).Run().status();
  }

 private:
  Status OneSlot(SqliteStatement& statement, uint64_t seq) const {
    TENON_ASSIGN_OR_RETURN(int changed, statement.Text(job_).Int(static_cast<int64_t>(seq)).Run());
    if (changed == 1) return Status::Ok();
    return Status::Internal("Journal has no such slot: seq=" + std::to_string(seq));
  }

  SqliteConnection& connection_;
  const std::string& job_;
};

class SqliteJournal final : public Journal {
 public:
  SqliteJournal(std::unique_ptr<SqliteConnection> connection, std::string home_id)
      : connection_(std::move(connection)), home_id_(std::move(home_id)) {}

  const std::string& home_id() const override { return home_id_; }

  Result<JobState> Load(std::string_view job) override {
    TENON_ASSIGN_OR_RETURN(SqlTransaction transaction,
                           SqlTransaction::Begin(*connection_, "BEGIN"));
    TENON_ASSIGN_OR_RETURN(JobState state, Read(job));
    TENON_RETURN_IF_ERROR(transaction.Commit());
    return state;
  }

  Result<JobState> TakeOver(std::string_view job, const Holder& holder) override {
    TENON_RETURN_IF_ERROR(Synchronize(Durability::kNormal));
    TENON_ASSIGN_OR_RETURN(SqlTransaction transaction,
                           SqlTransaction::Begin(*connection_, "BEGIN IMMEDIATE"));
    TENON_ASSIGN_OR_RETURN(
        SqliteStatement take,
        connection_->Prepare(
            "INSERT INTO job(job, epoch, version, next_seq, holder_pid, holder_boot_id, "
            "holder_host,"
            " holder_start, holder_since) VALUES(?, 1, 0, 1, ?, ?, ?, ?, ?)"
            " ON CONFLICT(job) DO UPDATE SET epoch = epoch + 1, holder_pid = excluded.holder_pid,"
            " holder_boot_id = excluded.holder_boot_id, holder_host = excluded.holder_host,"
            " holder_start = excluded.holder_start, holder_since = excluded.holder_since"));
    take.Text(job);
    BindHolder(holder, &take);
    TENON_RETURN_IF_ERROR(take.Run().status());
    TENON_ASSIGN_OR_RETURN(
        SqliteStatement cut,
        connection_->Prepare("UPDATE run SET state = 'cut' WHERE job = ? AND state = 'running'"));
    TENON_RETURN_IF_ERROR(cut.Text(job).Run().status());
    TENON_ASSIGN_OR_RETURN(
        SqliteStatement prune,
        connection_->Prepare("DELETE FROM run WHERE job = ? AND id <= (SELECT id FROM run"
                             " WHERE job = ? ORDER BY id DESC LIMIT 1 OFFSET ?)"));
    TENON_RETURN_IF_ERROR(prune.Text(job).Text(job).Int(kRunsPerJob).Run().status());
    TENON_ASSIGN_OR_RETURN(JobState state, Read(job));
    TENON_RETURN_IF_ERROR(transaction.Commit());
    return state;
  }

  Status Apply(const Transaction& changes) override {
    TENON_RETURN_IF_ERROR(Synchronize(changes.durability));
    TENON_ASSIGN_OR_RETURN(SqlTransaction transaction,
                           SqlTransaction::Begin(*connection_, "BEGIN IMMEDIATE"));
    TENON_RETURN_IF_ERROR(CheckEpoch(changes));
    if (changes.epoch == 0) return Status::Internal("Job was never taken: job=" + changes.job);
    for (const Change& change : changes.changes)
      TENON_RETURN_IF_ERROR(std::visit(ChangeWriter(*connection_, changes.job), change));
    return transaction.Commit();
  }

  Result<std::vector<RunRecord>> Runs(std::string_view job, int limit) override {
    TENON_ASSIGN_OR_RETURN(
        SqliteStatement rows,
        connection_->Prepare(
            "SELECT run, job, attempt, epoch, state, started_at, ended_at, rows FROM run"
            " WHERE ?1 = '' OR job = ?1 ORDER BY id DESC LIMIT ?2"));
    rows.Text(job).Int(limit);
    std::vector<RunRecord> runs;
    TENON_RETURN_IF_ERROR(ForEach(rows, [&] { runs.push_back(ReadRun(rows, 0)); }));
    return runs;
  }

  Result<std::vector<BookmarkMove>> History(std::string_view job,
                                            std::string_view context) override {
    TENON_ASSIGN_OR_RETURN(
        SqliteStatement rows,
        connection_->Prepare("SELECT version, position, run, moved_at FROM bookmark_history"
                             " WHERE job = ? AND ctx = ? ORDER BY version DESC"));
    rows.Text(job).Text(context);
    std::vector<BookmarkMove> moves;
    TENON_RETURN_IF_ERROR(ForEach(rows, [&] {
      moves.push_back({static_cast<uint64_t>(rows.ColumnInt(0)), ReadPosition(rows, 1),
                       rows.ColumnText(2), rows.ColumnInt(3)});
    }));
    return moves;
  }

  Result<std::vector<std::string>> Jobs() override {
    TENON_ASSIGN_OR_RETURN(SqliteStatement rows,
                           connection_->Prepare("SELECT job FROM job ORDER BY job"));
    std::vector<std::string> jobs;
    TENON_RETURN_IF_ERROR(ForEach(rows, [&] { jobs.push_back(rows.ColumnText(0)); }));
    return jobs;
  }

 private:
  template <typename Body>
  static Status ForEach(SqliteStatement& rows, Body body) {
    for (;;) {
      TENON_ASSIGN_OR_RETURN(bool row, rows.Step());
      if (!row) return Status::Ok();
      body();
    }
  }

  // SQLite takes the setting only between transactions, and keeps it.
  Status Synchronize(Durability durability) {
    if (synchronized_ == durability) return Status::Ok();
    TENON_RETURN_IF_ERROR(connection_->Execute(durability == Durability::kDurable
                                                   ? "PRAGMA synchronous = FULL"
                                                   : "PRAGMA synchronous = NORMAL"));
    synchronized_ = durability;
    return Status::Ok();
  }

  // The write lock is held: nobody can take over between this and the commit.
  Status CheckEpoch(const Transaction& changes) {
    TENON_ASSIGN_OR_RETURN(SqliteStatement row,
                           connection_->Prepare("SELECT epoch FROM job WHERE job = ?"));
    uint64_t now = 0;
    row.Text(changes.job);
    TENON_RETURN_IF_ERROR(ForEach(row, [&] { now = static_cast<uint64_t>(row.ColumnInt(0)); }));
    return now == changes.epoch ? Status::Ok() : TakenOver(changes.job, changes.epoch, now);
  }

  // Within a transaction.
  Result<JobState> Read(std::string_view job) {
    JobState state;
    state.job = job;
    TENON_ASSIGN_OR_RETURN(
        SqliteStatement row,
        connection_->Prepare("SELECT epoch, version, next_seq, holder_pid, holder_boot_id,"
                             " holder_host, holder_start, holder_since FROM job WHERE job = ?"));
    row.Text(job);
    TENON_RETURN_IF_ERROR(ForEach(row, [&] {
      state.epoch = static_cast<uint64_t>(row.ColumnInt(0));
      state.version = static_cast<uint64_t>(row.ColumnInt(1));
      state.next_seq = static_cast<uint64_t>(row.ColumnInt(2));
      state.holder = ReadHolder(row, 3);
    }));
    TENON_RETURN_IF_ERROR(ReadBookmarks(&state));
    TENON_RETURN_IF_ERROR(ReadSlots(&state));
    TENON_RETURN_IF_ERROR(ReadAllGarbage(&state));
    TENON_ASSIGN_OR_RETURN(std::vector<RunRecord> last, Runs(job, 1));
    if (!last.empty() && !job.empty()) state.last_run = std::move(last.front());
    return state;
  }

  Status ReadBookmarks(JobState* state) {
    TENON_ASSIGN_OR_RETURN(
        SqliteStatement row,
        connection_->Prepare("SELECT ctx, version, position FROM bookmark WHERE job = ?"));
    row.Text(state->job);
    return ForEach(row, [&] {
      state->bookmarks[row.ColumnText(0)] = {static_cast<uint64_t>(row.ColumnInt(1)),
                                             ReadPosition(row, 2)};
    });
  }

  Status ReadSlots(JobState* state) {
    TENON_ASSIGN_OR_RETURN(
        SqliteStatement row,
        connection_->Prepare(
            "SELECT seq, sink, derived_sink, part, n, target, selection, class, overwrites, covers,"
            " token, state, prepared, places, reopen, run, epoch, script_hash, rows FROM slot"
            " WHERE job = ? ORDER BY seq"));
    row.Text(state->job);
    Status bad;
    TENON_RETURN_IF_ERROR(ForEach(row, [&] {
      Result<Slot> slot = ReadSlot(row, 0);
      if (slot.ok())
        state->slots.push_back(*std::move(slot));
      else
        bad = JournalDamaged(connection_->file(), slot.status().message());
    }));
    return bad;
  }

  Status ReadAllGarbage(JobState* state) {
    TENON_ASSIGN_OR_RETURN(
        SqliteStatement row,
        connection_->Prepare("SELECT token, epoch, sink, run, places, reopen, messages FROM garbage"
                             " WHERE job = ? ORDER BY token"));
    row.Text(state->job);
    Status bad;
    TENON_RETURN_IF_ERROR(ForEach(row, [&] {
      Result<Garbage> garbage = ReadGarbage(row, 0);
      if (garbage.ok())
        state->garbage.push_back(*std::move(garbage));
      else
        bad = JournalDamaged(connection_->file(), garbage.status().message());
    }));
    return bad;
  }

  std::unique_ptr<SqliteConnection> connection_;
  std::string home_id_;
  std::optional<Durability> synchronized_;
};

// Two processes that make the file at the same moment get in each other's way where SQLite does not
// wait by itself: while the log is switched on.
Status SwitchLogOn(SqliteConnection& connection, int busy_timeout_ms) {
  for (int waited_ms = 0;; waited_ms += kOpenPauseMs) {
    TENON_ASSIGN_OR_RETURN(SqliteStatement mode, connection.Prepare("PRAGMA journal_mode = WAL"));
    Result<bool> row = mode.Step();
    if (row.ok()) {
      const std::string now = mode.ColumnText(0);
      while (*row) {
        TENON_ASSIGN_OR_RETURN(*row, mode.Step());
      }
      if (now == "wal") return Status::Ok();
      return JournalUnusable(connection.file(), "its file system cannot share memory (WAL)");
    }
    if (row.status().number() != base::kErrJournalLocked || waited_ms >= busy_timeout_ms)
      return row.status();
    std::this_thread::sleep_for(std::chrono::milliseconds(kOpenPauseMs));
  }
}

}  // namespace

Result<std::unique_ptr<Journal>> Journal::Open(const std::filesystem::path& home,
                                               int busy_timeout_ms) {
  const std::filesystem::path file = home / kFileName;
  if (Status made = base::MakeFolders(home); !made.ok())
    return JournalUnusable(file, made.message());
  TENON_ASSIGN_OR_RETURN(std::unique_ptr<SqliteConnection> connection,
                         SqliteConnection::Open(file, busy_timeout_ms));
  if (connection->read_only()) return JournalUnusable(file, "it is read-only");
  TENON_RETURN_IF_ERROR(SwitchLogOn(*connection, busy_timeout_ms));
  TENON_RETURN_IF_ERROR(connection->KeepLogOnClose());
  // The first process to open the journal reads its whole log: it is kept short enough for a millisecond.
  TENON_RETURN_IF_ERROR(
      connection->Execute("PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 64"));
  TENON_ASSIGN_OR_RETURN(std::string home_id, PrepareJournalSchema(*connection));
  return std::unique_ptr<Journal>(
      std::make_unique<SqliteJournal>(std::move(connection), std::move(home_id)));
}

}  // namespace tenon::runstate
