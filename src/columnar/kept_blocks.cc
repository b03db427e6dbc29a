#include "columnar/kept_blocks.h"

#include <algorithm>
#include <bit>
#include <iterator>
#include <new>

namespace tenon::columnar {
namespace {

constexpr std::align_val_t kAlign{KeptBlocks::kAlignment};

void Release(uint8_t* block) { ::operator delete(block, kAlign); }  // Tidy: Take has made it.

}  // namespace

size_t KeptBlocks::BlockBytes(size_t size) {
  if (size < kLeastBytes) return size;
  const size_t step = std::bit_floor(size) / 4;
  return (size + step - 1) / step * step;
}

uint8_t* KeptBlocks::Take(size_t size) {
  const size_t bytes = BlockBytes(size);
  {
    const std::lock_guard lock(mutex_);
    // The last one that came back may still be in a cache.
    const auto found = std::find_if(waiting_.rbegin(), waiting_.rend(),
                                    [&](const Block& each) { return each.size == bytes; });
    if (found != waiting_.rend()) {
      uint8_t* const block = found->bytes;
      waiting_bytes_ -= bytes;
      waiting_.erase(std::next(found).base());
      return block;
    }
  }
  return static_cast<uint8_t*>(::operator new(bytes, kAlign, std::nothrow));
}

void KeptBlocks::GiveBack(uint8_t* block, size_t size) {
  const size_t bytes = BlockBytes(size);
  std::vector<Block> too_old;
  {
    const std::lock_guard lock(mutex_);
    if (stopped_ || bytes < kLeastBytes || bytes > most_bytes_) {
      too_old.push_back({block, bytes});
    } else {
      waiting_.push_back({block, bytes});
      waiting_bytes_ += bytes;
      // Sizes that nobody asks for any more make room for those of the last batch.
      auto end = waiting_.begin();
      for (; waiting_bytes_ > most_bytes_; ++end) waiting_bytes_ -= end->size;
      too_old.assign(waiting_.begin(), end);
      waiting_.erase(waiting_.begin(), end);
    }
  }
  for (const Block& each : too_old) Release(each.bytes);
}

void KeptBlocks::Stop() {
  std::vector<Block> waiting;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    waiting_bytes_ = 0;
    waiting.swap(waiting_);
  }
  for (const Block& each : waiting) Release(each.bytes);
}

size_t KeptBlocks::waiting_bytes() const {
  const std::lock_guard lock(mutex_);
  return waiting_bytes_;
}

}  // namespace tenon::columnar
