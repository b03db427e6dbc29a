// Columns in which every row is the same. Pure functions; any thread.
#pragma once

#include <cstdint>

#include "columnar/column.h"
#include "tenon/expression.h"

namespace tenon::files {

// `rows` rows of the value. REQUIRES: a string, int, long, double, date or timestamp, or null of any type.
columnar::Column ConstantColumn(const Literal& value, int64_t rows);

}  // namespace tenon::files
