// A checksum of cells that does not depend on the order of rows or on how they are cut into batches.
//
// Each column of each batch adds a hash of every cell, mixed with the column's name and type: two tables have equal
// sums when each column holds the same cells equally often. It tells lost, doubled and changed cells; cells that
// changed rows within their column it does not tell. Nearly as fast as reading the memory.
#pragma once

#include <cstdint>

#include "tenon/record_batch.h"

namespace tenon {

struct MemoryChecksum {
  uint64_t low = 0, high = 0;

  // Reads every value. REQUIRES: batch.layout() == nullptr.
  void Add(const RecordBatch& batch);
  MemoryChecksum& operator+=(const MemoryChecksum& other) {
    low += other.low;
    high += other.high;
    return *this;
  }
  bool operator==(const MemoryChecksum&) const = default;
};

}  // namespace tenon
