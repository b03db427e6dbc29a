// Exact decimal numbers, for literals. Pure functions; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tenon/expression.h"

namespace tenon::expression {

__extension__ typedef __int128 Int128;

Int128 ToInt128(Decimal128 value);
Decimal128 FromInt128(Int128 value);

// digits * 10^exponent, or a double that is no number of that kind: NaN, an infinity, or further from zero than 38
// digits reach.
struct Number {
  Int128 digits = 0;
  int exponent = 0;
  std::optional<double> special;
};

// "12", "-1.50", ".5", "1e3": at most 38 significant digits. nullopt for anything else.
std::optional<Number> ParseNumber(std::string_view text);
// Of a numeric literal. REQUIRES: not null, of a whole, float, double or decimal type.
Number NumberOf(const Literal& literal);
// The nearest double.
double ToDouble(const Number& number);

// floor(number * 10^scale), and whether nothing was cut off; nullopt when it does not fit 38 digits.
struct Floor {
  Int128 value = 0;
  bool exact = true;
};
std::optional<Floor> FloorAtScale(const Number& number, int scale);

// The sign of `number`: -1, 0, 1; NaN counts as 1, because it is larger than every number.
int SignOf(const Number& number);

// 10^power. REQUIRES: 0 <= power <= 38.
Int128 PowerOfTen(int power);
// "-12.50" for -1250 at scale 2.
std::string DecimalText(Int128 unscaled, int scale);

}  // namespace tenon::expression
