// Numbers, truth values, dates and times as text in Spark's words, written straight into memory: the one place for
// casts to text, JSON and CSV. Pure functions. Each gives the end of what it wrote, at most kMostScalarBytes from `to`.
#pragma once

#include <cstddef>
#include <cstdint>

#include "columnar/column.h"

namespace tenon::columnar {

inline constexpr size_t kMostScalarBytes = 96;

// As Java's Double.toString and Float.toString, with the fewest digits that read back: 1.0, 0.001, 1.0E7, 1.0E-4,
// NaN, Infinity, -0.0.
char* PutDouble(double value, char* to);
char* PutFloat(float value, char* to);
char* PutInteger(int64_t value, char* to);
// A little-endian number of 16 or 32 bytes, never in scientific form: "12.30", "-0.05".
char* PutDecimal(const uint8_t* bytes, int width, int scale, char* to);

// Value `at` of a buffer of values of this type; nothing for other types than booleans to dates and times.
char* PutValue(const DataType& type, const void* values, int64_t at, char* to);
// Values [from, from + count) one behind the other, nothing for nulls (`validity` null: there are none). `ends[i]`: how
// many bytes those up to value from + i have. `to` has room for kMostScalarBytes for each.
void PutValues(const DataType& type, const void* values, const uint8_t* validity, int64_t from,
               int64_t count, char* to, uint32_t* ends);
// Row `row` of such a column. REQUIRES: not null.
char* PutScalar(const Column& column, int64_t row, char* to);

}  // namespace tenon::columnar
