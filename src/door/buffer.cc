#include "door/buffer.h"

#include <algorithm>
#include <utility>

namespace tenon::internal {

Buffer::Buffer(Buffer&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      capacity_(std::exchange(other.capacity_, 0)),
      expected_(std::exchange(other.expected_, 0)) {
  memory_ = other.memory_;  // A copy: what is put into the other comes from there, too.
}

Buffer& Buffer::operator=(Buffer&& other) noexcept {
  if (this == &other) return *this;
  Release();
  memory_ = other.memory_;
  data_ = std::exchange(other.data_, nullptr);
  size_ = std::exchange(other.size_, 0);
  capacity_ = std::exchange(other.capacity_, 0);
  expected_ = std::exchange(other.expected_, 0);
  return *this;
}

void Buffer::Release() noexcept {
  if (data_ == nullptr) return;
  if (memory_ != nullptr) return memory_->Give({data_, capacity_});
  RecycledMemory::Delete({data_, capacity_});
}

void Buffer::Reserve(int64_t bytes) {
  if (bytes <= capacity_) return;
  // A shortage of memory leaves as bad_alloc, which the guards at the borders turn into kResourceExhausted.
  const MemoryBlock block = memory_ != nullptr ? memory_->Take(bytes) : RecycledMemory::New(bytes);
  if (size_ > 0) std::memcpy(block.data, data_, static_cast<size_t>(size_));
  Release();
  data_ = block.data;
  capacity_ = block.capacity;
}

void Buffer::Grow(int64_t wanted) {
  Reserve(std::max({wanted, capacity_ * 2, std::exchange(expected_, 0)}));
}

void Buffer::Pad() {
  const int64_t end = (size_ + kAlignment - 1) / kAlignment * kAlignment;
  if (size_ < end) std::memset(data_ + size_, 0, static_cast<size_t>(end - size_));
}

}  // namespace tenon::internal
