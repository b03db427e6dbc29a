#include "door/athena_read.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "door/athena_constraints.h"
#include "door/athena_reader.h"

namespace tenon::athena::internal {
namespace {

constexpr int kPayloadVersion = 1;
constexpr char kPseudoColumn[] = "partitionId";  // Athena's, of a table without partition columns.

// The partitions that GetPartitions writes, all of them.
class PartitionWriter : public BlockWriter {
 public:
  explicit PartitionWriter(const SchemaPtr& schema)
      : chooser_(schema->names(), *schema), rows_(schema) {}
  Result<RecordBatch> Finish() {
    TENON_RETURN_IF_ERROR(status_);
    return rows_.Finish();
  }

 protected:
  ColumnBuilder* Find(std::string_view column) override { return Cell(chooser_.ByName(column)); }
  ColumnBuilder* At(int column) override { return Cell(chooser_.ByPosition(column)); }
  bool FinishRow(int cells) override {
    if (status_.ok()) status_ = chooser_.CheckCells(cells);
    if (status_.ok()) rows_.EndRow();
    return status_.ok();
  }

 private:
  ColumnBuilder* Cell(int slot) { return slot < 0 ? nullptr : &rows_.column(slot); }

  const ColumnChooser chooser_;
  BatchBuilder rows_;
  Status status_;
};

bool IsWhole(const DataType& type) {
  return type.id() >= TypeId::kByte && type.id() <= TypeId::kLong;
}

// REQUIRES: a type that PartitionSchema lets pass.
Literal LiteralAt(const ColumnView& column, int64_t row) {
  const DataType& type = column.type();
  if (column.is_null(row)) return Literal::Null(type);
  if (IsWhole(type)) return {type, column.GetLong(row)};
  if (type.id() == TypeId::kBoolean) return {type, column.GetBoolean(row)};
  return {type, std::string(column.GetString(row))};
}

// The rows that the constraints leave.
Result<RecordBatch> Prune(const RecordBatch& partitions, const Constraints& constraints) {
  const BatchView view(partitions);
  const Schema& schema = partitions.schema();
  BatchBuilder kept(partitions.schema_ptr());
  for (int64_t row = 0; row < partitions.num_rows(); ++row) {
    std::vector<Literal> values;
    bool wanted = true;
    for (int i = 0; i < schema.size(); ++i) {
      values.push_back(LiteralAt(view.column(i), row));
      const auto set = constraints.summary.find(schema.field(i).name);
      wanted = wanted && (set == constraints.summary.end() || set->second.Contains(values.back()));
    }
    if (!wanted) continue;
    for (int i = 0; i < schema.size(); ++i) {
      const Literal::Value& value = values[static_cast<size_t>(i)].value;
      if (const auto* number = std::get_if<int64_t>(&value)) kept.column(i).Append(*number);
      if (const auto* boolean = std::get_if<bool>(&value)) kept.column(i).Append(*boolean);
      if (const auto* text = std::get_if<std::string>(&value)) kept.column(i).Append(*text);
    }
    kept.EndRow();
  }
  return kept.Finish();
}

Result<Schema> PartitionSchema(const GetTableResponse& table) {
  TENON_ASSIGN_OR_RETURN(Schema schema,
                         tenon::internal::SelectColumns(table.schema, table.partition_columns));
  for (const Field& field : schema.fields()) {
    if (IsWhole(field.type) || field.type.id() == TypeId::kBoolean ||
        field.type.id() == TypeId::kString) {
      continue;
    }
    return Status::Unsupported("Partition column has a type that is not compared: column=" +
                               field.name + " type=" + field.type.ToString());
  }
  return schema;
}

class AthenaScan : public Scan {
 public:
  AthenaScan(std::shared_ptr<const CompositeHandler> handler, const Options& options,
             TableName table)
      : handler_(std::move(handler)), options_(options), table_(std::move(table)) {}

  // What DoGetSplits is asked for.
  Status FindPartitions(const GetTableResponse& table, const TaskContext& context) {
    if (table.partition_columns.empty()) {
      BatchBuilder one(std::make_shared<const Schema>(Schema({{kPseudoColumn, DataType::Int()}})));
      one.Append(1);
      TENON_ASSIGN_OR_RETURN(partitions_, one.Finish());
      return Status::Ok();
    }
    TENON_ASSIGN_OR_RETURN(Schema schema, PartitionSchema(table));
    PartitionWriter writer(std::make_shared<const Schema>(std::move(schema)));
    TENON_RETURN_IF_ERROR(
        handler_->GetPartitions(writer, {{options_, context}, table_, constraints}));
    TENON_ASSIGN_OR_RETURN(const RecordBatch all, writer.Finish());
    TENON_ASSIGN_OR_RETURN(partitions_, Prune(all, constraints));
    return Status::Ok();
  }

  Result<std::vector<Partition>> NextPartitions(const TaskContext& context) override {
    std::vector<Partition> page;
    if (partitions_.num_rows() == 0) ended_ = true;  // Nothing to read: nothing is asked.
    while (page.empty() && !ended_) {
      TENON_RETURN_IF_ERROR(context.CheckCancelled());
      TENON_ASSIGN_OR_RETURN(
          GetSplitsResponse response,
          handler_->DoGetSplits({{options_, context}, table_, partitions_, constraints, token_}));
      for (const SplitProperties& split : response.splits) {
        std::vector<std::string> texts;
        for (const auto& [name, value] : split) {
          texts.push_back(name);
          texts.push_back(value);
        }
        page.push_back({.payload = Pack(kPayloadVersion, texts)});
      }
      ended_ = response.continuation_token.empty();
      if (!ended_ && response.continuation_token == token_) {
        return Status::Internal("DoGetSplits gave back the token that it was asked with: token=" +
                                token_);
      }
      token_ = std::move(response.continuation_token);
    }
    return page;
  }
  ScanState state() const override { return planned; }

  Constraints constraints;
  ScanState planned;

 private:
  const std::shared_ptr<const CompositeHandler> handler_;
  const Options options_;
  const TableName table_;
  RecordBatch partitions_;
  std::string token_;
  bool ended_ = false;
};

class AthenaSource : public Source {
 public:
  AthenaSource(std::shared_ptr<const CompositeHandler> handler, const Options& options,
               TableName table, std::string name)
      : handler_(std::move(handler)),
        options_(options),
        table_name_(std::move(table)),
        name_(std::move(name)) {}

  Result<std::optional<Schema>> schema(const TaskContext& context) override {
    TENON_RETURN_IF_ERROR(FindTable(context));
    return table_->schema;
  }

  Result<ScanOffer> Offer(const ScanRequest& request, const TaskContext& context) override {
    TENON_RETURN_IF_ERROR(FindTable(context));
    ScanOffer offer;
    std::string column;
    for (const Predicate& conjunct : request.where) {
      const bool said = ValueSetOf(conjunct, table_->schema, &column).has_value();
      offer.where.push_back(said ? PushDown::kInexact : PushDown::kNone);
    }
    if (request.columns && !tenon::internal::HasRepeats(*request.columns)) {
      TENON_ASSIGN_OR_RETURN(offer.schema,
                             tenon::internal::SelectColumns(table_->schema, *request.columns));
      offer.columns = true;
    }
    return offer;
  }

  Result<std::unique_ptr<Scan>> Plan(const ScanRequest& accepted,
                                     const TaskContext& context) override {
    TENON_RETURN_IF_ERROR(FindTable(context));
    if (accepted.after || accepted.until) {
      return Status::Unsupported("Connector keeps no job bookmark: connector=" + name_)
          .WithHint("AWS Glue keeps none for Athena connectors either.");
    }
    if (accepted.limit) return NotOffered();
    auto scan = std::make_unique<AthenaScan>(handler_, options_, table_name_);
    for (const Predicate& conjunct : accepted.where) {
      std::string column;
      std::optional<ValueSet> set = ValueSetOf(conjunct, table_->schema, &column);
      if (!set) return NotOffered();
      const auto [at, first] = scan->constraints.summary.try_emplace(column, *set);
      if (!first) at->second = Intersect(at->second, *set);
    }
    scan->planned.schema = table_->schema;
    if (accepted.columns) {
      TENON_ASSIGN_OR_RETURN(scan->planned.schema,
                             tenon::internal::SelectColumns(table_->schema, *accepted.columns));
    }
    PayloadWriter state(kPayloadVersion);
    state.Put(table_->schema.names());
    PutConstraints(scan->constraints, &state);
    scan->planned.bytes = std::move(state).Finish();
    TENON_RETURN_IF_ERROR(scan->FindPartitions(*table_, context));
    return std::unique_ptr<Scan>(std::move(scan));
  }

 private:
  Status FindTable(const TaskContext& context) {
    if (table_) return Status::Ok();
    TENON_ASSIGN_OR_RETURN(table_, handler_->DoGetTable({{options_, context}, table_name_}));
    return Status::Ok();
  }
  Status NotOffered() const {
    return Status::Internal("Plan is asked for what was not offered: connector=" + name_);
  }

  const std::shared_ptr<const CompositeHandler> handler_;
  const Options options_;
  const TableName table_name_;
  const std::string name_;
  std::optional<GetTableResponse> table_;  // Once it was asked for.
};

struct AthenaReaders : ReaderFactory {
  explicit AthenaReaders(std::shared_ptr<const ReadPlan> made) : plan(std::move(made)) {}
  Result<std::unique_ptr<PartitionReader>> Open(const Partition& partition,
                                                const TaskContext& context) const override {
    std::vector<std::string> texts;
    TENON_RETURN_IF_ERROR(Unpack(partition.payload, kPayloadVersion, &texts));
    if (texts.size() % 2 != 0) {
      return Status::InvalidArgument("Partition is not this connector's: texts=" +
                                     std::to_string(texts.size()));
    }
    SplitProperties split;
    for (size_t i = 0; i < texts.size(); i += 2) split.emplace(texts[i], texts[i + 1]);
    return MakeReader(plan, std::move(split), context);
  }
  std::shared_ptr<const ReadPlan> plan;
};

// Pages of a list that comes whole: a token is a position in it.
Result<TablePage> PageOf(std::vector<std::string> names, std::string_view token, int max) {
  std::sort(names.begin(), names.end());
  size_t first = 0;
  if (!token.empty()) {
    const auto read = std::from_chars(token.data(), token.data() + token.size(), first);
    if (read.ec != std::errc() || read.ptr != token.data() + token.size()) {
      return Status::InvalidArgument("Page token is not this catalog's: token=" +
                                     std::string(token));
    }
  }
  TablePage page;
  for (; first < names.size() && static_cast<int>(page.names.size()) < max; ++first)
    page.names.push_back(std::move(names[first]));
  if (first < names.size()) page.next_token = std::to_string(first);
  return page;
}

struct AthenaCatalog : Catalog {
  Result<TablePage> ListNamespaces(std::string_view token, int max,
                                   const TaskContext& context) override {
    TENON_ASSIGN_OR_RETURN(auto names, handler->DoListSchemaNames({{options, context}}));
    return PageOf(std::move(names), token, max);
  }
  Result<TablePage> ListTables(std::string_view name_space, std::string_view token, int max,
                               const TaskContext& context) override {
    TENON_ASSIGN_OR_RETURN(auto names,
                           handler->DoListTables({{options, context}, std::string(name_space)}));
    return PageOf(std::move(names), token, max);
  }
  Result<Schema> Describe(std::string_view name_space, std::string_view table,
                          const TaskContext& context) override {
    TENON_ASSIGN_OR_RETURN(
        GetTableResponse found,
        handler->DoGetTable({{options, context}, {std::string(name_space), std::string(table)}}));
    return std::move(found.schema);
  }
  std::shared_ptr<const CompositeHandler> handler;
  Options options;
};

}  // namespace

const OptionSpec<TableOptions>& Spec() {
  static const auto spec = OptionSpec<TableOptions>(UnknownOptions::kPass)
                               .Add("schemaName", &TableOptions::schema_name,
                                    {.help = "The schema that holds the table.", .required = true})
                               .Add("tableName", &TableOptions::table_name,
                                    {.help = "The table to read.", .required = true});
  return spec;
}

std::unique_ptr<Source> MakeSource(std::shared_ptr<const CompositeHandler> handler,
                                   const Options& options, TableName table, std::string name) {
  return std::make_unique<AthenaSource>(std::move(handler), options, std::move(table),
                                        std::move(name));
}

Result<std::unique_ptr<ReaderFactory>> MakeReaders(std::shared_ptr<const CompositeHandler> handler,
                                                   const Options& options, TableName table,
                                                   const ScanState& state) {
  if (!state.schema) {
    return Status::InvalidArgument("Scan state is not this connector's: it has no schema");
  }
  auto plan = std::make_shared<ReadPlan>();
  plan->handler = std::move(handler);
  plan->options = options;
  plan->table_name = std::move(table);
  plan->schema = std::make_shared<const Schema>(*state.schema);
  PayloadReader reader(state.bytes, kPayloadVersion);
  reader.Get(&plan->table_columns);
  TENON_RETURN_IF_ERROR(GetConstraints(&reader, &plan->constraints));
  TENON_RETURN_IF_ERROR(reader.Finish());
  return std::make_unique<AthenaReaders>(std::move(plan));
}

std::unique_ptr<Catalog> MakeCatalog(std::shared_ptr<const CompositeHandler> handler,
                                     const Options& options) {
  auto catalog = std::make_unique<AthenaCatalog>();
  catalog->handler = std::move(handler);
  catalog->options = options;
  return catalog;
}

}  // namespace tenon::athena::internal
