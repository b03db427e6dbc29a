// The value of a row: a function of its number and the column's type, the same everywhere and for ever.
//
//   long r · int, short, byte: r cut to the type's positive range · boolean: r is odd · float, double: r / 4 (float of
//   r modulo 65,536) · decimal: r modulo ten to the precision, unscaled · string "row-<r>" · binary: eight bytes of r, the
//   lowest first · date r modulo 20,000 days · time r microseconds modulo a day · timestamps: 2020-01-01 plus r
//   seconds · struct: each field the value of r · array: r modulo 3 elements, the values of r, r + 1 · map: one entry,
//   "k<r modulo 3>" to the value of r · choice: member r modulo their number.
#pragma once

#include <cstdint>

#include "tenon/batch_builder.h"

namespace tenon::sequence {

// Appends the value of row `row`. REQUIRES: `column` builds a column of `type`; row >= 0.
void AppendValue(const DataType& type, int64_t row, ColumnBuilder& column);

// 2020-01-01T00:00:00Z in microseconds.
inline constexpr int64_t kFirstTimestamp = 1577836800000000;

}  // namespace tenon::sequence
