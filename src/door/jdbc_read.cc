#include "door/jdbc_read.h"

#include <algorithm>
#include <stop_token>
#include <utility>

#include "tenon/payload.h"
#include "tenon/row_reader.h"

namespace tenon::jdbc::internal {
namespace {

constexpr int kPayloadVersion = 1;
constexpr int64_t kFetchRows = 1000;  // As Glue asks its drivers for.
constexpr size_t kPartitionsPerPage = 1024;

__extension__ using Unsigned128 = unsigned __int128;

struct CancelStatement {
  Statement* statement;
  void operator()() const noexcept {
    try {
      statement->Cancel();
    } catch (...) {  // A stop must go on; the query ends by itself.
    }
  }
};

// One running query: its connection, its statement, its rows, and the call-back that cancels it.
class Query {
 public:
  static Result<std::unique_ptr<Query>> Run(const Database& database, const std::string& sql,
                                            const TaskContext& task) {
    TENON_RETURN_IF_ERROR(task.CheckCancelled());
    auto query = std::make_unique<Query>(task);
    TENON_RETURN_IF_ERROR(query->Start(database, sql));
    return query;
  }
  explicit Query(const TaskContext& task) : task_(task) {}

  ResultSet& rows() { return *rows_; }
  Result<bool> Next() {
    Result<bool> more = rows_->Next();
    if (!more.ok()) return Ended(std::move(more).status());
    return more;
  }

 private:
  Status Start(const Database& database, const std::string& sql) {
    Result<std::unique_ptr<Connection>> connection =
        database.driver->Connect(database.own.url, database.options, task_);
    if (!connection.ok()) return Ended(std::move(connection).status());
    connection_ = *std::move(connection);
    if (!connection_) return Status::Internal("Connect gave null");
    TENON_ASSIGN_OR_RETURN(statement_, connection_->CreateStatement());
    if (!statement_) return Status::Internal("CreateStatement gave null");
    statement_->SetFetchSize(std::min(kFetchRows, task_.limits().max_rows));
    cancel_.emplace(task_.stop(), CancelStatement{statement_.get()});
    TENON_RETURN_IF_ERROR(task_.CheckCancelled());
    Result<std::unique_ptr<ResultSet>> rows = statement_->ExecuteQuery(sql);
    if (!rows.ok()) return Ended(std::move(rows).status());
    rows_ = *std::move(rows);
    return rows_ ? Status::Ok() : Status::Internal("ExecuteQuery gave null");
  }

  // Whatever a driver says when it was cancelled.
  Status Ended(Status status) const { return task_.cancelled() ? task_.CheckCancelled() : status; }

  const TaskContext task_;
  std::unique_ptr<Connection> connection_;
  std::unique_ptr<Statement> statement_;
  std::unique_ptr<ResultSet> rows_;
  std::optional<std::stop_callback<CancelStatement>> cancel_;  // Last: goes first.
};

struct JdbcScan : Scan {
  Result<std::vector<Partition>> NextPartitions(const TaskContext&) override {
    std::vector<Partition> page;
    for (; next < conditions.size() && page.size() < kPartitionsPerPage; ++next)
      page.push_back({.payload = Pack(kPayloadVersion, conditions[next])});
    return page;
  }
  ScanState state() const override { return planned; }

  std::vector<std::string> conditions;  // Of each partition.
  size_t next = 0;
  ScanState planned;
};

class JdbcSource : public Source {
 public:
  JdbcSource(DatabasePtr database, std::string name)
      : database_(std::move(database)), name_(std::move(name)) {}

  Result<std::optional<Schema>> schema(const TaskContext& context) override {
    if (!schema_) {
      const std::string sql =
          SelectOf(database_->own, {"*"}, {"1 = 0"}, database_->driver->GetDialect());
      TENON_ASSIGN_OR_RETURN(const auto query, Query::Run(*database_, sql, context));
      std::vector<Field> fields;
      for (const ColumnMetaData& column : query->rows().GetMetaData())
        fields.push_back({column.label, TypeOf(column)});
      schema_ = Schema(std::move(fields));
    }
    return schema_;
  }

  Result<ScanOffer> Offer(const ScanRequest& request, const TaskContext& context) override {
    TENON_ASSIGN_OR_RETURN(const auto all, schema(context));
    ScanOffer offer;
    const Dialect dialect = database_->driver->GetDialect();
    for (const Predicate& conjunct : request.where)
      offer.where.push_back(AnswerTo(conjunct, *all, dialect));
    offer.columns = true;
    offer.schema = *all;
    if (request.columns) {
      TENON_ASSIGN_OR_RETURN(offer.schema, tenon::internal::SelectColumns(*all, *request.columns));
    }
    return offer;
  }

  Result<std::unique_ptr<Scan>> Plan(const ScanRequest& accepted,
                                     const TaskContext& context) override {
    TENON_RETURN_IF_ERROR(CheckAccepted(accepted, context));
    auto scan = std::make_unique<JdbcScan>();
    scan->planned.schema = schema_;
    if (accepted.columns) {
      TENON_ASSIGN_OR_RETURN(scan->planned.schema,
                             tenon::internal::SelectColumns(*schema_, *accepted.columns));
    }
    const Dialect dialect = database_->driver->GetDialect();
    std::vector<std::string> filters;
    for (const Predicate& conjunct : accepted.where)
      filters.push_back(ConditionOf(conjunct, dialect));
    scan->planned.bytes = Pack(kPayloadVersion, filters);
    scan->conditions = PartitionConditions(database_->own, dialect);
    return std::unique_ptr<Scan>(std::move(scan));
  }

 private:
  Status CheckAccepted(const ScanRequest& accepted, const TaskContext& context) {
    TENON_ASSIGN_OR_RETURN(const auto all, schema(context));
    if (accepted.after || accepted.until) {
      return Status::Unsupported("Connector keeps no job bookmark: connector=" + name_);
    }
    const Dialect dialect = database_->driver->GetDialect();
    bool offered = !accepted.limit;
    for (const Predicate& conjunct : accepted.where)
      offered = offered && AnswerTo(conjunct, *all, dialect) == PushDown::kExact;
    if (!offered) {
      return Status::Internal("Plan is asked for what was not offered: connector=" + name_);
    }
    if (!database_->own.partition_column) return Status::Ok();
    TENON_ASSIGN_OR_RETURN(const Schema column, tenon::internal::SelectColumns(
                                                    *all, {*database_->own.partition_column}));
    const DataType& type = column.field(0).type;
    if (type.id() >= TypeId::kByte && type.id() <= TypeId::kLong) return Status::Ok();
    return Status::InvalidArgument(
        "Column for partitions is no whole number: option=partitionColumn column=" +
        column.field(0).name + " type=" + type.ToString());
  }

  const DatabasePtr database_;
  const std::string name_;
  std::optional<Schema> schema_;  // Of all columns, once it was asked for.
};

class JdbcRows : public RowReader {
 public:
  JdbcRows(SchemaPtr schema, std::unique_ptr<Query> query, const TaskContext& context)
      : RowReader(schema, context), schema_(std::move(schema)), query_(std::move(query)) {}

 protected:
  Result<bool> NextRow(BatchBuilder& row) override {
    TENON_ASSIGN_OR_RETURN(const bool more, query_->Next());
    if (!more) return false;
    for (int i = 0; i < schema_->size(); ++i) {
      Status status = AppendCell(i, row.column(i));
      if (!status.ok()) return std::move(status).WithWhere("column=" + schema_->field(i).name);
    }
    row.EndRow();
    return true;
  }

 private:
  Status AppendCell(int index, ColumnBuilder& cell) {
    ResultSet& rows = query_->rows();
    const DataType& type = schema_->field(index).type;
    switch (type.id()) {
      case TypeId::kFloat:
      case TypeId::kDouble: {
        TENON_ASSIGN_OR_RETURN(const double value, rows.GetDouble(index + 1));
        if (!rows.WasNull()) cell.Append(value);
        break;
      }
      case TypeId::kDecimal: {
        TENON_ASSIGN_OR_RETURN(const std::string_view text, rows.GetString(index + 1));
        if (rows.WasNull()) break;
        TENON_ASSIGN_OR_RETURN(const Decimal128 value,
                               ParseDecimal(text, type.precision(), type.scale()));
        cell.Append(value);
        break;
      }
      case TypeId::kString:
      case TypeId::kBinary: {
        TENON_ASSIGN_OR_RETURN(const std::string_view text, rows.GetString(index + 1));
        if (!rows.WasNull()) cell.Append(text);
        break;
      }
      default: {
        TENON_ASSIGN_OR_RETURN(const int64_t value, rows.GetLong(index + 1));
        if (rows.WasNull()) break;
        if (type.id() == TypeId::kBoolean) {
          cell.Append(value != 0);
        } else {
          cell.Append(value);
        }
      }
    }
    return Status::Ok();  // A cell that was not appended is null.
  }

  const SchemaPtr schema_;
  const std::unique_ptr<Query> query_;
};

struct JdbcReaders : ReaderFactory {
  Result<std::unique_ptr<PartitionReader>> Open(const Partition& partition,
                                                const TaskContext& context) const override {
    std::string condition;
    TENON_RETURN_IF_ERROR(Unpack(partition.payload, kPayloadVersion, &condition));
    std::vector<std::string> conditions = filters;
    conditions.push_back(std::move(condition));
    const std::string sql =
        SelectOf(database->own, schema->names(), conditions, database->driver->GetDialect());
    TENON_ASSIGN_OR_RETURN(auto query, Query::Run(*database, sql, context));
    return std::make_unique<JdbcRows>(schema, std::move(query), context);
  }
  DatabasePtr database;
  SchemaPtr schema;
  std::vector<std::string> filters;
};

}  // namespace

std::unique_ptr<Source> MakeSource(DatabasePtr database, std::string name) {
  return std::make_unique<JdbcSource>(std::move(database), std::move(name));
}

Result<std::unique_ptr<ReaderFactory>> MakeReaders(DatabasePtr database, const ScanState& state) {
  if (!state.schema) {
    return Status::InvalidArgument("Scan state is not this connector's: it has no schema");
  }
  auto readers = std::make_unique<JdbcReaders>();
  TENON_RETURN_IF_ERROR(Unpack(state.bytes, kPayloadVersion, &readers->filters));
  readers->database = std::move(database);
  readers->schema = std::make_shared<const Schema>(*state.schema);
  return std::unique_ptr<ReaderFactory>(std::move(readers));
}

Result<Decimal128> ParseDecimal(std::string_view text, int precision, int scale) {
  const auto wrong = [&](std::string_view what) {
    return Status::DataError("Decimal " + std::string(what) +
                             ": value=" + std::string(text.substr(0, 80)) + " type=decimal(" +
                             std::to_string(precision) + "," + std::to_string(scale) + ")");
  };
  std::string_view rest = text;
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  Unsigned128 value = 0;
  int digits = 0, behind = -1;  // `behind`: digits behind the point; -1 before it.
  bool any = false;
  for (const char letter : rest) {
    if (letter == '.' && behind < 0) {
      behind = 0;
      continue;
    }
    if (letter < '0' || letter > '9') return wrong("is no plain number");
    any = true;
    if (behind >= scale) {
      if (letter != '0') return wrong("has more digits behind the point than its type");
      continue;
    }
    if (behind >= 0) ++behind;
    value = value * 10 + static_cast<unsigned>(letter - '0');
    if (value != 0 && ++digits > 38) return wrong("has more digits than its type");
  }
  if (!any) return wrong("is no plain number");
  for (int i = std::max(behind, 0); i < scale; ++i) {
    value *= 10;
    if (value != 0 && ++digits > 38) return wrong("has more digits than its type");
  }
  if (digits > precision) return wrong("has more digits than its type");
  if (negative) value = -value;
  return Decimal128{static_cast<int64_t>(value >> 64), static_cast<uint64_t>(value)};
}

}  // namespace tenon::jdbc::internal
