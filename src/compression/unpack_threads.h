// How many threads the readers of one scan may unpack with, together: those that read, and those that unpack ahead of
// them. Any thread.
#pragma once

#include <atomic>

namespace tenon::compression {

class UnpackThreads {
 public:
  // At most as many as the process has cores.
  UnpackThreads();
  explicit UnpackThreads(int most) : most_(most) {}

  // Never more than the cores; a helper beyond a lower number leaves after its piece.
  void SetMost(int most);
  int most() const { return most_.load(std::memory_order_relaxed); }

  // A reader's own thread counts always, a helper's only while there is room: false, do without it.
  void Enter() { used_.fetch_add(1, std::memory_order_relaxed); }
  bool TryEnter();
  void Leave() { used_.fetch_sub(1, std::memory_order_relaxed); }
  // More readers came than there is room for beside the helpers.
  bool crowded() const { return used_.load(std::memory_order_relaxed) > most(); }

 private:
  std::atomic<int> most_;
  std::atomic<int> used_{0};
};

}  // namespace tenon::compression
