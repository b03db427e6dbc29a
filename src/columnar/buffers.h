// Validity bits and new buffers: the small change of who builds columns. Any thread.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "columnar/column.h"

namespace tenon::columnar {

inline bool GetBit(const uint8_t* bits, int64_t i) { return (bits[i >> 3] >> (i & 7)) & 1; }
inline void SetBit(uint8_t* bits, int64_t i) { bits[i >> 3] |= static_cast<uint8_t>(1 << (i & 7)); }
inline void ClearBit(uint8_t* bits, int64_t i) {
  bits[i >> 3] &= static_cast<uint8_t>(~(1 << (i & 7)));
}
inline int64_t BytesForBits(int64_t bits) { return (bits + 7) / 8; }

// The `count` bits from bit `offset` on, in the low bits. REQUIRES: 1 <= count <= 64. Reads no byte beyond them.
uint64_t LoadBits(const uint8_t* bits, int64_t offset, int64_t count);
// Overwrites them; other bits of the same bytes stay.
void StoreBits(uint8_t* bits, int64_t offset, int64_t count, uint64_t value);
int64_t CountBits(const uint8_t* bits, int64_t offset, int64_t length);

// New memory, on a cache line, not initialised, with 64 bytes of zeroes behind it; zero bytes give a pointer that is
// not null.
std::shared_ptr<uint8_t> AllocateBytes(int64_t bytes);
std::shared_ptr<uint8_t> AllocateZeroes(int64_t bytes);

inline BufferRef Freeze(std::shared_ptr<uint8_t> bytes) {
  const void* data = bytes.get();
  return {data, std::move(bytes)};
}

// Takes a container with data() over as a buffer.
template <typename Container>
BufferRef Freeze(Container container) {
  auto owner = std::make_shared<const Container>(std::move(container));
  const void* data = owner->data();
  return {data, std::move(owner)};
}

// True when no row can be null as far as counts and pointers tell.
inline bool HasNoNulls(const ArrayNode& node) {
  return node.null_count == 0 || node.buffers[0].data == nullptr;
}

// Of a type whose first buffer holds validity bits.
inline bool IsNull(const ArrayNode& node, int64_t row) {
  return !HasNoNulls(node) && !GetBit(node.buffer<uint8_t>(0), node.offset + row);
}

// Bits for `rows` rows behind `offset` unused ones, all set: what a column with that offset needs. Not for null.
std::shared_ptr<uint8_t> AllocateValidity(int64_t offset, int64_t rows);

// The node with `rows` rows from `offset` on.
NodePtr Narrowed(const NodePtr& node, int64_t offset, int64_t rows);

}  // namespace tenon::columnar
