// How far an action has come, always known: counters that each worker keeps for itself, summed by
// whoever asks.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tenon::engine {

// One node of a plan (the source, a transform, the sink). Add is called for each batch: no two
// workers share a cache line. Thread-safe.
class NodeCounter {
 public:
  NodeCounter(std::string name, int workers)
      : name_(std::move(name)), slots_(static_cast<size_t>(workers)) {}

  void Add(int worker, int64_t rows, int64_t bytes) {
    Slot& slot = slots_[static_cast<size_t>(worker)];
    // Only this worker writes here, so a plain addition suffices.
    slot.rows.store(slot.rows.load(std::memory_order_relaxed) + rows, std::memory_order_relaxed);
    slot.bytes.store(slot.bytes.load(std::memory_order_relaxed) + bytes, std::memory_order_relaxed);
  }
  int64_t rows() const;
  int64_t bytes() const;
  const std::string& name() const { return name_; }

 private:
  struct alignas(64) Slot {
    std::atomic<int64_t> rows{0}, bytes{0};
  };
  std::string name_;
  std::vector<Slot> slots_;
};

}  // namespace tenon::engine
