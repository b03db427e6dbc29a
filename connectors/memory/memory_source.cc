#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include "memory_parts.h"
#include "tenon/payload.h"

namespace tenon::memory {
namespace {

constexpr int32_t kPartitionVersion = 1;

// Which rows a scan reads and what is left of their columns. Shared by its readers.
struct Snapshot {
  std::vector<ReusableBatch> batches;
  std::optional<std::vector<int>> columns;
  SchemaPtr schema;  // Of the columns, when there are.
};

// Reads batches [next, last) and cuts those that are larger than the limit.
class MemoryReader : public PartitionReader {
 public:
  MemoryReader(const Snapshot& snapshot, int64_t first, int64_t last, const TaskContext& context)
      : snapshot_(snapshot), next_(first), last_(last), context_(context) {}

  Result<std::optional<RecordBatch>> Next() override {
    TENON_RETURN_IF_ERROR(context_.CheckCancelled());
    if (next_ == last_) return std::nullopt;
    const ReusableBatch& batch = snapshot_.batches[static_cast<size_t>(next_)];
    const int64_t most = std::max<int64_t>(1, context_.limits().max_rows);
    const int64_t rows = std::min(most, batch.num_rows() - row_);
    RecordBatch part = batch.Share(row_, rows);
    row_ += rows;
    if (row_ == batch.num_rows()) {
      row_ = 0;
      ++next_;
    }
    if (snapshot_.columns) part = std::move(part).Project(*snapshot_.columns, snapshot_.schema);
    return part;
  }

 private:
  const Snapshot& snapshot_;
  int64_t next_, last_;
  int64_t row_ = 0;
  TaskContext context_;
};

class MemoryScan : public Scan, private ReaderFactory {
 public:
  MemoryScan(Snapshot snapshot, std::optional<Schema> schema, std::string pin, int partitions)
      : snapshot_(std::move(snapshot)),
        schema_(std::move(schema)),
        pin_(std::move(pin)),
        partitions_(partitions) {}

  Result<std::vector<Partition>> NextPartitions(const TaskContext&) override {
    std::vector<Partition> page;
    if (std::exchange(planned_, true)) return page;
    const auto batches = static_cast<int64_t>(snapshot_.batches.size());
    const int64_t count = std::min<int64_t>(partitions_, batches);
    for (int64_t i = 0; i < count; ++i) {
      const int64_t first = batches * i / count, last = batches * (i + 1) / count;
      Partition partition{.payload = Pack(kPartitionVersion, first, last), .rows = 0};
      for (int64_t b = first; b < last; ++b)
        partition.rows += snapshot_.batches[static_cast<size_t>(b)].num_rows();
      page.push_back(std::move(partition));
    }
    return page;
  }

  ScanState state() const override { return {{}, schema_}; }
  std::string pin() const override { return pin_; }
  const ReaderFactory* local_readers() const override { return this; }

 private:
  Result<std::unique_ptr<PartitionReader>> Open(const Partition& partition,
                                                const TaskContext& context) const override {
    int64_t first = 0, last = 0;
    TENON_RETURN_IF_ERROR(Unpack(partition.payload, kPartitionVersion, &first, &last));
    if (first < 0 || last < first || last > static_cast<int64_t>(snapshot_.batches.size())) {
      return Status::InvalidArgument("Partition names batches that are not there: first=" +
                                     std::to_string(first) + " last=" + std::to_string(last));
    }
    return std::make_unique<MemoryReader>(snapshot_, first, last, context);
  }

  Snapshot snapshot_;
  std::optional<Schema> schema_;
  std::string pin_;
  int partitions_;
  bool planned_ = false;
};

class MemorySource : public Source {
 public:
  MemorySource(std::shared_ptr<const MemoryStore> store, SourceOptions options)
      : store_(std::move(store)), options_(std::move(options)) {}

  Result<std::optional<Schema>> schema(const TaskContext&) override {
    TENON_ASSIGN_OR_RETURN(const MemoryTable table, store_->Read(options_.table));
    return SchemaOf(table);
  }

  Result<ScanOffer> Offer(const ScanRequest& request, const TaskContext&) override {
    TENON_ASSIGN_OR_RETURN(const MemoryTable table, store_->Read(options_.table));
    ScanOffer offer;
    offer.rows = table.rows;
    offer.schema = SchemaOf(table);
    if (request.columns && table.schema != nullptr) {
      const std::set<std::string> once(request.columns->begin(), request.columns->end());
      offer.columns = once.size() == request.columns->size();
      if (offer.columns) {
        TENON_ASSIGN_OR_RETURN(const Snapshot snapshot, Choose(table, request));
        offer.schema = *snapshot.schema;
      }
    }
    return offer;
  }

  Result<std::unique_ptr<Scan>> Plan(const ScanRequest& accepted, const TaskContext&) override {
    if (!accepted.where.empty() || accepted.limit || accepted.after || accepted.until) {
      return Status::Unsupported("Memory takes columns only: table=" + options_.table);
    }
    TENON_ASSIGN_OR_RETURN(MemoryTable table, store_->Read(options_.table));
    if (!accepted.pin.empty()) TENON_RETURN_IF_ERROR(GoBackTo(accepted.pin, &table));
    TENON_ASSIGN_OR_RETURN(Snapshot snapshot, Choose(table, accepted));
    std::optional<Schema> schema = SchemaOf(table);
    if (snapshot.columns) schema = *snapshot.schema;
    std::string pin = std::to_string(table.generation) + ":" + std::to_string(table.kept.size());
    snapshot.batches = std::move(table.kept);
    return std::make_unique<MemoryScan>(std::move(snapshot), std::move(schema), std::move(pin),
                                        std::max(1, accepted.wanted_partitions));
  }

 private:
  static std::optional<Schema> SchemaOf(const MemoryTable& table) {
    return table.schema != nullptr ? std::optional<Schema>(*table.schema) : std::nullopt;
  }

  // Batches are only ever added to a generation: its first ones are what an earlier scan read.
  Status GoBackTo(const std::string& pin, MemoryTable* table) const {
    int64_t generation = 0;
    size_t batches = 0;
    const char* end = pin.data() + pin.size();
    const auto first = std::from_chars(pin.data(), end, generation);
    const bool parsed = first.ec == std::errc() && first.ptr != end && *first.ptr == ':' &&
                        std::from_chars(first.ptr + 1, end, batches).ptr == end;
    if (!parsed) return Status::InvalidArgument("Pin is not one of memory: pin=" + pin);
    if (generation != table->generation || batches > table->kept.size()) {
      return Status::NotFound("The table was replaced since it was read: table=" + options_.table +
                              " pin=" + pin);
    }
    table->kept.erase(table->kept.begin() + static_cast<std::ptrdiff_t>(batches),
                      table->kept.end());
    return Status::Ok();
  }

  Result<Snapshot> Choose(const MemoryTable& table, const ScanRequest& request) const {
    Snapshot snapshot;
    if (!request.columns) return snapshot;
    if (table.schema == nullptr)
      return Status::Unsupported("The table's batches differ: table=" + options_.table);
    std::vector<Field> fields;
    std::vector<int> columns;
    for (const std::string& name : *request.columns) {
      const std::optional<int> column = table.schema->IndexOf(name);
      if (!column) {
        const std::string nearest = NearestName(name, table.schema->names());
        return Status::InvalidArgument("Column is not in the table: column=" + name +
                                       " table=" + options_.table)
            .WithHint(nearest.empty() ? "" : "Did you mean " + nearest + "?");
      }
      columns.push_back(*column);
      fields.push_back(table.schema->field(*column));
    }
    snapshot.columns = std::move(columns);
    snapshot.schema = std::make_shared<const Schema>(std::move(fields));
    return snapshot;
  }

  std::shared_ptr<const MemoryStore> store_;
  SourceOptions options_;
};

}  // namespace

std::unique_ptr<Source> MakeSource(std::shared_ptr<const MemoryStore> store,
                                   SourceOptions options) {
  return std::make_unique<MemorySource>(std::move(store), std::move(options));
}

}  // namespace tenon::memory
