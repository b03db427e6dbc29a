#include "engine/sort_scan.h"

#include <utility>

#include "columnar/conform.h"

namespace tenon::engine {
namespace {

// All rows of a spool, partition after partition, under their merged schema.
class SpoolStream final : public sql::BatchStream {
 public:
  explicit SpoolStream(std::shared_ptr<const job::SpooledRows> rows) : rows_(std::move(rows)) {}

  const SchemaPtr& schema() const override { return rows_->schema; }

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

class SortedReader final : public PartitionReader {
 public:
  explicit SortedReader(std::unique_ptr<sql::BatchStream> rows) : rows_(std::move(rows)) {}
  Result<std::optional<RecordBatch>> Next() override { return rows_->Next(); }

 private:
  std::unique_ptr<sql::BatchStream> rows_;
};

class SortedReaders final : public ReaderFactory {
 public:
  SortedReaders(std::shared_ptr<const job::SpooledRows> rows, sql::Query query,
                sql::Database& database)
      : rows_(std::move(rows)), query_(std::move(query)), database_(database) {}

  Result<std::unique_ptr<PartitionReader>> Open(const Partition&,
                                                const TaskContext& context) const override {
    std::vector<std::unique_ptr<sql::BatchStream>> inputs;
    inputs.push_back(std::make_unique<SpoolStream>(rows_));
    TENON_ASSIGN_OR_RETURN(std::unique_ptr<sql::BatchStream> sorted,
                           database_.Run(query_, std::move(inputs), context));
    return std::unique_ptr<PartitionReader>(std::make_unique<SortedReader>(std::move(sorted)));
  }

 private:
  const std::shared_ptr<const job::SpooledRows> rows_;
  const sql::Query query_;
  sql::Database& database_;
};

}  // namespace

Result<std::unique_ptr<SortScan>> SortScan::Make(std::shared_ptr<const job::SpooledRows> rows,
                                                 const std::vector<SortKey>& keys,
                                                 std::optional<int64_t> limit,
                                                 sql::Database& database) {
  TENON_ASSIGN_OR_RETURN(sql::Query query, sql::Query::Sort(*rows->schema, keys, limit));
  return std::unique_ptr<SortScan>(
      new SortScan(std::make_unique<SortedReaders>(std::move(rows), std::move(query), database)));
}

SortScan::~SortScan() = default;

Result<std::vector<Partition>> SortScan::NextPartitions(const TaskContext&) {
  std::vector<Partition> partitions;
  if (!std::exchange(given_, true)) partitions.emplace_back();
  return partitions;
}

}  // namespace tenon::engine
