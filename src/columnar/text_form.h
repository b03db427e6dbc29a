// Values as text, in the forms of scalar_text.h, appended to a string. Private to src/columnar.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "columnar/column.h"

namespace tenon::columnar {

void AppendDouble(double value, std::string* out);
void AppendFloat(float value, std::string* out);
void AppendInteger(int64_t value, std::string* out);
void AppendDecimal(const uint8_t* bytes, int width, int scale, std::string* out);

// Row `row` of a scalar column as text. REQUIRES: not null; boolean to binary, dates and times.
void AppendScalar(const Column& column, int64_t row, std::string* out);

}  // namespace tenon::columnar
