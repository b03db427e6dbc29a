#include "door/recycled_memory.h"

#include <sanitizer/asan_interface.h>

#include <bit>
#include <new>

namespace tenon::internal {
namespace {

constexpr std::align_val_t kLine{64};
constexpr std::align_val_t kPage{4096};
constexpr size_t kLineBytes = static_cast<size_t>(kLine), kPageBytes = static_cast<size_t>(kPage);
constexpr int64_t kSmallestKept = 64 << 10;
constexpr int64_t kMostKept = 16 << 20;

}  // namespace

RecycledMemory::~RecycledMemory() {
  for (const std::vector<MemoryBlock>& blocks : kept_) {
    for (const MemoryBlock& block : blocks) Delete(block);
  }
}

RecycledMemory::SizeClass RecycledMemory::ClassOf(int64_t bytes) {
  const auto wanted = static_cast<uint64_t>(bytes + 63) / 64 * 64;
  const uint64_t low = std::bit_floor(wanted), step = low / kStepsPerDouble;
  const uint64_t steps = (wanted - low + step - 1) / step;
  return {static_cast<size_t>(std::countr_zero(low)) * kStepsPerDouble + steps,
          static_cast<int64_t>(low + steps * step)};
}

MemoryBlock RecycledMemory::New(int64_t bytes, size_t place) {
  const int64_t lines = (bytes + 63) / 64 * 64;
  if (lines < kSmallestKept)
    return {static_cast<uint8_t*>(::operator new(static_cast<size_t>(lines), kLine)), lines};
  const int64_t capacity = ClassOf(lines).bytes;
  void* const page = ::operator new(static_cast<size_t>(capacity) + kPageBytes, kPage);
  return {static_cast<uint8_t*>(page) + place, capacity};
}

void RecycledMemory::Delete(MemoryBlock block) noexcept {
  if (block.capacity < kSmallestKept) return ::operator delete(block.data, kLine);
  ASAN_UNPOISON_MEMORY_REGION(block.data, static_cast<size_t>(block.capacity));
  const size_t place = reinterpret_cast<uintptr_t>(block.data) % kPageBytes;
  ::operator delete(block.data - place, kPage);
}

MemoryBlock RecycledMemory::Take(int64_t bytes) {
  if (bytes < kSmallestKept) return New(bytes);
  size_t place = 0;
  {
    const std::lock_guard lock(mutex_);
    std::vector<MemoryBlock>& blocks = kept_[ClassOf(bytes).index];
    if (!blocks.empty()) {
      const MemoryBlock block = blocks.back();
      blocks.pop_back();
      bytes_ -= block.capacity;
      ASAN_UNPOISON_MEMORY_REGION(block.data, static_cast<size_t>(block.capacity));
      return block;
    }
    // Blocks begin at different lines of their pages: columns that are filled side by side do not push each other out
    // of the cache.
    place = made_++ * 5 * kLineBytes % kPageBytes;
  }
  return New(bytes, place);
}

void RecycledMemory::Give(MemoryBlock block) noexcept {
  if (block.capacity < kSmallestKept || !Keep(block)) Delete(block);
}

bool RecycledMemory::Keep(MemoryBlock block) {
  try {
    const std::lock_guard lock(mutex_);
    if (bytes_ + block.capacity > kMostKept) return false;
    kept_[ClassOf(block.capacity).index].push_back(block);
    bytes_ += block.capacity;
    ASAN_POISON_MEMORY_REGION(block.data, static_cast<size_t>(block.capacity));
    return true;
  } catch (const std::bad_alloc&) {
    return false;  // No room to remember it.
  }
}

}  // namespace tenon::internal
