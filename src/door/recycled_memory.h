// Large blocks of memory that batches gave back, for the next batches of the same builder: fresh pages cost more than
// the values that are put into them. Lives as long as the builder or one of its batches. All threads.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

namespace tenon::internal {

struct MemoryBlock {
  uint8_t* data = nullptr;  // At a multiple of 64 bytes.
  int64_t capacity = 0;     // A multiple of 64; at least what was asked for.
};

class RecycledMemory {
 public:
  RecycledMemory() = default;
  ~RecycledMemory();
  RecycledMemory(const RecycledMemory&) = delete;
  RecycledMemory& operator=(const RecycledMemory&) = delete;

  // A block of `bytes` or somewhat more, with anything in it. Throws std::bad_alloc.
  MemoryBlock Take(int64_t bytes);

  // REQUIRES: a block of any Take. Small ones, and those above a total of 16 MiB, go back to the system.
  void Give(MemoryBlock block) noexcept;

  // Of the system, for those who recycle nothing. `place`: in a page where a large block begins.
  static MemoryBlock New(int64_t bytes, size_t place = 0);
  static void Delete(MemoryBlock block) noexcept;

 private:
  // Sizes between a power of two and the next: a block is at most a fourth larger than what was asked for.
  static constexpr int64_t kStepsPerDouble = 4;
  static constexpr size_t kSizes = 64 * kStepsPerDouble;

  struct SizeClass {
    size_t index = 0;
    int64_t bytes = 0;
  };
  static SizeClass ClassOf(int64_t bytes);

  bool Keep(MemoryBlock block);

  std::mutex mutex_;
  std::array<std::vector<MemoryBlock>, kSizes> kept_;
  int64_t bytes_ = 0;
  size_t made_ = 0;
};

}  // namespace tenon::internal
