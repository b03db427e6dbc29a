// The bad rows of one run of a pipeline, by node; thresholds are watched while it runs. A run that
// succeeds puts its figures in place of those of earlier runs of the same nodes, which saw the same
// rows. Thread-safe up to Keep.
#pragma once

#include <mutex>
#include <vector>

#include "engine/local/task_host.h"
#include "job/plan_node.h"

namespace tenon::engine {

class ErrorLedger final : public ErrorIntake {
 public:
  static constexpr size_t kMaxRecords = 10'000;  // Kept of each node; all are counted.

  // One entry per node of the pipeline. Null: a stage of the engine's own, or the sink. `before`: the
  // bad rows of earlier nodes, whose good rows the pipeline reads from a spool; totals count them.
  explicit ErrorLedger(std::vector<const internal::PlanNode*> nodes, int64_t before = 0);

  void Take(int node, std::vector<ErrorRecord> records, int64_t count) override;
  Status Check(int node, int64_t pending, const ErrorRecord* first) const override;

  // The run is over: attempts that ended at the same time may have passed a threshold together, and
  // bad rows of earlier steps may be too many by themselves.
  Status CheckAll() const;

  void Keep();

 private:
  int64_t CountUpTo(size_t node) const;

  const std::vector<const internal::PlanNode*> nodes_;
  const int64_t before_;
  mutable std::mutex mutex_;
  std::vector<job::NodeErrors> taken_;
};

}  // namespace tenon::engine
