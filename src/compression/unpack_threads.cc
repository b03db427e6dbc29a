#include "compression/unpack_threads.h"

#include <algorithm>
#include <thread>

namespace tenon::compression {
namespace {

int Cores() { return std::max(1, static_cast<int>(std::thread::hardware_concurrency())); }

}  // namespace

UnpackThreads::UnpackThreads() : most_(Cores()) {}

void UnpackThreads::SetMost(int most) {
  most_.store(std::clamp(most, 1, Cores()), std::memory_order_relaxed);
}

bool UnpackThreads::TryEnter() {
  int used = used_.load(std::memory_order_relaxed);
  while (used < most()) {
    if (used_.compare_exchange_weak(used, used + 1, std::memory_order_relaxed)) return true;
  }
  return false;
}

}  // namespace tenon::compression
