// Memory for columns that goes round: buffers leave with a batch and come back when the batch dies.
//
// Fresh pages cost more than parsing into them, so buffers are kept by size class (powers of two)
// up to a bound and used again. A pool is shared by the readers of a scan and by every batch that
// holds its buffers, whichever lives longer. Thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <new>
#include <utility>
#include <vector>

namespace tenon::files {

// Bytes that nothing has written to; 64-byte aligned. Move-only.
class Buffer {
 public:
  static constexpr std::align_val_t kAlignment{64};

  Buffer() = default;
  Buffer(uint8_t* data, size_t capacity) : data_(data), capacity_(capacity) {}
  Buffer(Buffer&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), capacity_(std::exchange(other.capacity_, 0)) {}
  Buffer& operator=(Buffer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(capacity_, other.capacity_);
    return *this;
  }
  ~Buffer() { ::operator delete(data_, kAlignment); }

  uint8_t* data() const { return data_; }
  template <typename T>
  T* as() const {
    return reinterpret_cast<T*>(data_);
  }
  size_t capacity() const { return capacity_; }

 private:
  uint8_t* data_ = nullptr;
  size_t capacity_ = 0;
};

class BufferPool {
 public:
  // Keeps at most `keep_bytes` of unused buffers.
  explicit BufferPool(size_t keep_bytes) : keep_bytes_(keep_bytes) {}

  // At least `bytes` of capacity. Throws std::bad_alloc.
  Buffer Take(size_t bytes);
  void Give(Buffer buffer);
  // Moves `used` bytes into a buffer of at least `bytes` and at least twice the size.
  void Grow(Buffer& buffer, size_t used, size_t bytes);

 private:
  static constexpr size_t kClasses = 48;

  const size_t keep_bytes_;
  std::mutex mutex_;
  size_t kept_bytes_ = 0;
  std::array<std::vector<Buffer>, kClasses> kept_;
};

}  // namespace tenon::files
