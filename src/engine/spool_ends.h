// A spool as the end of one pipeline and the start of the next: writers that fill it, and a scan
// that reads it back.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "job/plan_node.h"
#include "tenon/sink.h"
#include "tenon/source.h"

namespace tenon::engine {

// Writers into a new spool. Each attempt writes a spool partition of its own, so that the rows of a
// lost one are never read. Open is thread-safe.
class SpoolWriters final : public WriterFactory {
 public:
  static Result<std::unique_ptr<SpoolWriters>> Make(frame::SpoolOptions options);

  Result<std::unique_ptr<PartitionWriter>> Open(WriterId id,
                                                const TaskContext& context) const override;

  // Ends the spool. `messages` are those of the pipeline that filled it, `rows` what it wrote.
  // REQUIRES: all writers are gone. Called once.
  Result<std::shared_ptr<job::SpooledRows>> Finish(const std::vector<std::string>& messages,
                                                   int64_t rows);

 private:
  explicit SpoolWriters(std::unique_ptr<frame::Spool> spool) : spool_(std::move(spool)) {}

  std::unique_ptr<frame::Spool> spool_;
  mutable std::mutex mutex_;
  mutable std::vector<int> lanes_;  // Of the first attempt at each partition, in their order.
};

// Rows [first, first + rows) of one partition of a spool.
struct SpoolPiece {
  std::shared_ptr<const job::SpooledRows> of;
  int lane = 0;
  int64_t first = 0, rows = 0;
};
// What one reader gives, piece after piece.
using SpoolShare = std::vector<SpoolPiece>;

// The rows in the partitions they were written in.
std::vector<SpoolShare> SharesAsWritten(const std::shared_ptr<const job::SpooledRows>& rows);
// The rows in `count` partitions, in their order: `even`, all of a length; else neighbours are put together, and there
// are no more than there were. REQUIRES: count >= 1.
std::vector<SpoolShare> SharesOf(const std::shared_ptr<const job::SpooledRows>& rows, int count,
                                 bool even);

// Reads spools once more. The rows outlive the scan.
class SpoolScan final : public Scan {
 public:
  explicit SpoolScan(std::vector<SpoolShare> shares);
  ~SpoolScan() override;

  Result<std::vector<Partition>> NextPartitions(const TaskContext& context) override;
  const ReaderFactory* local_readers() const override { return readers_.get(); }

 private:
  const std::vector<SpoolShare> shares_;
  std::unique_ptr<ReaderFactory> readers_;
  bool given_ = false;
};

}  // namespace tenon::engine
