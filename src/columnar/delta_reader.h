// Reads DELTA_BINARY_PACKED: whole numbers as differences in blocks, each part of a block with its own number of bits.
// Private to src/columnar. What comes in may be damaged. One thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "columnar/bit_runs.h"

namespace tenon::columnar {

class DeltaReader {
 public:
  DeltaReader() = default;
  // False: the head is wrong.
  bool Start(std::span<const uint8_t> bytes);
  // The next `count` numbers, their lowest bits in T, unsigned; false: there are fewer, or the bytes are wrong.
  template <typename T>
  bool Read(size_t count, T* out) {
    for (size_t done = 0; done < count;) {
      if (ready_at_ == ready_.size() && !NextPart()) return false;
      const size_t some = std::min(count - done, ready_.size() - ready_at_);
      for (size_t i = 0; i < some; ++i) {
        last_ += ready_[ready_at_ + i];
        out[done + i] = static_cast<T>(last_);
      }
      ready_at_ += some;
      done += some;
    }
    return true;
  }

 private:
  // Unpacks differences of the next part into ready_.
  bool NextPart();
  bool NextBlock();

  std::span<const uint8_t> rest_;
  size_t part_values_ = 0;
  size_t parts_ = 0;  // Of a block.
  uint64_t left_ = 0;
  uint64_t least_ = 0;  // Of the block's differences.
  uint64_t last_ = 0;
  std::span<const uint8_t> widths_;  // Of the block's parts that were not read.
  std::vector<uint64_t> ready_;
  size_t ready_at_ = 0;
};

}  // namespace tenon::columnar
