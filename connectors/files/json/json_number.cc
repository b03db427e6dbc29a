#include "connectors/files/json/json_number.h"

#include <charconv>
#include <limits>
#include <system_error>

namespace tenon::files {
namespace {

constexpr int kMaxDecimalDigits = 38;

bool IsDigit(uint8_t c) { return c >= '0' && c <= '9'; }

// Where the digits that start at `at` end; `at` itself if there are none.
const uint8_t* SkipDigits(const uint8_t* at, const uint8_t* end) {
  while (at < end && IsDigit(*at)) ++at;
  return at;
}

double NearestDouble(const uint8_t* begin, const uint8_t* end, bool negative_exponent) {
  double value = 0;
  const auto result = std::from_chars(reinterpret_cast<const char*>(begin),
                                      reinterpret_cast<const char*>(end), value);
  if (result.ec == std::errc::result_out_of_range) {
    value = negative_exponent ? 0.0 : std::numeric_limits<double>::infinity();
    if (*begin == '-') value = -value;
  }
  return value;
}

}  // namespace

Int128 ParseLargeWhole(const uint8_t* text, size_t size) {
  const bool negative = *text == '-';
  Int128 value = 0;
  for (const uint8_t* digit = text + (negative ? 1 : 0); digit < text + size; ++digit) {
    value = value * 10 + (*digit - '0');
  }
  return negative ? -value : value;
}

JsonNumber ParseNumberSlowly(const uint8_t* text, size_t size) {
  const uint8_t* const end = text + size;
  const uint8_t* at = text;
  if (at < end && *at == '-') ++at;
  const uint8_t* const whole = at;
  at = SkipDigits(at, end);
  const auto whole_digits = at - whole;
  if (whole_digits == 0 || (whole_digits > 1 && *whole == '0')) return {};
  if (at == end && whole_digits <= kMaxDecimalDigits) {
    const Int128 value = ParseLargeWhole(text, size);
    const bool fits = value >= std::numeric_limits<int64_t>::min() &&
                      value <= std::numeric_limits<int64_t>::max();
    return fits ? JsonNumber::Whole(static_cast<int64_t>(value))
                : JsonNumber{JsonNumber::kLargeWhole};
  }
  bool negative_exponent = false;
  if (at < end && *at == '.') {
    const uint8_t* const decimals = at + 1;
    at = SkipDigits(decimals, end);
    if (at == decimals) return {};
    // Without an exponent, only digits before the dot make a number too large.
    negative_exponent = whole_digits == 1;
  }
  if (at < end && (*at == 'e' || *at == 'E')) {
    ++at;
    negative_exponent = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+')) ++at;
    const uint8_t* const exponent = at;
    at = SkipDigits(exponent, end);
    if (at == exponent) return {};
  }
  if (at != end) return {};
  return JsonNumber::Real(NearestDouble(text, end, negative_exponent));
}

}  // namespace tenon::files
