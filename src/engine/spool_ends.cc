#include "engine/spool_ends.h"

#include <algorithm>
#include <utility>

#include "columnar/slice.h"
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

class ShareReader final : public PartitionReader {
 public:
  ShareReader(const SpoolShare& share, std::stop_token stop)
      : share_(share), stop_(std::move(stop)) {}

  Result<std::optional<RecordBatch>> Next() override {
    for (;;) {
      if (stop_.stop_requested()) return Status::Cancelled("The task was cancelled");
      if (left_ == 0) {
        if (next_ == share_.size()) return std::optional<RecordBatch>();
        const SpoolPiece& piece = share_[next_++];
        TENON_ASSIGN_OR_RETURN(reader_, piece.of->spool->Open(piece.lane, piece.first));
        left_ = piece.rows;
        continue;
      }
      TENON_ASSIGN_OR_RETURN(std::optional<RecordBatch> batch, reader_->Next());
      if (!batch) return Status::Internal("Spool ended before its last row");
      if (batch->num_rows() > left_) {
        TENON_ASSIGN_OR_RETURN(batch, columnar::Slice(*std::move(batch), 0, left_));
      }
      left_ -= batch->num_rows();
      return batch;
    }
  }

 private:
  const SpoolShare& share_;
  const std::stop_token stop_;
  std::unique_ptr<frame::SpoolReader> reader_;
  size_t next_ = 0;
  int64_t left_ = 0;  // Of the piece being read.
};

class ShareReaders final : public ReaderFactory {
 public:
  explicit ShareReaders(const std::vector<SpoolShare>& shares) : shares_(shares) {}

  Result<std::unique_ptr<PartitionReader>> Open(const Partition& partition,
                                                const TaskContext& context) const override {
    int64_t number = 0;
    TENON_RETURN_IF_ERROR(Unpack(partition.payload, kPayloadVersion, &number));
    return std::unique_ptr<PartitionReader>(
        std::make_unique<ShareReader>(shares_[static_cast<size_t>(number)], context.stop()));
  }

 private:
  const std::vector<SpoolShare>& shares_;
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

std::vector<SpoolShare> SharesAsWritten(const std::shared_ptr<const job::SpooledRows>& rows) {
  std::vector<SpoolShare> shares;
  for (const int lane : rows->partitions) {
    shares.push_back({{rows, lane, 0, rows->spool->rows(lane)}});
  }
  return shares;
}

namespace {

// Cuts pieces out of a spool's rows, one behind the other.
class Cutter {
 public:
  explicit Cutter(std::vector<SpoolShare> written) : written_(std::move(written)) {}

  SpoolShare Take(int64_t rows) {
    SpoolShare share;
    while (rows > 0 && at_ < written_.size()) {
      SpoolPiece& piece = written_[at_].front();
      const int64_t taken = std::min(rows, piece.rows);
      if (taken > 0) share.push_back({piece.of, piece.lane, piece.first, taken});
      piece.first += taken;
      piece.rows -= taken;
      rows -= taken;
      if (piece.rows == 0) ++at_;
    }
    return share;
  }

 private:
  std::vector<SpoolShare> written_;
  size_t at_ = 0;
};

}  // namespace

std::vector<SpoolShare> SharesOf(const std::shared_ptr<const job::SpooledRows>& rows, int count,
                                 bool even) {
  std::vector<SpoolShare> written = SharesAsWritten(rows);
  std::vector<SpoolShare> shares;
  if (even) {
    const int64_t all = rows->rows;
    Cutter cutter(std::move(written));
    for (int64_t i = 0; i < count; ++i) {
      shares.push_back(cutter.Take((i + 1) * all / count - i * all / count));
    }
    return shares;
  }
  const size_t groups = std::min(written.size(), static_cast<size_t>(count));
  for (size_t i = 0; i < groups; ++i) {
    SpoolShare& share = shares.emplace_back();
    for (size_t k = i * written.size() / groups; k < (i + 1) * written.size() / groups; ++k) {
      share.push_back(std::move(written[k].front()));
    }
  }
  return shares;
}

SpoolScan::SpoolScan(std::vector<SpoolShare> shares)
    : shares_(std::move(shares)), readers_(std::make_unique<ShareReaders>(shares_)) {}

SpoolScan::~SpoolScan() = default;

Result<std::vector<Partition>> SpoolScan::NextPartitions(const TaskContext&) {
  std::vector<Partition> partitions;
  if (std::exchange(given_, true)) return partitions;
  for (size_t i = 0; i < shares_.size(); ++i) {
    int64_t rows = 0;
    for (const SpoolPiece& piece : shares_[i]) rows += piece.rows;
    partitions.push_back({.payload = Pack(kPayloadVersion, static_cast<int64_t>(i)), .rows = rows});
  }
  return partitions;
}

}  // namespace tenon::engine
