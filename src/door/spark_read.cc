#include "door/spark_read.h"

#include <algorithm>
#include <utility>

#include "tenon/row_reader.h"

namespace tenon::spark::internal {
namespace {

constexpr size_t kPartitionsPerPage = 1024;
constexpr std::string_view kOffsetPrefix = R"({"v":1,"offset":)";

bool Contains(const std::vector<Filter>& filters, const Filter& filter) {
  return std::find(filters.begin(), filters.end(), filter) != filters.end();
}

// What the reader does with each filter: Spark's two lists, by set difference.
Result<std::vector<PushDown>> PushAll(SupportsPushDownFilters& reader,
                                      const std::vector<Filter>& filters) {
  const std::vector<Filter> rest = reader.PushFilters(filters);
  const std::vector<Filter> pushed = reader.PushedFilters();
  std::vector<PushDown> answers;
  for (const Filter& filter : filters) {
    const bool used = Contains(pushed, filter), left = Contains(rest, filter);
    if (!used && !left) {
      return Status::Internal(
          "Filter is neither returned by PushFilters nor in PushedFilters: filter=" +
          filter.ToString());
    }
    const bool half = used && left && filter.op != Op::kText;  // Text is taken whole, or not.
    answers.push_back(!left ? PushDown::kExact : half ? PushDown::kInexact : PushDown::kNone);
  }
  return answers;
}

Result<std::optional<std::string>> OffsetOf(const std::optional<Position>& position) {
  if (!position) return std::optional<std::string>();
  const std::string_view json = position->json;
  if (!json.starts_with(kOffsetPrefix) || !json.ends_with("}")) {
    return Status::InvalidArgument("Position is not this connector's: position=" + position->json)
        .WithHint("Reset the bookmark.");
  }
  return std::optional(
      std::string(json.substr(kOffsetPrefix.size(), json.size() - kOffsetPrefix.size() - 1)));
}

struct SparkScan : Scan {
  Result<std::vector<Partition>> NextPartitions(const TaskContext& context) override {
    std::vector<Partition> page;
    for (; next < planned.size() && page.size() < kPartitionsPerPage; ++next) {
      TENON_RETURN_IF_ERROR(context.CheckCancelled());
      page.push_back(
          {.payload = planned[next]->Serialize(), .hosts = planned[next]->PreferredLocations()});
    }
    return page;
  }
  ScanState state() const override { return {{}, schema}; }
  std::optional<Position> end() const override { return position; }

  std::unique_ptr<DataSourceReader> reader;  // What it holds, it holds until the last row is read.
  std::vector<std::unique_ptr<InputPartition>> planned;
  size_t next = 0;
  Schema schema;
  std::optional<Position> position;
};

class SparkSource : public Source {
 public:
  SparkSource(std::shared_ptr<const ReadSupport> read, std::string name, const Options& options)
      : read_(std::move(read)), name_(std::move(name)), options_(options) {}

  Result<std::optional<Schema>> schema(const TaskContext& context) override {
    if (!schema_) {
      TENON_ASSIGN_OR_RETURN(auto reader, CreateReader());
      TENON_ASSIGN_OR_RETURN(schema_, reader->ReadSchema(context));
    }
    return schema_;
  }

  Result<ScanOffer> Offer(const ScanRequest& request, const TaskContext& context) override {
    ScanOffer offer;
    TENON_ASSIGN_OR_RETURN(auto reader, CreateReader());
    auto* filters = dynamic_cast<SupportsPushDownFilters*>(reader.get());
    if (filters != nullptr && !request.where.empty()) {
      TENON_ASSIGN_OR_RETURN(offer.where, PushAll(*filters, request.where));
    }
    const bool prunes = dynamic_cast<SupportsPushDownRequiredColumns*>(reader.get()) != nullptr;
    if (prunes && request.columns && !tenon::internal::HasRepeats(*request.columns)) {
      TENON_ASSIGN_OR_RETURN(const auto all, schema(context));
      TENON_ASSIGN_OR_RETURN(offer.schema, tenon::internal::SelectColumns(*all, *request.columns));
      offer.columns = true;
    }
    if (auto* statistics = dynamic_cast<SupportsReportStatistics*>(reader.get())) {
      const Statistics estimate = statistics->EstimateStatistics();
      offer.rows = estimate.num_rows.value_or(-1);
      offer.bytes = estimate.size_in_bytes.value_or(-1);
    }
    return offer;
  }

  Result<std::unique_ptr<Scan>> Plan(const ScanRequest& accepted,
                                     const TaskContext& context) override {
    auto scan = std::make_unique<SparkScan>();
    TENON_ASSIGN_OR_RETURN(scan->reader, CreateReader());
    TENON_RETURN_IF_ERROR(Push(*scan->reader, accepted, context));
    TENON_ASSIGN_OR_RETURN(scan->position, SetRange(*scan->reader, accepted));
    TENON_ASSIGN_OR_RETURN(scan->schema, scan->reader->ReadSchema(context));
    if (accepted.columns && scan->schema.names() != *accepted.columns) {
      return Status::Internal(
          "ReadSchema does not give the columns that PruneColumns asked for: schema=" +
          scan->schema.ToString());
    }
    TENON_ASSIGN_OR_RETURN(scan->planned, scan->reader->PlanInputPartitions(context));
    for (const auto& partition : scan->planned) {
      if (!partition) return Status::Internal("PlanInputPartitions gave a partition that is null");
    }
    return std::unique_ptr<Scan>(std::move(scan));
  }

 private:
  Result<std::unique_ptr<DataSourceReader>> CreateReader() const {
    TENON_ASSIGN_OR_RETURN(auto reader, read_->CreateReader(options_));
    if (!reader) return Status::Internal("CreateReader gave null: connector=" + name_);
    return reader;
  }

  Status Push(DataSourceReader& reader, const ScanRequest& accepted, const TaskContext& context) {
    auto* filters = dynamic_cast<SupportsPushDownFilters*>(&reader);
    auto* columns = dynamic_cast<SupportsPushDownRequiredColumns*>(&reader);
    if (accepted.limit || (filters == nullptr && !accepted.where.empty()) ||
        (columns == nullptr && accepted.columns)) {
      return Status::Internal("Plan is asked for what was not offered: connector=" + name_);
    }
    if (!accepted.where.empty()) {
      TENON_ASSIGN_OR_RETURN(const auto answers, PushAll(*filters, accepted.where));
      for (size_t i = 0; i < answers.size(); ++i) {
        if (answers[i] != PushDown::kNone) continue;
        return Status::Internal("PushFilters takes a filter once and not again: filter=" +
                                accepted.where[i].ToString());
      }
    }
    if (accepted.columns) {
      TENON_ASSIGN_OR_RETURN(const auto all, schema(context));
      TENON_ASSIGN_OR_RETURN(const Schema required,
                             tenon::internal::SelectColumns(*all, *accepted.columns));
      columns->PruneColumns(required);
    }
    return Status::Ok();
  }

  Result<std::optional<Position>> SetRange(DataSourceReader& reader,
                                           const ScanRequest& accepted) const {
    auto* offsets = dynamic_cast<SupportsOffsets*>(&reader);
    if (offsets == nullptr) {
      if (!accepted.after && !accepted.until) return std::optional<Position>();
      return Status::Unsupported("Connector keeps no job bookmark: connector=" + name_)
          .WithHint("Its DataSourceReader would have to be a SupportsOffsets (tenon/spark.h).");
    }
    TENON_ASSIGN_OR_RETURN(auto start, OffsetOf(accepted.after));
    TENON_ASSIGN_OR_RETURN(auto end, OffsetOf(accepted.until));
    TENON_RETURN_IF_ERROR(offsets->SetOffsetRange(std::move(start), std::move(end)));
    return std::optional(
        Position{std::string(kOffsetPrefix) + offsets->GetEndOffset() + std::string("}")});
  }

  const std::shared_ptr<const ReadSupport> read_;
  const std::string name_;
  const Options options_;
  std::optional<Schema> schema_;  // Of all columns, once it was asked for.
};

class SparkRows : public RowReader {
 public:
  SparkRows(std::shared_ptr<const ReadSupport> read, std::shared_ptr<const Options> options,
            SchemaPtr schema, const TaskContext& context)
      : RowReader(schema, context),
        read_(std::move(read)),
        options_(std::move(options)),
        schema_(std::move(schema)),
        task_(context) {}

  Status Open(const Partition& partition) {
    TENON_ASSIGN_OR_RETURN(partition_, read_->ParsePartition(partition.payload));
    if (!partition_) return Status::Internal("ParsePartition gave null");
    TENON_ASSIGN_OR_RETURN(rows_, partition_->CreatePartitionReader({*options_, *schema_, task_}));
    return rows_ ? Status::Ok() : Status::Internal("CreatePartitionReader gave null");
  }

 protected:
  Result<bool> NextRow(BatchBuilder& row) override {
    TENON_ASSIGN_OR_RETURN(const bool more, rows_->Next());
    if (!more) return false;
    const int64_t before = row.num_rows();
    rows_->Get(row);
    if (row.num_rows() == before + 1) return true;
    return Status::Internal("Get did not append exactly one row: rows=" +
                            std::to_string(row.num_rows() - before));
  }

 private:
  const std::shared_ptr<const ReadSupport> read_;
  const std::shared_ptr<const Options> options_;
  const SchemaPtr schema_;
  const TaskContext task_;
  std::unique_ptr<InputPartition> partition_;
  std::unique_ptr<InputPartitionReader> rows_;  // Last: goes first.
};

struct SparkReaders : ReaderFactory {
  SparkReaders(std::shared_ptr<const ReadSupport> given, const Options& asked,
               const Schema& columns)
      : read(std::move(given)),
        options(std::make_shared<const Options>(asked)),
        schema(std::make_shared<const Schema>(columns)) {}
  Result<std::unique_ptr<PartitionReader>> Open(const Partition& partition,
                                                const TaskContext& context) const override {
    auto rows = std::make_unique<SparkRows>(read, options, schema, context);
    TENON_RETURN_IF_ERROR(rows->Open(partition));
    return std::unique_ptr<PartitionReader>(std::move(rows));
  }
  std::shared_ptr<const ReadSupport> read;
  std::shared_ptr<const Options> options;
  SchemaPtr schema;
};

}  // namespace

std::unique_ptr<Source> MakeSource(std::shared_ptr<const ReadSupport> read, std::string name,
                                   const Options& options) {
  return std::make_unique<SparkSource>(std::move(read), std::move(name), options);
}

Result<std::unique_ptr<ReaderFactory>> MakeReaders(std::shared_ptr<const ReadSupport> read,
                                                   const Options& options, const ScanState& state) {
  if (!state.schema) {
    return Status::InvalidArgument("Scan state is not this connector's: it has no schema");
  }
  return std::make_unique<SparkReaders>(std::move(read), options, *state.schema);
}

}  // namespace tenon::spark::internal
