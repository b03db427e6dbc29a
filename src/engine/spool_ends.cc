#include "engine/spool_ends.h"

#include <utility>

#include "tenon/payload.h"

namespace tenon::engine {
namespace {

constexpr int32_t kPayloadVersion = 1;

class SpoolWriter final : public PartitionWriter {
 public:
  SpoolWriter(frame::Spool& spool, int lane) : spool_(spool), lane_(lane) {}

  Status Write(RecordBatch batch) override { return spool_.Append(lane_, std::move(batch)); }
  Result<std::string> Commit() override { return std::to_string(lane_); }

 private:
  frame::Spool& spool_;
  const int lane_;
};

class LaneReader final : public PartitionReader {
 public:
  explicit LaneReader(std::unique_ptr<frame::SpoolReader> reader, std::stop_token stop)
      : reader_(std::move(reader)), stop_(std::move(stop)) {}

  Result<std::optional<RecordBatch>> Next() override {
    if (stop_.stop_requested()) return Status::Cancelled("The task was cancelled");
    return reader_->Next();
  }

 private:
  std::unique_ptr<frame::SpoolReader> reader_;
  const std::stop_token stop_;
};

class LaneReaders final : public ReaderFactory {
 public:
  explicit LaneReaders(const frame::Spool& spool) : spool_(spool) {}

  Result<std::unique_ptr<PartitionReader>> Open(const Partition& partition,
                                                const TaskContext& context) const override {
    int64_t lane = 0;
    TENON_RETURN_IF_ERROR(Unpack(partition.payload, kPayloadVersion, &lane));
    TENON_ASSIGN_OR_RETURN(std::unique_ptr<frame::SpoolReader> reader,
                           spool_.Open(static_cast<int>(lane)));
    return std::unique_ptr<PartitionReader>(
        std::make_unique<LaneReader>(std::move(reader), context.stop()));
  }

 private:
  const frame::Spool& spool_;
};

}  // namespace

Result<std::unique_ptr<SpoolWriters>> SpoolWriters::Make(frame::SpoolOptions options) {
  TENON_ASSIGN_OR_RETURN(std::unique_ptr<frame::Spool> spool,
                         frame::Spool::Make(std::move(options)));
  return std::unique_ptr<SpoolWriters>(new SpoolWriters(std::move(spool)));
}

Result<std::unique_ptr<PartitionWriter>> SpoolWriters::Open(WriterId id, const TaskContext&) const {
  int lane = 0;
  {
    std::lock_guard guard(mutex_);
    // Lanes in the order of the partitions, however the workers come: the merged schema takes its
    // columns in the order of the lanes.
    while (std::ssize(lanes_) <= id.partition) {
      TENON_ASSIGN_OR_RETURN(lane, spool_->AddPartition());
      lanes_.push_back(lane);
    }
    lane = lanes_[static_cast<size_t>(id.partition)];
    if (id.attempt > 0) {
      TENON_ASSIGN_OR_RETURN(lane, spool_->AddPartition());
    }
  }
  return std::unique_ptr<PartitionWriter>(std::make_unique<SpoolWriter>(*spool_, lane));
}

Result<std::shared_ptr<job::SpooledRows>> SpoolWriters::Finish(
    const std::vector<std::string>& messages, int64_t rows) {
  TENON_RETURN_IF_ERROR(spool_->Finish());
  auto spooled = std::make_shared<job::SpooledRows>();
  for (const std::string& lane : messages) spooled->partitions.push_back(std::stoi(lane));
  spooled->schema = spool_->merged_schema();
  spooled->rows = rows;
  spooled->spool = std::move(spool_);
  return spooled;
}

SpoolScan::SpoolScan(std::shared_ptr<const job::SpooledRows> rows)
    : rows_(std::move(rows)), readers_(std::make_unique<LaneReaders>(*rows_->spool)) {}

SpoolScan::~SpoolScan() = default;

Result<std::vector<Partition>> SpoolScan::NextPartitions(const TaskContext&) {
  std::vector<Partition> partitions;
  if (std::exchange(given_, true)) return partitions;
  for (int lane : rows_->partitions) {
    partitions.push_back(
        {.payload = Pack(kPayloadVersion, int64_t{lane}), .rows = rows_->spool->rows(lane)});
  }
  return partitions;
}

}  // namespace tenon::engine
