#include "engine/local/memory_plan.h"

#include <algorithm>
#include <string>

#include "base/error_catalog.h"
#include "base/text.h"

namespace tenon::engine {
namespace {

constexpr int64_t kMiB = 1 << 20;
constexpr int64_t kFixedBytes = 24 * kMiB;
constexpr int64_t kDefaultBudget = 1024 * kMiB;  // Where the system does not tell its size.
constexpr int64_t kMostBatchBytes = 16 * kMiB;
constexpr int64_t kLeastBatchBytes = 1 * kMiB;
constexpr int64_t kMostWriterBytes = 128 * kMiB;
constexpr int64_t kLeastWriterBytes = 4 * kMiB;
constexpr int64_t kLeastSpoolBytes = 4 * kMiB;
// What a thread of the SQL engine needs to sort, or to take a join apart, on disk.
constexpr int64_t kWideThreadBytes = 64 * kMiB;
constexpr int kBatchesPerWorker = 5;  // Being read, two waiting, being transformed, being written.

int64_t LeastBudget(int workers) {
  return kFixedBytes + kLeastSpoolBytes +
         workers * (kBatchesPerWorker * kLeastBatchBytes + kLeastWriterBytes);
}

}  // namespace

Result<MemoryPlan> PlanMemory(int64_t asked, int64_t usable, int workers) {
  int64_t budget = asked;
  if (budget <= 0) budget = usable > 0 ? usable / 2 : kDefaultBudget;
  const int64_t least = LeastBudget(workers);
  if (budget < least) {
    return Status::ResourceExhausted(
               "The memory budget is too small: given=" + base::FormatBytes(budget) +
               " least=" + base::FormatBytes(least) + " threads=" + std::to_string(workers))
        .WithNumber(base::kErrMemoryTooSmall)
        .WithHint("Run with --memory " + std::to_string((least + kMiB - 1) / kMiB) +
                  "MiB or more, or with fewer threads.");
  }
  MemoryPlan plan;
  plan.budget = budget;
  plan.workers = workers;
  const int64_t shared = budget - kFixedBytes;
  plan.batch_bytes =
      std::clamp(shared / (6 * workers * kBatchesPerWorker), kLeastBatchBytes, kMostBatchBytes);
  plan.writer_bytes = std::clamp(shared / (6 * workers), kLeastWriterBytes, kMostWriterBytes);
  const int64_t left =
      shared - workers * (kBatchesPerWorker * plan.batch_bytes + plan.writer_bytes);
  plan.spool_bytes = std::max(left / 4, kLeastSpoolBytes);
  plan.wide_bytes = std::max(left - plan.spool_bytes, kLeastSpoolBytes);
  plan.wide_threads =
      static_cast<int>(std::clamp<int64_t>(plan.wide_bytes / kWideThreadBytes, 1, workers));
  return plan;
}

MemoryGauge::MemoryGauge(const MemoryPlan& plan)
    : batch_bytes_(plan.batch_bytes),
      pressure_bytes_(plan.workers * kBatchesPerWorker * plan.batch_bytes / 4 * 3) {}

BatchLimits MemoryGauge::Limits() const {
  BatchLimits limits;
  limits.max_bytes = batch_bytes_;
  if (held() > pressure_bytes_) limits.max_bytes = std::min(batch_bytes_, kLeastBatchBytes);
  return limits;
}

}  // namespace tenon::engine
