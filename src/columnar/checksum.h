// A checksum of rows that does not depend on their order, on how they are cut into batches, or on the order of the
// columns: what tests and benchmarks compare to know that nothing was lost, doubled or changed.
#pragma once

#include <cstdint>
#include <string>

#include "tenon/record_batch.h"

namespace tenon::columnar {

// A multiset hash: the 128-bit sum of one hash per row. A null counts like an absent column, a whole number the same in
// each width, a choice like the value it selects. One thread at a time; Merge the sums of several.
class RowChecksum {
 public:
  // REQUIRES: batch.layout() == nullptr.
  void Add(const RecordBatch& batch);
  void Merge(const RowChecksum& other);

  uint64_t rows() const { return rows_; }
  // 32 hex digits, then the count: "0123…cdef/1000".
  std::string ToString() const;
  bool operator==(const RowChecksum&) const = default;

 private:
  uint64_t rows_ = 0, low_ = 0, high_ = 0;
};

}  // namespace tenon::columnar
