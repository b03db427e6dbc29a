#include "engine/query_scan.h"

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

class QueryReader final : public PartitionReader {
 public:
  explicit QueryReader(std::unique_ptr<sql::BatchStream> rows) : rows_(std::move(rows)) {}
  Result<std::optional<RecordBatch>> Next() override { return rows_->Next(); }

 private:
  std::unique_ptr<sql::BatchStream> rows_;
};

class QueryReaders final : public ReaderFactory {
 public:
  QueryReaders(std::vector<std::shared_ptr<const job::SpooledRows>> inputs, sql::Query query,
               sql::Database& database)
      : inputs_(std::move(inputs)), query_(std::move(query)), database_(database) {}

  Result<std::unique_ptr<PartitionReader>> Open(const Partition&,
                                                const TaskContext& context) const override {
    std::vector<std::unique_ptr<sql::BatchStream>> streams;
    for (const auto& rows : inputs_) streams.push_back(std::make_unique<SpoolStream>(rows));
    TENON_ASSIGN_OR_RETURN(std::unique_ptr<sql::BatchStream> result,
                           database_.Run(query_, std::move(streams), context));
    return std::unique_ptr<PartitionReader>(std::make_unique<QueryReader>(std::move(result)));
  }

 private:
  const std::vector<std::shared_ptr<const job::SpooledRows>> inputs_;
  const sql::Query query_;
  sql::Database& database_;
};

}  // namespace

QueryScan::QueryScan(std::vector<std::shared_ptr<const job::SpooledRows>> inputs, sql::Query query,
                     sql::Database& database)
    : readers_(std::make_unique<QueryReaders>(std::move(inputs), std::move(query), database)) {}

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
