// Reads rows of Parquet files.
#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/json.h"
#include "columnar/field_places.h"
#include "columnar/parquet_reader.h"
#include "connectors/files/format/open_bytes.h"
#include "connectors/files/format/range_sequence.h"
#include "connectors/files/parquet/merged_schema.h"
#include "connectors/files/parquet/parquet_format.h"
#include "connectors/files/parquet/small_batches.h"
#include "connectors/files/parquet/store_source.h"
#include "expression/column_path.h"
#include "expression/serialise.h"

namespace tenon::files {
namespace {

using base::Json;
using columnar::ParquetFooter;
using columnar::ParquetReader;

// Footers that are read before they are merged, and how many at a time.
constexpr size_t kFootersAtOnce = 256;
constexpr size_t kFooterThreads = 8;
// About the columns of a batch for each of some threads: what they give back and take again.
constexpr size_t kKeptBytes = 64 << 20;

bool HasText(const Predicate& predicate) {
  return predicate.op == Op::kText ||
         std::any_of(predicate.args.begin(), predicate.args.end(), HasText);
}

bool CanPushDown(const Predicate& predicate, const Schema& schema) {
  const std::vector<std::string> columns = predicate.Columns();
  return !HasText(predicate) && std::all_of(columns.begin(), columns.end(), [&](const auto& name) {
    return expression::FindColumn(schema, name).has_value();
  });
}

Result<Schema> Projected(const Schema& schema,
                         const std::optional<std::vector<std::string>>& columns) {
  if (!columns) return schema;
  const columnar::FieldPlaces places(schema.fields());
  std::vector<Field> fields;
  for (const std::string& name : *columns) {
    const std::optional<int> at = places.Find(name);
    if (!at) return expression::UnknownColumn(schema, name);
    fields.push_back(schema.field(*at));
  }
  return Schema(std::move(fields));
}

// Gives the rows of one range under the schema of all files.
class RangeRows : public PartitionReader {
 public:
  RangeRows(std::unique_ptr<ParquetReader> reader, SchemaPtr schema, std::string path,
            const TaskContext& context)
      : reader_(std::move(reader)),
        schema_(std::move(schema)),
        path_(std::move(path)),
        context_(context) {}

  Result<std::optional<RecordBatch>> Next() override {
    TENON_RETURN_IF_ERROR(context_.CheckCancelled());
    TENON_ASSIGN_OR_RETURN(std::optional<RecordBatch> batch, reader_->Next(context_.limits()));
    if (!batch) {
      Report();
      return std::nullopt;
    }
    Result<RecordBatch> brought = BringUnder(*std::move(batch), schema_);
    if (!brought.ok()) return std::move(brought).status().WithWhere("path=" + path_);
    return std::optional<RecordBatch>(*std::move(brought));
  }

 private:
  void Report() {
    if (std::exchange(reported_, true)) return;
    const columnar::ParquetReadCounts& counts = reader_->counts();
    context_.Count("parquet.row_groups", counts.row_groups);
    context_.Count("parquet.row_groups_skipped", counts.skipped_by_statistics +
                                                     counts.skipped_by_bloom_filter +
                                                     counts.skipped_by_page_index);
    context_.Count("parquet.rows_skipped", counts.rows_skipped);
  }

  std::unique_ptr<ParquetReader> reader_;
  const SchemaPtr schema_;
  const std::string path_;
  const TaskContext context_;
  bool reported_ = false;
};

class ParquetRanges : public RangeReaders {
 public:
  ParquetRanges(SchemaPtr schema, std::vector<Predicate> where, ReadResources resources)
      : schema_(std::move(schema)), where_(std::move(where)), resources_(std::move(resources)) {}
  ~ParquetRanges() override { blocks_->Stop(); }

  Result<std::unique_ptr<PartitionReader>> Open(std::vector<FileRange> ranges,
                                                const TaskContext& context) const override {
    const auto open = [schema = schema_, where = where_, store = resources_.store, blocks = blocks_,
                       context](FileRange range) -> Result<std::unique_ptr<PartitionReader>> {
      columnar::ParquetReadOptions options{.columns = schema->names(),
                                           .where = where,
                                           .begin = range.begin,
                                           .end = range.end,
                                           .blocks = blocks};
      TENON_ASSIGN_OR_RETURN(
          std::unique_ptr<ParquetReader> reader,
          ParquetReader::Open(MakeStoreSource(store, AsPlanned(range)), std::move(options)));
      return std::make_unique<RangeRows>(std::move(reader), schema, std::move(range.path), context);
    };
    return GatherSmallBatches(ReadInSequence(std::move(ranges), open), context);
  }

 private:
  const SchemaPtr schema_;
  const std::vector<Predicate> where_;
  const ReadResources resources_;
  const std::shared_ptr<columnar::KeptBlocks> blocks_ =
      std::make_shared<columnar::KeptBlocks>(kKeptBytes);
};

class ParquetReadFormat : public ReadFormat {
 public:
  std::string_view name() const override { return "parquet"; }
  // Row groups stand for themselves; the pages in them are packed one by one.
  bool splittable(bool compressed) const override { return !compressed; }
  // Packed as it is, so much is some hundred thousand rows.
  int64_t least_range_bytes() const override { return 4 << 20; }

  Result<std::optional<Schema>> SchemaOf(const std::vector<FileRange>& files,
                                         const ReadResources& resources, const TaskContext& context,
                                         std::string*) const override {
    if (files.empty()) return std::nullopt;
    MergedSchema merged;
    for (size_t begin = 0; begin < files.size(); begin += kFootersAtOnce) {
      const size_t count = std::min(kFootersAtOnce, files.size() - begin);
      const std::span<const FileRange> some(files.data() + begin, count);
      const std::vector<Result<ParquetFooter>> footers = ReadFooters(some, resources, context);
      for (size_t i = 0; i < count; ++i) {
        if (!footers[i].ok()) return footers[i].status();
        TENON_RETURN_IF_ERROR(merged.Add(footers[i]->schema, some[i].path));
      }
    }
    return merged.Take();
  }

  Status Offer(const ScanRequest& request, const std::optional<Schema>& schema,
               ScanOffer* offer) const override {
    offer->schema = schema;
    if (!schema) return Status::Ok();
    TENON_ASSIGN_OR_RETURN(offer->schema, Projected(*schema, request.columns));
    offer->columns = true;
    for (const Predicate& conjunct : request.where) {
      offer->where.push_back(CanPushDown(conjunct, *schema) ? PushDown::kInexact : PushDown::kNone);
    }
    return Status::Ok();
  }

  Result<ScanState> StateOf(const ScanRequest& accepted, const std::optional<Schema>& schema,
                            const std::string&) const override {
    ScanState state;
    if (schema) {
      TENON_ASSIGN_OR_RETURN(state.schema, Projected(*schema, accepted.columns));
    }
    Json where = Json::array();
    for (const Predicate& conjunct : accepted.where) where.push_back(expression::ToJson(conjunct));
    state.bytes = base::DumpJson(Json{{"v", 1}, {"where", std::move(where)}});
    return state;
  }

  Result<std::unique_ptr<RangeReaders>> OpenReaders(const ScanState& state,
                                                    ReadResources resources) const override {
    const Status not_ours = Status::InvalidArgument("Scan state is not one of Parquet files");
    const Result<Json> json = base::ParseJson(state.bytes);
    if (!json.ok() || !json->is_object() || json->value("v", 0) != 1 || !json->contains("where") ||
        !(*json)["where"].is_array())
      return not_ours;
    std::vector<Predicate> where;
    for (const Json& each : (*json)["where"]) {
      TENON_ASSIGN_OR_RETURN(Predicate conjunct, expression::FromJson(each));
      where.push_back(std::move(conjunct));
    }
    return std::make_unique<ParquetRanges>(
        std::make_shared<const Schema>(state.schema.value_or(Schema())), std::move(where),
        std::move(resources));
  }

 private:
  static std::vector<Result<ParquetFooter>> ReadFooters(std::span<const FileRange> files,
                                                        const ReadResources& resources,
                                                        const TaskContext& context) {
    std::vector<Result<ParquetFooter>> footers(files.size(), Status::Cancelled("Not read"));
    std::atomic<size_t> next{0};
    const auto work = [&] {
      for (size_t i; (i = next++) < files.size() && !context.cancelled();) {
        const auto source = MakeStoreSource(resources.store, AsPlanned(files[i]));
        footers[i] = columnar::ReadParquetFooter(*source);
      }
    };
    // A few local footers are read before a thread has started.
    const size_t threads = std::min(kFooterThreads, (files.size() + 3) / 4);
    std::vector<std::jthread> others;
    for (size_t i = 1; i < threads; ++i) others.emplace_back(work);
    work();
    others.clear();  // Waits for them.
    return footers;
  }
};

}  // namespace

std::unique_ptr<ReadFormat> MakeParquetReadFormat() {
  return std::make_unique<ParquetReadFormat>();
}

}  // namespace tenon::files
