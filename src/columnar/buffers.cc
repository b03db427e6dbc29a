#include "columnar/buffers.h"

#include <algorithm>
#include <bit>
#include <new>

namespace tenon::columnar {
namespace {

constexpr std::align_val_t kCacheLine{64};

}  // namespace

uint64_t LoadBits(const uint8_t* bits, int64_t offset, int64_t count) {
  const uint8_t* first = bits + (offset >> 3);
  const int shift = static_cast<int>(offset & 7);
  const int64_t bytes = BytesForBits(shift + count);
  uint64_t word = 0;
  std::memcpy(&word, first, static_cast<size_t>(std::min<int64_t>(bytes, 8)));
  word >>= shift;
  if (bytes > 8) word |= static_cast<uint64_t>(first[8]) << (64 - shift);
  return count == 64 ? word : word & ((uint64_t{1} << count) - 1);
}

void StoreBits(uint8_t* bits, int64_t offset, int64_t count, uint64_t value) {
  while (count > 0) {
    const int shift = static_cast<int>(offset & 7);
    const int64_t here = std::min<int64_t>(8 - shift, count);
    const auto mask = static_cast<uint8_t>(((1U << here) - 1) << shift);
    uint8_t& byte = bits[offset >> 3];
    byte = static_cast<uint8_t>((byte & ~mask) | ((value << shift) & mask));
    value >>= here;
    offset += here;
    count -= here;
  }
}

int64_t CountBits(const uint8_t* bits, int64_t offset, int64_t length) {
  int64_t total = 0;
  for (int64_t done = 0; done < length; done += 64) {
    total += std::popcount(LoadBits(bits, offset + done, std::min<int64_t>(64, length - done)));
  }
  return total;
}

// Arrow's IPC writer pads what it writes of a sliced buffer from the bytes behind it, up to 63 of them.
constexpr size_t kPadding = 64;

std::shared_ptr<uint8_t> AllocateBytes(int64_t bytes) {
  const auto size = static_cast<size_t>(std::max<int64_t>(bytes, 0));
  auto* data = static_cast<uint8_t*>(::operator new(size + kPadding, kCacheLine));
  std::memset(data + size, 0, kPadding);
  return {data, [](uint8_t* memory) { ::operator delete(memory, kCacheLine); }};
}

std::shared_ptr<uint8_t> AllocateZeroes(int64_t bytes) {
  std::shared_ptr<uint8_t> zeroes = AllocateBytes(bytes);
  std::memset(zeroes.get(), 0, static_cast<size_t>(std::max<int64_t>(bytes, 1)));
  return zeroes;
}

std::shared_ptr<uint8_t> AllocateValidity(int64_t offset, int64_t rows) {
  const int64_t bytes = BytesForBits(offset + rows);
  std::shared_ptr<uint8_t> bits = AllocateBytes(bytes);
  std::memset(bits.get(), 0xFF, static_cast<size_t>(bytes));
  return bits;
}

NodePtr Narrowed(const NodePtr& node, int64_t offset, int64_t rows) {
  if (offset == 0 && rows == node->length) return node;
  auto narrowed = std::make_shared<ArrayNode>(*node);
  narrowed->offset += offset;
  narrowed->length = rows;
  if (node->null_count == node->length) {
    narrowed->null_count = rows;
  } else if (node->null_count != 0) {
    narrowed->null_count = -1;
  }
  return narrowed;
}

}  // namespace tenon::columnar
