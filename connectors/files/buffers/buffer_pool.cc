#include "connectors/files/buffers/buffer_pool.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>

namespace tenon::files {
namespace {

constexpr size_t kSmallestBytes = 256;

size_t ClassOf(size_t capacity) { return static_cast<size_t>(std::bit_width(capacity) - 1); }

}  // namespace

Buffer BufferPool::Take(size_t bytes) {
  const size_t capacity = std::bit_ceil(std::max(bytes, kSmallestBytes));
  {
    std::lock_guard lock(mutex_);
    std::vector<Buffer>& kept = kept_[ClassOf(capacity)];
    if (!kept.empty()) {
      Buffer buffer = std::move(kept.back());
      kept.pop_back();
      kept_bytes_ -= capacity;
      return buffer;
    }
  }
  return Buffer(static_cast<uint8_t*>(::operator new(capacity, Buffer::kAlignment)), capacity);
}

void BufferPool::Give(Buffer buffer) {
  if (buffer.data() == nullptr) return;
  std::lock_guard lock(mutex_);
  if (kept_bytes_ + buffer.capacity() > keep_bytes_) return;
  kept_bytes_ += buffer.capacity();
  kept_[ClassOf(buffer.capacity())].push_back(std::move(buffer));
}

void BufferPool::Grow(Buffer& buffer, size_t used, size_t bytes) {
  Buffer larger = Take(std::max(bytes, 2 * buffer.capacity()));
  if (used > 0) std::memcpy(larger.data(), buffer.data(), used);
  std::swap(buffer, larger);
  Give(std::move(larger));
}

}  // namespace tenon::files
