#include "connector/plugin_import_read.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tenon::connector {
namespace {

using internal::FromText;
using internal::ToText;

// A schema out value; released with this.
struct SchemaSlot {
  ArrowSchema schema{};
  SchemaSlot() = default;
  SchemaSlot(const SchemaSlot&) = delete;
  SchemaSlot& operator=(const SchemaSlot&) = delete;
  ~SchemaSlot() {
    if (schema.release != nullptr) schema.release(&schema);
  }
  // None: self-describing.
  Result<std::optional<Schema>> Read() const {
    if (schema.release == nullptr) return std::optional<Schema>();
    TENON_ASSIGN_OR_RETURN(Schema read, ImportSchema(schema));
    return std::optional<Schema>(std::move(read));
  }
};

// In each of these the task is declared first: it outlives what was opened with it.

class ImportedReader : public PartitionReader {
 public:
  ImportedReader(OwnedTable<tenon_reader> table, std::unique_ptr<LentTask> task, SchemaPtr declared)
      : task_(std::move(task)), table_(std::move(table)), importer_(std::move(declared)) {}

  Result<std::optional<RecordBatch>> Next() override {
    if (table_->next == nullptr) return MissingFunction("tenon_reader.next");
    SchemaSlot schema;
    ArrowArray array{};
    TENON_RETURN_IF_ERROR(CallPlugin([&](tenon_error* error) {
      return table_->next(table_.self(), &schema.schema, &array, error);
    }));
    if (array.release == nullptr) return std::nullopt;
    TENON_ASSIGN_OR_RETURN(RecordBatch batch, importer_.Import(&schema.schema, &array));
    return batch;
  }

 private:
  std::unique_ptr<LentTask> task_;
  OwnedTable<tenon_reader> table_;
  internal::BatchImporter importer_;
};

class ImportedReaderFactory : public ReaderFactory {
 public:
  ImportedReaderFactory(OwnedTable<tenon_reader_factory> table, std::unique_ptr<LentTask> task,
                        SchemaPtr declared)
      : task_(std::move(task)), table_(std::move(table)), declared_(std::move(declared)) {}

  Result<std::unique_ptr<PartitionReader>> Open(const Partition& partition,
                                                const TaskContext& context) const override {
    if (table_->open == nullptr) return MissingFunction("tenon_reader_factory.open");
    std::vector<tenon_text> hosts;
    const tenon_partition lent = internal::ToPartition(partition, &hosts);
    auto task = std::make_unique<LentTask>(context);
    OwnedTable<tenon_reader> reader;
    TENON_RETURN_IF_ERROR(CallPlugin([&](tenon_error* error) {
      return table_->open(table_.self(), &lent, task->table(), reader.out(), error);
    }));
    return std::make_unique<ImportedReader>(std::move(reader), std::move(task), declared_);
  }

 private:
  std::unique_ptr<LentTask> task_;
  OwnedTable<tenon_reader_factory> table_;
  SchemaPtr declared_;
};

// What a scan says once and for ever.
struct ScanFacts {
  ScanState state;
  std::optional<Position> end;
  std::string pin;
  std::unique_ptr<ReaderFactory> local_readers;
};

class ImportedScan : public Scan {
 public:
  ImportedScan(std::unique_ptr<LentTask> task, OwnedTable<tenon_scan> table, ScanFacts facts)
      : task_(std::move(task)), table_(std::move(table)), facts_(std::move(facts)) {}

  Result<std::vector<Partition>> NextPartitions(const TaskContext& context) override {
    if (table_->next_partitions == nullptr) return MissingFunction("tenon_scan.next_partitions");
    const LentTask task(context);
    tenon_partition_list list{};
    TENON_RETURN_IF_ERROR(CallPlugin([&](tenon_error* error) {
      return table_->next_partitions(table_.self(), task.table(), &list, error);
    }));
    std::vector<Partition> partitions;
    const char* item = reinterpret_cast<const char*>(list.items);
    for (size_t i = 0; i < list.count; ++i) {
      const auto& partition = *reinterpret_cast<const tenon_partition*>(item);
      partitions.push_back(internal::FromPartition(partition));
      item += list.items[0].size;  // Their size, which may be another than ours.
    }
    if (list.release != nullptr) list.release(&list);
    return partitions;
  }

  ScanState state() const override { return facts_.state; }
  std::optional<Position> end() const override { return facts_.end; }
  std::string pin() const override { return facts_.pin; }
  const ReaderFactory* local_readers() const override { return facts_.local_readers.get(); }

 private:
  std::unique_ptr<LentTask> task_;
  OwnedTable<tenon_scan> table_;
  ScanFacts facts_;  // The local readers end before their scan.
};

Result<ScanFacts> AskFacts(const OwnedTable<tenon_scan>& scan) {
  ScanFacts facts;
  tenon_bytes bytes{};
  SchemaSlot schema;
  if (scan->state != nullptr) {
    TENON_RETURN_IF_ERROR(CallPlugin([&](tenon_error* error) {
      return scan->state(scan.self(), &bytes, &schema.schema, error);
    }));
    facts.state.bytes = internal::TakeBytes(&bytes);
    TENON_ASSIGN_OR_RETURN(facts.state.schema, schema.Read());
  }
  if (scan->end != nullptr) {
    int32_t has = 0;
    TENON_RETURN_IF_ERROR(CallPlugin(
        [&](tenon_error* error) { return scan->end(scan.self(), &has, &bytes, error); }));
    if (has != 0) facts.end = Position{internal::TakeBytes(&bytes)};
  }
  if (scan->pin != nullptr) {
    TENON_RETURN_IF_ERROR(
        CallPlugin([&](tenon_error* error) { return scan->pin(scan.self(), &bytes, error); }));
    facts.pin = internal::TakeBytes(&bytes);
  }
  if (scan->local_readers != nullptr) {
    OwnedTable<tenon_reader_factory> local;
    TENON_RETURN_IF_ERROR(CallPlugin(
        [&](tenon_error* error) { return scan->local_readers(scan.self(), local.out(), error); }));
    SchemaPtr declared;
    if (facts.state.schema) declared = std::make_shared<const Schema>(*facts.state.schema);
    if (local.self() != nullptr) {
      facts.local_readers = ImportReaderFactory(std::move(local), nullptr, std::move(declared));
    }
  }
  return facts;
}

// A request as the plug-in takes it, borrowed while this lives.
class LentRequest {
 public:
  explicit LentRequest(const ScanRequest& request) : where_(request.where) {
    table_.size = sizeof(table_);
    table_.wanted_partitions = request.wanted_partitions;
    if (request.columns) columns_ = internal::ToTexts(*request.columns);
    table_.has_columns = request.columns ? 1 : 0;
    table_.columns = columns_.data();
    table_.column_count = columns_.size();
    table_.where = where_.data();
    table_.where_count = where_.size();
    table_.has_limit = request.limit ? 1 : 0;
    table_.limit = request.limit.value_or(0);
    if (request.after) table_.after = ToText(request.after->json);
    if (request.until) table_.until = ToText(request.until->json);
    if (!request.pin.empty()) table_.pin = ToText(request.pin);
  }
  const tenon_scan_request* table() const { return &table_; }

 private:
  tenon_scan_request table_{};
  std::vector<tenon_text> columns_;
  internal::PredicateList where_;
};

Result<ScanOffer> ReadOffer(const tenon_scan_offer& in) {
  ScanOffer offer;
  for (size_t i = 0; i < in.where_count; ++i) {
    const bool known = in.where[i] >= 0 && in.where[i] <= static_cast<int32_t>(PushDown::kExact);
    offer.where.push_back(known ? static_cast<PushDown>(in.where[i]) : PushDown::kNone);
  }
  offer.columns = in.columns != 0;
  offer.limit = in.limit != 0;
  if (in.schema.release != nullptr) {
    TENON_ASSIGN_OR_RETURN(offer.schema, ImportSchema(in.schema));
  }
  offer.rows = in.rows;
  offer.bytes = in.bytes;
  for (size_t i = 0; i < in.order_count; ++i) {
    offer.order.push_back({std::string(FromText(in.order[i].column)), in.order[i].descending != 0,
                           in.order[i].nulls_first != 0});
  }
  offer.partition_keys = internal::FromTexts(in.partition_keys, in.partition_key_count);
  offer.detail = FromText(in.detail);
  return offer;
}

class ImportedSource : public Source {
 public:
  ImportedSource(OwnedTable<tenon_source> table, std::unique_ptr<LentTask> task)
      : task_(std::move(task)), table_(std::move(table)) {}

  Result<std::optional<Schema>> schema(const TaskContext& context) override {
    if (table_->schema == nullptr) return std::optional<Schema>();
    const LentTask task(context);
    SchemaSlot schema;
    TENON_RETURN_IF_ERROR(CallPlugin([&](tenon_error* error) {
      return table_->schema(table_.self(), task.table(), &schema.schema, error);
    }));
    return schema.Read();
  }

  Result<ScanOffer> Offer(const ScanRequest& request, const TaskContext& context) override {
    if (table_->offer == nullptr) return ScanOffer();
    const LentTask task(context);
    const LentRequest lent(request);
    tenon_scan_offer out{};
    out.size = sizeof(out);
    out.rows = out.bytes = -1;
    TENON_RETURN_IF_ERROR(CallPlugin([&](tenon_error* error) {
      return table_->offer(table_.self(), lent.table(), task.table(), &out, error);
    }));
    Result<ScanOffer> offer = ReadOffer(out);
    if (out.release != nullptr) out.release(&out);
    return offer;
  }

  Result<std::unique_ptr<Scan>> Plan(const ScanRequest& accepted,
                                     const TaskContext& context) override {
    if (table_->plan == nullptr) return MissingFunction("tenon_source.plan");
    auto task = std::make_unique<LentTask>(context);
    const LentRequest lent(accepted);
    OwnedTable<tenon_scan> scan;
    TENON_RETURN_IF_ERROR(CallPlugin([&](tenon_error* error) {
      return table_->plan(table_.self(), lent.table(), task->table(), scan.out(), error);
    }));
    TENON_ASSIGN_OR_RETURN(ScanFacts facts, AskFacts(scan));
    return std::make_unique<ImportedScan>(std::move(task), std::move(scan), std::move(facts));
  }

 private:
  std::unique_ptr<LentTask> task_;
  OwnedTable<tenon_source> table_;
};

}  // namespace

std::unique_ptr<Source> ImportSource(OwnedTable<tenon_source> table,
                                     std::unique_ptr<LentTask> task) {
  return std::make_unique<ImportedSource>(std::move(table), std::move(task));
}

std::unique_ptr<ReaderFactory> ImportReaderFactory(OwnedTable<tenon_reader_factory> table,
                                                   std::unique_ptr<LentTask> task,
                                                   SchemaPtr declared) {
  return std::make_unique<ImportedReaderFactory>(std::move(table), std::move(task),
                                                 std::move(declared));
}

}  // namespace tenon::connector
