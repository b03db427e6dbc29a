#include "door/buffer.h"

#include <algorithm>
#include <new>
#include <utility>

namespace tenon::internal {

Buffer::Buffer(Buffer&& other) noexcept
    : data_(std::move(other.data_)),
      size_(std::exchange(other.size_, 0)),
      capacity_(std::exchange(other.capacity_, 0)),
      expected_(std::exchange(other.expected_, 0)) {}

Buffer& Buffer::operator=(Buffer&& other) noexcept {
  data_ = std::move(other.data_);
  size_ = std::exchange(other.size_, 0);
  capacity_ = std::exchange(other.capacity_, 0);
  expected_ = std::exchange(other.expected_, 0);
  return *this;
}

void Buffer::Reserve(int64_t bytes) {
  if (bytes <= capacity_) return;
  const int64_t capacity = (bytes + kAlignment - 1) / kAlignment * kAlignment;
  // A shortage of memory leaves as bad_alloc, which the guards at the borders turn into kResourceExhausted.
  std::unique_ptr<uint8_t, Free> grown(static_cast<uint8_t*>(
      ::operator new(static_cast<size_t>(capacity), std::align_val_t(kAlignment))));
  if (size_ > 0) std::memcpy(grown.get(), data_.get(), static_cast<size_t>(size_));
  data_ = std::move(grown);
  capacity_ = capacity;
}

void Buffer::Grow(int64_t wanted) {
  Reserve(std::max({wanted, capacity_ * 2, std::exchange(expected_, 0)}));
}

void Buffer::Pad() {
  const int64_t end = (size_ + kAlignment - 1) / kAlignment * kAlignment;
  if (size_ < end) std::memset(data_.get() + size_, 0, static_cast<size_t>(end - size_));
}

}  // namespace tenon::internal
