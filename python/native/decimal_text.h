// Decimals as text, for decimal.Decimal. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tenon/expression.h"

namespace tenon::python {

// "-12.50"
std::string DecimalToText(Decimal128 unscaled, int scale);
// Of plain digits, "-12.5". None: no number, more digits than `precision`, or digits behind `scale` that are not 0.
std::optional<Decimal128> DecimalFromText(std::string_view text, int precision, int scale);

}  // namespace tenon::python
