// Bytes that grow at the end: the raw material of a column. Memory starts at a multiple of 64 bytes and its capacity is
// one too, as Arrow recommends; it is handed over to a batch without a copy. One thread.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>

#include "door/recycled_memory.h"

namespace tenon::internal {

class Buffer {
 public:
  static constexpr int64_t kAlignment = 64;

  Buffer() = default;
  // Takes its memory there, and gives it back there.
  explicit Buffer(std::shared_ptr<RecycledMemory> memory) : memory_(std::move(memory)) {}
  Buffer(Buffer&& other) noexcept;
  Buffer& operator=(Buffer&& other) noexcept;
  ~Buffer() { Release(); }

  // Null: of the system. One that was moved from still has it.
  const std::shared_ptr<RecycledMemory>& memory() const { return memory_; }

  // Null as long as nothing was reserved.
  uint8_t* data() { return data_; }
  const uint8_t* data() const { return data_; }
  int64_t size() const { return size_; }

  // Room for `bytes` in all.
  void Reserve(int64_t bytes);
  // The first growth makes room for `bytes` at once: nothing is held as long as nothing is written.
  void ExpectBytes(int64_t bytes) { expected_ = bytes; }

  template <typename T>
  void Push(T value) {
    PushBytes(&value, sizeof(T));
  }

  void PushBytes(const void* bytes, size_t count) {
    if (count == 0) return;
    std::memcpy(Extend(static_cast<int64_t>(count)), bytes, count);
  }

  void PushZeros(int64_t count) {
    if (count > 0) std::memset(Extend(count), 0, static_cast<size_t>(count));
  }

  // The place of `count` more bytes, with anything in them, until the next call.
  uint8_t* Extend(int64_t count) {
    if (size_ + count > capacity_) Grow(size_ + count);
    uint8_t* place = data_ + size_;
    size_ += count;
    return place;
  }
  // REQUIRES: bytes <= size().
  void Truncate(int64_t bytes) { size_ = bytes; }

  // Sets bit `index`, counted from the start. REQUIRES: bits are appended in order, each once.
  void PushBit(int64_t index, bool bit) {
    if ((index & 7) == 0) {
      Push<uint8_t>(bit ? 1 : 0);
    } else if (bit) {
      data_[index >> 3] = static_cast<uint8_t>(data_[index >> 3] | 1u << (index & 7));
    }
  }

  // Zeroes the rest of the last 64 bytes, so that no old memory travels with a batch that is written out.
  void Pad();

 private:
  void Grow(int64_t wanted);
  void Release() noexcept;

  std::shared_ptr<RecycledMemory> memory_;
  uint8_t* data_ = nullptr;
  int64_t size_ = 0;
  int64_t capacity_ = 0;
  int64_t expected_ = 0;
};

}  // namespace tenon::internal
