// How values look as text, in Spark's words: the one place for casts to text and for JSON. Private to src/columnar.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "columnar/column.h"

namespace tenon::columnar {

// As Java's Double.toString and Float.toString, with the fewest digits that read back: 1.0, 0.001, 1.0E7, 1.0E-4,
// NaN, Infinity, -0.0.
void AppendDouble(double value, std::string* out);
void AppendFloat(float value, std::string* out);
void AppendInteger(int64_t value, std::string* out);
// A little-endian number of 16 or 32 bytes, never in scientific form: "12.30", "-0.05".
void AppendDecimal(const uint8_t* bytes, int width, int scale, std::string* out);

// Row `row` of a scalar column as text. REQUIRES: not null; boolean to binary, dates and times.
void AppendScalar(const Column& column, int64_t row, std::string* out);

}  // namespace tenon::columnar
