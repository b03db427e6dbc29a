#include "expression/number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/dcheck.h"

namespace tenon::expression {
namespace {

constexpr int kMaxDigits = 38;
constexpr double kExactWholeNumbers = 9007199254740992.0;  // 2^53: beyond it every double is whole.
constexpr double kMaxWhole = 1e38;

Number FromDouble(double value, bool is_float) {
  if (!std::isfinite(value) || std::abs(value) >= kMaxWhole) return {0, 0, value};
  if (std::abs(value) >= kExactWholeNumbers) return {static_cast<Int128>(value), 0, {}};
  std::array<char, 64> text{};
  const auto [end, error] =
      is_float ? std::to_chars(text.data(), text.data() + text.size(), static_cast<float>(value))
               : std::to_chars(text.data(), text.data() + text.size(), value);
  TENON_DCHECK(error == std::errc());
  const std::optional<Number> number =
      ParseNumber({text.data(), static_cast<size_t>(end - text.data())});
  TENON_DCHECK(number.has_value());
  return number.value_or(Number{0, 0, value});
}

}  // namespace

Int128 ToInt128(Decimal128 value) {
  return static_cast<Int128>(
      (static_cast<unsigned __int128>(static_cast<uint64_t>(value.high)) << 64) | value.low);
}

Decimal128 FromInt128(Int128 value) {
  const auto bits = static_cast<unsigned __int128>(value);
  return {static_cast<int64_t>(static_cast<uint64_t>(bits >> 64)), static_cast<uint64_t>(bits)};
}

Int128 PowerOfTen(int power) {
  Int128 value = 1;
  for (int i = 0; i < power; ++i) value *= 10;
  return value;
}

std::optional<Number> ParseNumber(std::string_view text) {
  Number number;
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  bool any = false, fraction = false;
  int significant = 0;
  size_t at = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == '.' && !fraction) {
      fraction = true;
      continue;
    }
    if (text[at] < '0' || text[at] > '9') break;
    any = true;
    if (significant > 0 || text[at] != '0') ++significant;
    if (significant > kMaxDigits) return std::nullopt;
    number.digits = number.digits * 10 + (text[at] - '0');
    if (fraction) --number.exponent;
  }
  if (!any) return std::nullopt;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && text[at] == '+') ++at;
    int exponent = 0;
    const auto [end, error] =
        std::from_chars(text.data() + at, text.data() + text.size(), exponent);
    if (error != std::errc() || std::abs(exponent) > 100'000) return std::nullopt;
    at = static_cast<size_t>(end - text.data());
    number.exponent += exponent;
  }
  if (at != text.size()) return std::nullopt;
  if (negative) number.digits = -number.digits;
  return number;
}

Number NumberOf(const Literal& literal) {
  if (const int64_t* whole = std::get_if<int64_t>(&literal.value)) return {*whole, 0, {}};
  if (const double* real = std::get_if<double>(&literal.value)) {
    return FromDouble(*real, literal.type.id() == TypeId::kFloat);
  }
  const Decimal128* decimal = std::get_if<Decimal128>(&literal.value);
  TENON_DCHECK(decimal != nullptr);
  return {ToInt128(*decimal), -literal.type.scale(), {}};
}

double ToDouble(const Number& number) {
  if (number.special) return *number.special;
  const std::string text = DecimalText(number.digits, 0) + "e" + std::to_string(number.exponent);
  double value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec == std::errc::result_out_of_range) {
    const bool large = number.exponent > 0;
    if (!large) return 0.0;
    return number.digits < 0 ? -HUGE_VAL : HUGE_VAL;
  }
  return value;
}

int SignOf(const Number& number) {
  if (number.special) return *number.special < 0 ? -1 : 1;
  return number.digits < 0 ? -1 : number.digits > 0 ? 1 : 0;
}

std::optional<Floor> FloorAtScale(const Number& number, int scale) {
  if (number.special) return std::nullopt;
  if (number.digits == 0) return Floor{};
  const int shift = number.exponent + scale;
  const Int128 bound = PowerOfTen(kMaxDigits);
  if (shift >= 0) {
    Int128 value = number.digits;
    for (int i = 0; i < shift; ++i) {
      if (value >= bound / 10 || value <= -bound / 10) return std::nullopt;
      value *= 10;
    }
    return Floor{value, true};
  }
  if (-shift > kMaxDigits) return Floor{number.digits < 0 ? -1 : 0, false};
  const Int128 divisor = PowerOfTen(-shift);
  Int128 value = number.digits / divisor;
  const bool exact = value * divisor == number.digits;
  if (!exact && number.digits < 0) --value;
  return Floor{value, exact};
}

std::string DecimalText(Int128 unscaled, int scale) {
  const bool negative = unscaled < 0;
  auto rest = negative ? ~static_cast<unsigned __int128>(unscaled) + 1
                       : static_cast<unsigned __int128>(unscaled);
  std::string digits;
  do {
    digits += static_cast<char>('0' + static_cast<int>(rest % 10));
    rest /= 10;
  } while (rest != 0);
  while (digits.size() <= static_cast<size_t>(scale)) digits += '0';
  std::reverse(digits.begin(), digits.end());
  if (scale > 0) digits.insert(digits.size() - static_cast<size_t>(scale), 1, '.');
  return negative ? "-" + digits : digits;
}

}  // namespace tenon::expression
