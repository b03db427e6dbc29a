// How one number, the memory budget, is shared out: each part of the engine gets a limit derived
// from it, so that their sum stays below it whatever the number of rows.
//
//   fixed      24 MiB   code, connectors' own state
//   in flight  workers x (batch being read + two waiting + one being transformed + one being written): at most a sixth
//   writers    workers x one output buffer: at most a sixth
//   spool      a quarter of what is left, then disk
//   wide       the rest, half of all: the limit of the SQL engine for wide transforms, which spill beyond it
#pragma once

#include <atomic>
#include <cstdint>

#include "tenon/result.h"
#include "tenon/task_context.h"

namespace tenon::engine {

struct MemoryPlan {
  int64_t budget = 0;
  int64_t batch_bytes = 0;   // BatchLimits::max_bytes when nothing presses.
  int64_t writer_bytes = 0;  // One writer's output buffer, at most.
  int64_t spool_bytes = 0;   // What all spools of a job hold in memory together.
  int64_t wide_bytes = 0;
  int wide_threads = 1;  // Each needs room of its own in wide_bytes.
  int workers = 1;
};

// `asked` is JobSettings::memory_bytes; 0 takes a share of `usable`, what the machine or its cgroup
// gives (0 when the system does not say). kResourceExhausted (TN4001) when the budget is too small:
// names --memory, what was given and the least that works with this number of workers.
Result<MemoryPlan> PlanMemory(int64_t asked, int64_t usable, int workers);

// What batches in flight hold now, and the batch limit that follows from it. Thread-safe.
class MemoryGauge {
 public:
  explicit MemoryGauge(const MemoryPlan& plan);

  void Add(int64_t bytes) { held_.fetch_add(bytes, std::memory_order_relaxed); }
  void Remove(int64_t bytes) { held_.fetch_sub(bytes, std::memory_order_relaxed); }
  int64_t held() const { return held_.load(std::memory_order_relaxed); }
  // Smaller batches as soon as three quarters of the room for batches in flight are taken.
  BatchLimits Limits() const;

 private:
  const int64_t batch_bytes_, pressure_bytes_;
  std::atomic<int64_t> held_{0};
};

// Bytes held as long as it lives. Movable.
class MemoryHold {
 public:
  MemoryHold() = default;
  MemoryHold(MemoryGauge& gauge, int64_t bytes) : gauge_(&gauge), bytes_(bytes) {
    gauge_->Add(bytes_);
  }
  MemoryHold(MemoryHold&& other) noexcept : gauge_(other.gauge_), bytes_(other.bytes_) {
    other.gauge_ = nullptr;
  }
  MemoryHold& operator=(MemoryHold&& other) noexcept {
    if (this != &other) {
      if (gauge_) gauge_->Remove(bytes_);
      gauge_ = other.gauge_;
      bytes_ = other.bytes_;
      other.gauge_ = nullptr;
    }
    return *this;
  }
  ~MemoryHold() {
    if (gauge_) gauge_->Remove(bytes_);
  }

 private:
  MemoryGauge* gauge_ = nullptr;
  int64_t bytes_ = 0;
};

}  // namespace tenon::engine
