#include "connectors/sqlite/source.h"

#include <sqlite3.h>

#include <algorithm>
#include <limits>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error_catalog.h"
#include "connectors/sqlite/one_state.h"
#include "connectors/sqlite/relation.h"
#include "connectors/sqlite/row_function.h"
#include "connectors/sqlite/row_maker.h"
#include "door/jdbc_sql.h"
#include "tenon/payload.h"

namespace tenon::sqlite {
namespace {

constexpr int32_t kPartitionVersion = 1;
// Parts for each thread: rowids have gaps, and parts are not of equal work. Of large tables there are more, as who is
// done first waits for the last one.
constexpr int kPartsPerThread = 4, kPartsOfLarge = 12;
constexpr uint64_t kLargePart = 16 << 10;  // Rowids.
constexpr int kMostConnections = 64;

const jdbc::Dialect& Dialect() {
  static const jdbc::Dialect dialect{.identifier_quote = "\"", .numbers = true, .text = true};
  return dialect;
}

// Connections that began at one state and have read nothing since.
class IdleConnections {
 public:
  explicit IdleConnections(std::vector<std::unique_ptr<Database>> databases)
      : databases_(std::move(databases)) {}

  Result<std::unique_ptr<Database>> Take() {
    const std::lock_guard lock(mutex_);
    if (databases_.empty()) {
      return Status::Unavailable("The state of the database that is read is given up already")
          .WithHint("Run the job again.");
    }
    std::unique_ptr<Database> database = std::move(databases_.back());
    databases_.pop_back();
    return database;
  }
  void GiveBack(std::unique_ptr<Database> database) {
    const std::lock_guard lock(mutex_);
    databases_.push_back(std::move(database));
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<Database>> databases_;
};

// The text between SELECT and WHERE.
struct Selection {
  std::string list, from;
  size_t columns = 0;     // In the list.
  bool numbered = false;  // Column 0 is the rowid.
  bool utf8 = true;       // The encoding of the database.
};

// Reads one part with a connection of its own. When the rows are read it ends its transaction, so that nobody waits who
// wants to write; when it fails, the connection can read the part again.
class SqliteReader : public PartitionReader {
 public:
  SqliteReader(std::shared_ptr<IdleConnections> idle, std::unique_ptr<Database> database,
               std::unique_ptr<RowFunction> function, StatementPtr statement, SchemaPtr schema,
               const Selection& select, std::string from, std::optional<int64_t> limit,
               const TaskContext& context)
      : idle_(std::move(idle)),
        database_(std::move(database)),
        function_(std::move(function)),
        statement_(std::move(statement)),
        schema_(std::move(schema)),
        maker_(schema_, select.utf8),
        numbered_(select.numbered),
        from_(std::move(from)),
        left_(limit.value_or(std::numeric_limits<int64_t>::max())),
        context_(context),
        interrupter_(std::in_place, *database_, context) {
    if (function_ != nullptr) function_->set_taker([this](RowValues row) { TakeRow(row); });
  }
  ~SqliteReader() override {
    interrupter_.reset();
    statement_.reset();
    if (database_ != nullptr) idle_->GiveBack(std::move(database_));
  }

  Result<std::optional<RecordBatch>> Next() override {
    TENON_RETURN_IF_ERROR(context_.CheckCancelled());
    if (database_ == nullptr) return std::nullopt;
    if (schema_->size() == 0) return NextCount();
    bool more = true;
    const BatchLimits limits = context_.limits();
    while (!maker_.full(limits)) {
      more = left_ > 0;
      if (more) {
        TENON_ASSIGN_OR_RETURN(more, Step());
      }
      if (!more) break;
    }
    if (!more) End();
    TENON_ASSIGN_OR_RETURN(RecordBatch batch, maker_.Finish());
    return batch;
  }

 private:
  // Takes the next row. False: there is none.
  Result<bool> Step() {
    const Result<bool> more = database_->Step(statement_.get());
    if (function_ != nullptr) {
      function_->Rethrow();
      return more;
    }
    if (!more.ok() || !*more) return more;
    const int count = sqlite3_column_count(statement_.get());
    values_.clear();
    for (int i = 0; i < count; ++i) values_.push_back(sqlite3_column_value(statement_.get(), i));
    TakeRow(values_);
    return true;
  }

  void TakeRow(RowValues row) {
    const RowValues values = row.subspan(numbered_ ? 1 : 0);
    int column = 0;
    if (maker_.Add(values, &column)) {
      --left_;  // Bad rows are none of the limit's.
      return;
    }
    std::string where = from_ + " path=" + database_->path();
    if (numbered_) where += " rowid=" + std::to_string(sqlite3_value_int64(row[0]));
    const std::string problem = maker_.Problem(values, column);
    context_.AddError({"Value does not fit its column: " + problem, "", std::move(where)});
  }

  Result<std::optional<RecordBatch>> NextCount() {
    int64_t count = 0;
    while (count < left_) {
      TENON_ASSIGN_OR_RETURN(const bool more, database_->Step(statement_.get()));
      if (!more) break;
      ++count;
    }
    End();
    return RecordBatch::RowCount(count);
  }

  void End() {
    interrupter_.reset();
    statement_.reset();
    database_.reset();
  }

  const std::shared_ptr<IdleConnections> idle_;
  std::unique_ptr<Database> database_;
  const std::unique_ptr<RowFunction> function_;  // Null: rows are taken from the statement.
  StatementPtr statement_;
  const SchemaPtr schema_;
  RowMaker maker_;
  const bool numbered_;  // Column 0 is the rowid.
  const std::string from_;
  int64_t left_;  // Rows that may still be given.
  const TaskContext context_;
  std::optional<Interrupter> interrupter_;
  std::vector<sqlite3_value*> values_;
};

struct Part {
  std::string condition;
  int64_t rows = -1;
};

class SqliteScan : public Scan, private ReaderFactory {
 public:
  SqliteScan(std::shared_ptr<IdleConnections> idle, std::vector<Part> parts,
             std::vector<std::string> conditions, Selection select, std::optional<int64_t> limit,
             SchemaPtr schema, std::string from)
      : idle_(std::move(idle)),
        parts_(std::move(parts)),
        conditions_(std::move(conditions)),
        select_(std::move(select)),
        limit_(limit),
        schema_(std::move(schema)),
        from_(std::move(from)) {}

  Result<std::vector<Partition>> NextPartitions(const TaskContext&) override {
    std::vector<Partition> page;
    if (std::exchange(planned_, true)) return page;
    for (size_t i = 0; i < parts_.size(); ++i) {
      page.push_back(
          {.payload = Pack(kPartitionVersion, static_cast<int64_t>(i)), .rows = parts_[i].rows});
    }
    return page;
  }
  ScanState state() const override { return {{}, *schema_}; }
  const ReaderFactory* local_readers() const override { return this; }

 private:
  Result<std::unique_ptr<PartitionReader>> Open(const Partition& partition,
                                                const TaskContext& context) const override {
    int64_t number = 0;
    TENON_RETURN_IF_ERROR(Unpack(partition.payload, kPartitionVersion, &number));
    if (number < 0 || number >= static_cast<int64_t>(parts_.size()))
      return Status::InvalidArgument("Partition is none of this scan");
    TENON_ASSIGN_OR_RETURN(std::unique_ptr<Database> database, idle_->Take());
    std::unique_ptr<RowFunction> function;
    // Only of a table: of a query, SQLite might call it before it sorts.
    if (select_.numbered) {
      TENON_ASSIGN_OR_RETURN(function, RowFunction::Make(*database, select_.columns));
    }
    const bool called = function != nullptr;
    std::string sql = "SELECT " +
                      (called ? RowFunction::kName + ("(" + select_.list + ")") : select_.list) +
                      " FROM " + select_.from;
    std::string word = " WHERE ";
    std::vector<std::string> all = conditions_;
    all.push_back(parts_[static_cast<size_t>(number)].condition);
    for (const std::string& condition : all) {
      if (condition.empty()) continue;
      sql += word + condition;
      word = " AND ";
    }
    TENON_ASSIGN_OR_RETURN(StatementPtr statement, database->Prepare(sql));
    return std::make_unique<SqliteReader>(idle_, std::move(database), std::move(function),
                                          std::move(statement), schema_, select_, from_, limit_,
                                          context);
  }

  const std::shared_ptr<IdleConnections> idle_;
  const std::vector<Part> parts_;
  const std::vector<std::string> conditions_;
  const Selection select_;
  const std::optional<int64_t> limit_;
  const SchemaPtr schema_;
  const std::string from_;
  bool planned_ = false;
};

class SqliteSource : public Source {
 public:
  explicit SqliteSource(SourceOptions options) : options_(std::move(options)) {}

  Result<std::optional<Schema>> schema(const TaskContext& context) override {
    TENON_ASSIGN_OR_RETURN(const Relation* const relation, Known(context));
    return std::optional<Schema>(relation->schema);
  }

  Result<ScanOffer> Offer(const ScanRequest& request, const TaskContext& context) override {
    TENON_ASSIGN_OR_RETURN(const Relation* const relation, Known(context));
    ScanOffer offer;
    offer.schema = relation->schema;
    const Schema sortable = SortableOf(*relation);
    for (const Predicate& conjunct : request.where)
      offer.where.push_back(jdbc::internal::AnswerTo(conjunct, sortable, Dialect()));
    offer.limit = request.limit.has_value();
    if (request.columns) {
      TENON_ASSIGN_OR_RETURN(offer.schema, Picked(*relation, *request.columns));
      offer.columns = true;
    }
    offer.detail = "table=" + Place();
    return offer;
  }

  Result<std::unique_ptr<Scan>> Plan(const ScanRequest& accepted,
                                     const TaskContext& context) override {
    if (accepted.after || accepted.until)
      return Status::Unsupported("SQLite keeps no position: path=" + options_.path);
    TENON_ASSIGN_OR_RETURN(const Relation* const relation, Known(context));
    auto schema = std::make_shared<const Schema>(relation->schema);
    if (accepted.columns) {
      TENON_ASSIGN_OR_RETURN(Schema picked, Picked(*relation, *accepted.columns));
      schema = std::make_shared<const Schema>(std::move(picked));
    }
    std::vector<std::string> conditions;
    for (const Predicate& conjunct : accepted.where)
      conditions.push_back(jdbc::internal::ConditionOf(conjunct, Dialect()));
    if (!options_.filter_predicate.empty())
      conditions.push_back("(" + options_.filter_predicate + "\n)");
    const int wanted = accepted.limit ? 1 : std::max(1, accepted.wanted_partitions);
    TENON_ASSIGN_OR_RETURN(std::vector<Part> parts, Parts(*relation, wanted));
    TENON_ASSIGN_OR_RETURN(
        auto databases,
        OpenOneState(options_.path, static_cast<int>(parts.size()), options_.busy_timeout));
    Selection select{.from = relation->from, .utf8 = relation->utf8};
    select.numbered = relation->rowid.has_value() && schema->size() > 0;
    if (select.numbered) {
      select.list = *relation->rowid;
      select.columns = 1;
    }
    for (const Field& field : schema->fields())
      select.list += (select.columns++ > 0 ? ", " : "") + Quoted(field.name);
    if (schema->size() == 0) select.list = "1";
    return std::make_unique<SqliteScan>(std::make_shared<IdleConnections>(std::move(databases)),
                                        std::move(parts), std::move(conditions), std::move(select),
                                        accepted.limit, std::move(schema), "table=" + Place());
  }

 private:
  std::string Place() const { return options_.query.empty() ? options_.db_table : "(query)"; }

  Result<const Relation*> Known(const TaskContext& context) {
    const std::lock_guard lock(mutex_);
    if (!relation_) {
      TENON_ASSIGN_OR_RETURN(const auto database,
                             Database::Open(options_.path, Access::kRead, options_.busy_timeout));
      const Interrupter interrupter(*database, context);
      TENON_ASSIGN_OR_RETURN(relation_, Describe(*database, options_));
      TENON_RETURN_IF_ERROR(CheckWords(*database));
    }
    return &*relation_;
  }

  // What the user wrote in SQL is understood before anything is read.
  Status CheckWords(Database& database) const {
    if (!options_.filter_predicate.empty()) {
      const auto checked = database.Prepare("SELECT 1 FROM " + relation_->from + " WHERE (" +
                                            options_.filter_predicate + "\n)");
      if (!checked.ok()) return Status(checked.status()).WithWhere("option=filterPredicate");
    }
    if (!options_.partition_column) return Status::Ok();
    const auto column = relation_->schema.IndexOf(*options_.partition_column);
    if (column && relation_->schema.field(*column).type == DataType::Long()) return Status::Ok();
    const std::string nearest = NearestName(*options_.partition_column, relation_->schema.names());
    return Status::InvalidArgument("Column cannot part the rows: option=partitionColumn value=" +
                                   *options_.partition_column)
        .WithNumber(base::kErrOptionBounds)
        .WithHint(!column && !nearest.empty() ? "Did you mean " + nearest + "?"
                                              : "Name a column of whole numbers.");
  }

  static Schema SortableOf(const Relation& relation) {
    std::vector<Field> fields;
    for (const std::string& name : relation.sortable)
      fields.push_back(relation.schema.field(*relation.schema.IndexOf(name)));
    return Schema(std::move(fields));
  }

  Result<Schema> Picked(const Relation& relation, const std::vector<std::string>& names) const {
    std::vector<Field> fields;
    for (const std::string& name : names) {
      const std::optional<int> at = relation.schema.IndexOf(name);
      if (!at) {
        const std::string nearest = NearestName(name, relation.schema.names());
        return Status::InvalidArgument("Column is not in the table: column=" + name +
                                       " table=" + Place())
            .WithNumber(base::kErrUnknownColumn)
            .WithHint(nearest.empty() ? "" : "Did you mean " + nearest + "?");
      }
      fields.push_back(relation.schema.field(*at));
    }
    return Schema(std::move(fields));
  }

  // By the four options, else by ranges of the rowid.
  Result<std::vector<Part>> Parts(const Relation& relation, int wanted) const {
    std::vector<Part> parts;
    if (options_.partition_column && wanted > 1) {
      jdbc::internal::JdbcOptions spark;
      spark.partition_column = options_.partition_column;
      spark.lower_bound = options_.lower_bound;
      spark.upper_bound = options_.upper_bound;
      spark.num_partitions = std::min<int64_t>(*options_.num_partitions, kMostConnections);
      for (std::string& condition : jdbc::internal::PartitionConditions(spark, Dialect()))
        parts.push_back({std::move(condition)});
      return parts;
    }
    if (wanted <= 1 || !relation.rowid) return std::vector<Part>(1);
    TENON_ASSIGN_OR_RETURN(const auto database,
                           Database::Open(options_.path, Access::kRead, options_.busy_timeout));
    const std::string& rowid = *relation.rowid;
    TENON_ASSIGN_OR_RETURN(
        const StatementPtr ends,
        database->Prepare("SELECT (SELECT min(" + rowid + ") FROM " + relation.from +
                          "), (SELECT max(" + rowid + ") FROM " + relation.from + ")"));
    TENON_RETURN_IF_ERROR(database->Step(ends.get()).status());
    if (sqlite3_column_type(ends.get(), 0) == SQLITE_NULL) return std::vector<Part>(1);
    const auto low = static_cast<uint64_t>(sqlite3_column_int64(ends.get(), 0));
    const auto high = static_cast<uint64_t>(sqlite3_column_int64(ends.get(), 1));
    const uint64_t span = high - low;  // Of unsigned numbers: whatever the signs are.
    const auto least = static_cast<uint64_t>(std::min(wanted * kPartsPerThread, kMostConnections));
    const auto most = static_cast<uint64_t>(std::min(wanted * kPartsOfLarge, kMostConnections));
    const uint64_t count = std::clamp(span / kLargePart, least, most);
    const uint64_t stride = span / count + 1;
    // The first and the last have no end: rows that came since are not left out.
    for (uint64_t i = 0; i < count && (i == 0 || i <= span / stride); ++i) {
      const std::string from = std::to_string(static_cast<int64_t>(low + i * stride));
      const std::string to = std::to_string(static_cast<int64_t>(low + (i + 1) * stride));
      const bool first = i == 0, last = i + 1 == count || i + 1 > span / stride;
      std::string condition;
      if (!first) condition = rowid + " >= " + from;
      if (!last) condition += (first ? "" : " AND ") + rowid + " < " + to;
      parts.push_back({std::move(condition)});
    }
    return parts;
  }

  const SourceOptions options_;
  std::mutex mutex_;
  std::optional<Relation> relation_;  // Read once: what is offered is what is planned.
};

}  // namespace

std::unique_ptr<Source> MakeSource(SourceOptions options) {
  return std::make_unique<SqliteSource>(std::move(options));
}

}  // namespace tenon::sqlite
