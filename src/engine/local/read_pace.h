// Whether it would pay to let a thread of its own read ahead of the worker. A hand-over through a
// queue costs more than many readers need for a batch, so a worker reads by itself until it has
// seen that its reader mostly waits, or that a core stands idle, while there is work to overlap.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/platform_thread.h"

namespace tenon::engine {

class ReadPace {
 public:
  // Around each Next(), and after the batch has been written. One thread.
  void BeforeRead();
  void AfterRead();
  void AfterWrite();

  // From what was seen so far. `spare_core`: nobody else could use the core that a second thread
  // needs.
  bool ReadAheadPays(bool spare_core) const;

 private:
  using Clock = std::chrono::steady_clock;

  Clock::time_point started_, read_;
  base::ThreadUse use_started_;
  bool sample_use_ = false;
  int64_t batches_ = 0;
  std::chrono::nanoseconds reading_{0}, blocked_{0}, working_{0};
};

}  // namespace tenon::engine
