#include "engine/local/progress.h"

namespace tenon::engine {

int64_t NodeCounter::rows() const {
  int64_t sum = 0;
  for (const Slot& slot : slots_) sum += slot.rows.load(std::memory_order_relaxed);
  return sum;
}

int64_t NodeCounter::bytes() const {
  int64_t sum = 0;
  for (const Slot& slot : slots_) sum += slot.bytes.load(std::memory_order_relaxed);
  return sum;
}

}  // namespace tenon::engine
