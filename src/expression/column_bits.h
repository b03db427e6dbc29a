// Tests every row of one column against one bound condition: the loops behind evaluate.h. Any thread.
#pragma once

#include <cstdint>
#include <vector>

#include "tenon/expression.h"
#include "tenon/record_batch.h"

namespace tenon::expression {

// 64 rows a word, the lowest bit first.
using Words = std::vector<uint64_t>;

inline size_t WordCount(int64_t rows) { return static_cast<size_t>((rows + 63) / 64); }

// A bitmap of Arrow's kind that starts at any bit; null data: every bit is set.
struct Validity {
  const uint8_t* bits = nullptr;
  int64_t offset = 0;
};

// Where a column's values lie: row r is at index r + offset of the array's buffers.
struct ColumnRows {
  DataType type;
  const ArrowArray* array = nullptr;
  int64_t offset = 0;
  int64_t rows = 0;
  std::vector<Validity>
      validity;  // Its own and those of the structs around it; none: no row is null.
};

// Bits of the rows that are not null. Of a choice, its own validity only.
Words ValidBits(const ColumnRows& column);
// Clears the bits where a row is null.
void ClearNulls(const ColumnRows& column, Words* bits);

// Bits of the rows for which the comparison, IN or text match holds, whatever stands in null rows; with `negated`,
// for which it does not. REQUIRES: the condition is bound to column.type, its op is none of <=>, IS NULL, IS NOT NULL;
// the type is scalar and not null.
Words MatchBits(const ColumnRows& column, const Predicate& condition, bool negated);

}  // namespace tenon::expression
