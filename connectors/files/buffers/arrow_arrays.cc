#include "connectors/files/buffers/arrow_arrays.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tenon::files {
namespace {

// What an array of ours keeps alive.
struct Holdings {
  std::shared_ptr<BufferPool> pool;
  ArrayBuffers buffers;
  std::array<const void*, 3> buffer_pointers;
  std::vector<ArrowArray> children;
  std::vector<ArrowArray*> child_pointers;
};

void Release(ArrowArray* array) {
  const std::unique_ptr<Holdings> holdings(static_cast<Holdings*>(array->private_data));
  for (ArrowArray* child : holdings->child_pointers) {
    if (child->release != nullptr) child->release(child);
  }
  for (Buffer& buffer : holdings->buffers) holdings->pool->Give(std::move(buffer));
  array->release = nullptr;
  array->private_data = nullptr;
}

}  // namespace

ArrowArray MakeArrowArray(std::shared_ptr<BufferPool> pool, ArrayParts parts) {
  auto holdings = std::make_unique<Holdings>();
  holdings->pool = std::move(pool);
  holdings->buffers = std::move(parts.buffers);
  holdings->children = std::move(parts.children);
  std::transform(holdings->buffers.begin(), holdings->buffers.end(),
                 holdings->buffer_pointers.begin(),
                 [](const Buffer& buffer) { return buffer.data(); });
  holdings->child_pointers.reserve(holdings->children.size());
  for (ArrowArray& child : holdings->children) holdings->child_pointers.push_back(&child);
  ArrowArray array{};
  array.length = parts.length;
  array.null_count = parts.null_count;
  array.n_buffers = static_cast<int64_t>(holdings->buffers.size());
  array.buffers = holdings->buffer_pointers.data();
  array.n_children = static_cast<int64_t>(holdings->child_pointers.size());
  array.children = holdings->child_pointers.data();
  array.release = Release;
  array.private_data = holdings.release();
  return array;
}

int64_t PackEqual(const uint8_t* tags, uint8_t tag, int64_t rows, uint8_t* bits) {
  int64_t set = 0;
  int64_t row = 0;
#if defined(__SSE2__)
  const __m128i wanted = _mm_set1_epi8(static_cast<char>(tag));
  for (; row + 16 <= rows; row += 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(tags + row));
    const auto equal = static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(block, wanted)));
    bits[row / 8] = static_cast<uint8_t>(equal);
    bits[row / 8 + 1] = static_cast<uint8_t>(equal >> 8);
    set += std::popcount(equal);
  }
#endif
  for (; row < rows; row += 8) {
    uint8_t byte = 0;
    for (int64_t bit = 0; bit < 8 && row + bit < rows; ++bit) {
      if (tags[row + bit] == tag) byte = static_cast<uint8_t>(byte | 1u << bit);
    }
    bits[row / 8] = byte;
    set += std::popcount(byte);
  }
  return set;
}

}  // namespace tenon::files
