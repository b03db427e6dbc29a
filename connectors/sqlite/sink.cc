#include "connectors/sqlite/sink.h"

#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/failpoint.h"
#include "connectors/sqlite/cell_binder.h"
#include "connectors/sqlite/register.h"
#include "connectors/sqlite/target_table.h"
#include "tenon/column_view.h"
#include "tenon/payload.h"

namespace tenon::sqlite {
namespace {

constexpr int32_t kMessageVersion = 1;

// After an error of the disk, SQLite leaves it to the next one who opens the database to undo what was written.
void UndoNow(const std::string& path) {
  const auto database = Database::Open(path, Access::kWrite, 0);
  if (database.ok()) static_cast<void>((*database)->Execute("PRAGMA schema_version"));
}

// A write in the making: its transaction, and who has written into it.
struct Transaction {
  std::unique_ptr<Database> database;
  TargetTable table;
  std::optional<Schema> schema;  // Of all rows, when it is known.
  std::mutex mutex;              // Writers take turns.
  bool begun = false;
  bool prepared = false;
  int writing = 0;    // Writers that are not committed.
  bool made = false;  // There was no file before.
  std::set<std::pair<int, int>> committed;

  // What was not committed is undone; a file that was made for it goes too.
  ~Transaction() {
    if (database == nullptr) return;
    const std::string path = database->path();
    if (sqlite3_get_autocommit(database->handle()) == 0)
      static_cast<void>(database->Execute("ROLLBACK"));
    database.reset();
    std::error_code failed;
    if (std::filesystem::exists(path + "-journal", failed)) UndoNow(path);
    if (made && std::filesystem::file_size(path, failed) == 0 && !failed)
      std::filesystem::remove(path, failed);
  }
};

Status Begin(Transaction& write) {
  if (std::exchange(write.begun, true)) return Status::Ok();
  TENON_RETURN_IF_ERROR(write.database->Execute("BEGIN IMMEDIATE"));
  if (!write.schema) return Status::Ok();
  write.prepared = true;
  return write.table.Prepare(*write.database, *write.schema);
}

class SqliteWriter : public PartitionWriter {
 public:
  SqliteWriter(std::shared_ptr<Transaction> write, WriterId id, const TaskContext& context)
      : write_(std::move(write)), id_(id), context_(context) {}

  Status Write(RecordBatch batch) override {
    TENON_RETURN_IF_ERROR(context_.CheckCancelled());
    if (batch.num_rows() == 0) return Status::Ok();
    const std::lock_guard lock(write_->mutex);
    Database& database = *write_->database;
    const Interrupter interrupter(database, context_);
    if (!std::exchange(write_->prepared, true))
      TENON_RETURN_IF_ERROR(write_->table.Prepare(database, batch.schema()));
    if (insert_ == nullptr || batch.schema_ptr() != schema_) {
      TENON_ASSIGN_OR_RETURN(insert_, write_->table.Insert(database, batch.schema()));
      schema_ = batch.schema_ptr();
    }
    const BatchView view(batch);
    std::vector<CellBinder> cells;
    for (int i = 0; i < batch.num_columns(); ++i)
      cells.emplace_back(view.column(i), write_->table.affinity(batch.schema().field(i).name));
    for (int64_t row = 0; row < batch.num_rows(); ++row)
      TENON_RETURN_IF_ERROR(WriteRow(database, cells, row));
    if (!std::exchange(written_, true)) TENON_FAILPOINT_STATUS("K10");
    return Status::Ok();
  }

  Result<std::string> Commit() override {
    const std::lock_guard lock(write_->mutex);
    TENON_FAILPOINT_STATUS("K12");
    insert_.reset();
    --write_->writing;
    write_->committed.insert({id_.partition, id_.attempt});
    return Pack(kMessageVersion, id_.partition, id_.attempt);
  }

 private:
  Status WriteRow(Database& database, std::vector<CellBinder>& cells, int64_t row) {
    for (size_t i = 0; i < cells.size(); ++i) {
      const char* problem = cells[i].Bind(insert_.get(), static_cast<int>(i) + 1, row);
      if (problem == nullptr) continue;
      const Field& field = schema_->field(static_cast<int>(i));
      AddError("Column cannot have the value as it is: column=" + field.name + " value=" + problem,
               row);
      return Status::Ok();
    }
    const int code = sqlite3_step(insert_.get());
    if ((code & 0xFF) == SQLITE_CONSTRAINT) {
      AddError("Row breaks a rule of the table: reason=" +
                   std::string(sqlite3_errmsg(database.handle())),
               row);
    } else if (code != SQLITE_DONE) {
      return database.Error(code);
    }
    sqlite3_reset(insert_.get());
    return Status::Ok();
  }

  void AddError(std::string message, int64_t row) {
    context_.AddError({std::move(message), "",
                       "dbTable=" + write_->table.name() + " partition=" +
                           std::to_string(id_.partition) + " row=" + std::to_string(row)});
  }

  const std::shared_ptr<Transaction> write_;
  const WriterId id_;
  const TaskContext context_;
  StatementPtr insert_;
  SchemaPtr schema_;
  bool written_ = false;
};

class SqliteSink : public Sink, private WriterFactory {
 public:
  SqliteSink(std::shared_ptr<Transaction> write, SinkCall call)
      : write_(std::move(write)), call_(std::move(call)) {}

  CommitClass commit_class() const override { return CommitClass::kTransactional; }
  std::string state() const override { return "table " + write_->table.name(); }
  const WriterFactory* local_writers() const override { return this; }
  Status CheckSchema(const Schema& schema) const override { return write_->table.Check(schema); }

  Status Commit(uint64_t seq, std::string_view covers, std::span<const std::string> messages,
                const TaskContext& context) override {
    const std::lock_guard lock(write_->mutex);
    const Interrupter interrupter(*write_->database, context);
    const Status published = Publish(seq, covers, messages);
    if (!published.ok() && sqlite3_get_autocommit(write_->database->handle()) == 0)
      static_cast<void>(write_->database->Execute("ROLLBACK"));
    return published;
  }

 private:
  Result<std::unique_ptr<PartitionWriter>> Open(WriterId id,
                                                const TaskContext& context) const override {
    const std::lock_guard lock(write_->mutex);
    TENON_RETURN_IF_ERROR(Begin(*write_));
    ++write_->writing;
    return std::make_unique<SqliteWriter>(write_, id, context);
  }

  Status Publish(uint64_t seq, std::string_view covers, std::span<const std::string> messages) {
    std::set<std::pair<int, int>> named;
    for (const std::string& message : messages) {
      WriterId id;
      TENON_RETURN_IF_ERROR(Unpack(message, kMessageVersion, &id.partition, &id.attempt));
      named.insert({id.partition, id.attempt});
    }
    if (write_->writing != 0 || named != write_->committed)
      return Status::Internal("The transaction has rows of writers that were given up");
    TENON_RETURN_IF_ERROR(Begin(*write_));
    TENON_RETURN_IF_ERROR(TakeRegister(*write_->database, call_, seq, covers));
    TENON_FAILPOINT_STATUS("K16");
    return write_->database->Execute("COMMIT");
  }

  const std::shared_ptr<Transaction> write_;
  const SinkCall call_;
};

class SqliteRecovery : public Recovery {
 public:
  explicit SqliteRecovery(SinkOptions options) : options_(std::move(options)) {}

  Result<Outcome> Settle(const SinkCall& call, uint64_t seq, std::string_view,
                         std::span<const std::string>, std::string_view,
                         const TaskContext& context) override {
    // A transaction that ended with the register made the file; without it there was none.
    if (std::error_code failed; !std::filesystem::exists(options_.path, failed) && !failed)
      return Outcome::kNever;
    TENON_ASSIGN_OR_RETURN(const auto database,
                           Database::Open(options_.path, Access::kWrite, options_.busy_timeout));
    const Interrupter interrupter(*database, context);
    return FenceRegister(*database, call, seq);
  }

  // What was not committed is undone by SQLite itself when the database is opened next.
  Status Discard(const SinkCall&, std::string_view, std::span<const std::string>,
                 const TaskContext&) override {
    return Status::Ok();
  }

 private:
  const SinkOptions options_;
};

}  // namespace

Result<std::unique_ptr<Sink>> MakeSink(SinkOptions options, const WriteRequest& request) {
  auto write = std::make_shared<Transaction>();
  std::error_code failed;
  write->made = !std::filesystem::exists(options.path, failed) && !failed;
  TENON_ASSIGN_OR_RETURN(write->database,
                         Database::Open(options.path, Access::kMake, options.busy_timeout));
  TENON_ASSIGN_OR_RETURN(write->table, TargetTable::Find(*write->database, options.db_table,
                                                         request.mode, request.keys));
  if (request.schema) TENON_RETURN_IF_ERROR(write->table.Check(*request.schema));
  write->schema = request.schema;
  return std::make_unique<SqliteSink>(std::move(write), request.call);
}

std::unique_ptr<Recovery> MakeRecovery(SinkOptions options) {
  return std::make_unique<SqliteRecovery>(std::move(options));
}

}  // namespace tenon::sqlite
