#include "engine/query_scan.h"

#include <algorithm>
#include <utility>

#include "columnar/conform.h"

namespace tenon::engine {
namespace {

// All rows of a spool, partition after partition, under their merged schema.
class SpoolStream final : public sql::BatchStream {
 public:
  explicit SpoolStream(std::shared_ptr<const job::SpooledRows> rows) : rows_(std::move(rows)) {}

  const SchemaPtr& schema() const override { return rows_->schema; }
  std::optional<int64_t> rows() const override { return rows_->rows; }

  Result<std::optional<RecordBatch>> Next() override {
    for (;;) {
      if (reader_ == nullptr) {
        if (next_ == rows_->partitions.size()) return std::optional<RecordBatch>();
        TENON_ASSIGN_OR_RETURN(reader_, rows_->spool->Open(rows_->partitions[next_++]));
      }
      TENON_ASSIGN_OR_RETURN(std::optional<RecordBatch> batch, reader_->Next());
      if (batch) {
        TENON_ASSIGN_OR_RETURN(columnar::ConformResult conformed,
                               columnar::Conform(*std::move(batch), rows_->schema));
        return std::optional<RecordBatch>(std::move(conformed.batch));
      }
      reader_.reset();
    }
  }

 private:
  const std::shared_ptr<const job::SpooledRows> rows_;
  std::unique_ptr<frame::SpoolReader> reader_;
  size_t next_ = 0;
};

struct Work {
  std::vector<std::shared_ptr<const job::SpooledRows>> inputs;
  sql::Query query;
  int parts = 1;
};

// What a query gives, part after part: each reads the spools from the beginning.
class QueryReader final : public PartitionReader {
 public:
  QueryReader(std::shared_ptr<const Work> work, sql::Database& database, TaskContext context)
      : work_(std::move(work)), database_(database), context_(std::move(context)) {}

  Result<std::optional<RecordBatch>> Next() override {
    for (;;) {
      if (rows_ == nullptr) {
        if (part_ == work_->parts) return std::optional<RecordBatch>();
        TENON_RETURN_IF_ERROR(Start(part_++));
      }
      TENON_ASSIGN_OR_RETURN(std::optional<RecordBatch> batch, rows_->Next());
      if (batch) return std::optional<RecordBatch>(std::move(batch));
      rows_.reset();
    }
  }

 private:
  Status Start(int part) {
    std::vector<std::unique_ptr<sql::BatchStream>> streams;
    for (const auto& rows : work_->inputs) streams.push_back(std::make_unique<SpoolStream>(rows));
    TENON_ASSIGN_OR_RETURN(
        rows_, database_.Run(work_->query.Part(part, work_->parts), std::move(streams), context_));
    return Status::Ok();
  }

  const std::shared_ptr<const Work> work_;
  sql::Database& database_;
  const TaskContext context_;
  std::unique_ptr<sql::BatchStream> rows_;
  int part_ = 0;
};

class QueryReaders final : public ReaderFactory {
 public:
  QueryReaders(Work work, sql::Database& database)
      : work_(std::make_shared<const Work>(std::move(work))), database_(database) {}

  Result<std::unique_ptr<PartitionReader>> Open(const Partition&,
                                                const TaskContext& context) const override {
    auto reader = std::make_unique<QueryReader>(work_, database_, context);
    return std::unique_ptr<PartitionReader>(std::move(reader));
  }

 private:
  const std::shared_ptr<const Work> work_;
  sql::Database& database_;
};

// A join of DuckDB keeps a block of memory for each of its partitions on disk; with inputs of more than so many times
// its memory, the blocks alone do not fit.
constexpr int64_t kMostTimesMemory = 6;
constexpr int64_t kRowBytes = 24;  // What it adds to a row: hash, pointers.
constexpr int64_t kMostParts = 1000;

int PartsOf(const std::vector<std::shared_ptr<const job::SpooledRows>>& inputs,
            int64_t memory_bytes) {
  int64_t bytes = 0, on_disk = 0;
  for (const auto& rows : inputs) {
    bytes += rows->spool->bytes_on_disk() + rows->rows * kRowBytes;
    on_disk += rows->spool->bytes_on_disk();
  }
  if (inputs.size() < 2 || on_disk == 0) return 1;
  return static_cast<int>(
      std::clamp<int64_t>(bytes / (kMostTimesMemory * memory_bytes) + 1, 1, kMostParts));
}

}  // namespace

QueryScan::QueryScan(std::vector<std::shared_ptr<const job::SpooledRows>> inputs, sql::Query query,
                     sql::Database& database, int64_t memory_bytes) {
  const int parts = PartsOf(inputs, memory_bytes);
  readers_ =
      std::make_unique<QueryReaders>(Work{std::move(inputs), std::move(query), parts}, database);
}

Result<sql::Query> JoinQueryOf(const job::DerivedRead& join, const Schema& left,
                               const Schema& right) {
  std::vector<sql::JoinKey> keys;
  for (size_t i = 0; i < join.left_keys.size(); ++i) {
    keys.push_back({join.left_keys[i], join.right_keys[i]});
  }
  return sql::Query::Join(left, right,
                          join.unmatched ? sql::JoinKind::kLeftAnti : sql::JoinKind::kInner, keys);
}

QueryScan::~QueryScan() = default;

Result<std::vector<Partition>> QueryScan::NextPartitions(const TaskContext&) {
  std::vector<Partition> partitions;
  if (!std::exchange(given_, true)) partitions.emplace_back();
  return partitions;
}

}  // namespace tenon::engine
