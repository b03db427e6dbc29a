// Arrow arrays whose buffers come from a pool and go back to it.
#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "connectors/files/buffers/buffer_pool.h"
#include "tenon/arrow_abi.h"

namespace tenon::files {

// Up to three: none of our types has more.
class ArrayBuffers {
 public:
  void push_back(Buffer buffer) {
    assert(count_ < at_.size());
    at_[count_++] = std::move(buffer);
  }
  size_t size() const { return count_; }
  Buffer* begin() { return at_.data(); }
  Buffer* end() { return at_.data() + count_; }

 private:
  std::array<Buffer, 3> at_;
  size_t count_ = 0;
};

struct ArrayParts {
  int64_t length = 0;
  int64_t null_count = 0;
  ArrayBuffers buffers;              // As Arrow orders them; an empty one is left out (no nulls).
  std::vector<ArrowArray> children;  // Taken over.
};

// The caller must call its release.
ArrowArray MakeArrowArray(std::shared_ptr<BufferPool> pool, ArrayParts parts);

// Sets bit i of `bits` to tags[i] == tag, for `rows` rows, and clears the last byte's rest. How
// many were set.
int64_t PackEqual(const uint8_t* tags, uint8_t tag, int64_t rows, uint8_t* bits);

}  // namespace tenon::files
