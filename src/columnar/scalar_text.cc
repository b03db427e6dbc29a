#include "columnar/scalar_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/time.h"
#include "columnar/buffers.h"

namespace tenon::columnar {
namespace {

// Java writes numbers below this exponent, and not below 10^-3, without one.
constexpr int kPlainBelowExponent = 7;
constexpr int kPlainFromExponent = -3;
constexpr int64_t kYearOneDays = -719'162;  // 0001-01-01
constexpr int64_t kYear10000Days = 2'932'897;

char* Put(std::string_view text, char* to) {
  std::memcpy(to, text.data(), text.size());
  return to + text.size();
}

char* PutTwo(int value, char* to) {
  to[0] = static_cast<char>('0' + value / 10);
  to[1] = static_cast<char>('0' + value % 10);
  return to + 2;
}

char* PutDate(int64_t days, char* to) {
  if (days < kYearOneDays || days >= kYear10000Days) return Put(base::FormatDate(days), to);
  const base::CivilDate date = base::CivilFromDays(days);
  const auto year = static_cast<int>(date.year);
  to = PutTwo(year % 100, PutTwo(year / 100, to));
  *to++ = '-';
  to = PutTwo(date.month, to);
  *to++ = '-';
  return PutTwo(date.day, to);
}

// Of a value outside of a day what is left of whole days, as base::FormatTimeOfDay has it.
int64_t WithinDay(int64_t micros) {
  const int64_t rest = micros % base::kMicrosPerDay;
  return rest < 0 ? rest + base::kMicrosPerDay : rest;
}

char* PutClock(int64_t micros, char* to) {
  const auto seconds = static_cast<int>(micros / base::kMicrosPerSecond);
  auto fraction = static_cast<int>(micros % base::kMicrosPerSecond);
  to = PutTwo(seconds / 3600, to);
  *to++ = ':';
  to = PutTwo(seconds / 60 % 60, to);
  *to++ = ':';
  to = PutTwo(seconds % 60, to);
  if (fraction == 0) return to;
  *to++ = '.';
  for (int unit = 100'000; fraction > 0; unit /= 10) {
    *to++ = static_cast<char>('0' + fraction / unit);
    fraction %= unit;
  }
  return to;
}

char* PutTimestamp(int64_t micros, char* to) {
  int64_t days = micros / base::kMicrosPerDay;
  int64_t rest = micros % base::kMicrosPerDay;
  if (rest < 0) {
    --days;
    rest += base::kMicrosPerDay;
  }
  to = PutDate(days, to);
  *to++ = ' ';
  return PutClock(rest, to);
}

void AppendWideDecimal(const uint8_t* bytes, int width, int scale, std::string* out) {
  std::array<uint64_t, 4> limbs{};
  std::memcpy(limbs.data(), bytes, static_cast<size_t>(width));
  const auto words = static_cast<size_t>(width / 8);
  const bool negative = (bytes[width - 1] & 0x80) != 0;
  if (negative) {
    bool carry = true;
    for (size_t i = 0; i < words; ++i) {
      limbs[i] = ~limbs[i] + (carry ? 1 : 0);
      carry = carry && limbs[i] == 0;
    }
  }
  std::string digits;  // Backwards.
  const auto is_zero = [&] { return (limbs[0] | limbs[1] | limbs[2] | limbs[3]) == 0; };
  while (!is_zero()) {
    unsigned __int128 rest = 0;
    for (size_t i = words; i-- > 0;) {
      rest = (rest << 64) | limbs[i];
      limbs[i] = static_cast<uint64_t>(rest / 10);
      rest %= 10;
    }
    digits += static_cast<char>('0' + static_cast<int>(rest));
  }
  while (static_cast<int>(digits.size()) <= scale) digits += '0';
  if (negative) *out += '-';
  for (size_t i = digits.size(); i-- > 0;) {
    *out += digits[i];
    if (scale > 0 && i == static_cast<size_t>(scale)) *out += '.';
  }
}

// Numbers of few decimals, as most are: if a whole number over a power of ten is the value, it has the fewest digits
// that read back, for fewer were tried before, and two numbers of so few digits are never one double. Null: none of
// these.
char* PutFewDecimals(double value, char* to) {
  static constexpr int64_t kPowers[] = {1, 10, 100, 1000, 10'000};
  for (int decimals = 0; decimals <= 4; ++decimals) {
    const auto power = static_cast<double>(kPowers[decimals]);
    const auto scaled = static_cast<int64_t>(value * power + 0.5);
    if (static_cast<double>(scaled) / power != value) continue;
    to = PutInteger(scaled / kPowers[decimals], to);
    *to++ = '.';
    if (decimals == 0) *to++ = '0';
    int64_t rest = scaled % kPowers[decimals];
    for (int place = decimals - 1; place >= 0; --place) {
      *to++ = static_cast<char>('0' + rest / kPowers[place]);
      rest %= kPowers[place];
    }
    return to;
  }
  return nullptr;
}

template <typename Float>
char* PutFloating(Float value, char* to) {
  if (std::isnan(value)) return Put("NaN", to);
  if (std::signbit(value)) *to++ = '-';
  value = std::abs(value);
  if (std::isinf(value)) return Put("Infinity", to);
  if (value == 0) return Put("0.0", to);
  if (std::is_same_v<Float, double> && value >= Float{1e-3} && value < Float{1e7}) {
    char* const end = PutFewDecimals(static_cast<double>(value), to);
    if (end != nullptr) return end;
  }
  // "d.ddde-XX" with the fewest digits.
  char text[40];
  const char* const end =
      std::to_chars(text, text + sizeof(text), value, std::chars_format::scientific).ptr;
  const std::string_view all(text, static_cast<size_t>(end - text));
  const size_t mark = all.find('e');
  int exponent = 0;
  const char* const number = text + mark + 1;
  std::from_chars(*number == '+' ? number + 1 : number, end, exponent);
  if (mark > 1) std::memmove(text + 1, text + 2, mark - 2);
  const size_t count = mark > 1 ? mark - 1 : 1;
  const std::string_view digits(text, count);
  if (exponent < kPlainFromExponent || exponent >= kPlainBelowExponent) {
    *to++ = digits[0];
    *to++ = '.';
    to = count > 1 ? Put(digits.substr(1), to) : Put("0", to);
    *to++ = 'E';
    return PutInteger(exponent, to);
  }
  if (exponent < 0) {
    to = Put("0.", to);
    to = std::fill_n(to, -exponent - 1, '0');
    return Put(digits, to);
  }
  const auto whole = static_cast<size_t>(exponent) + 1;
  if (count <= whole) {
    to = Put(digits, to);
    to = std::fill_n(to, whole - count, '0');
    return Put(".0", to);
  }
  to = Put(digits.substr(0, whole), to);
  *to++ = '.';
  return Put(digits.substr(whole), to);
}

}  // namespace

char* PutDouble(double value, char* to) { return PutFloating(value, to); }
char* PutFloat(float value, char* to) { return PutFloating(value, to); }

char* PutInteger(int64_t value, char* to) { return std::to_chars(to, to + 24, value).ptr; }

char* PutDecimal(const uint8_t* bytes, int width, int scale, char* to) {
  int64_t low = 0;
  int64_t high = 0;
  std::memcpy(&low, bytes, 8);
  std::memcpy(&high, bytes + 8, 8);
  if (width != 16 || high != low >> 63 || low == INT64_MIN) {
    std::string text;
    AppendWideDecimal(bytes, width, scale, &text);
    return Put(text, to);
  }
  if (low < 0) *to++ = '-';
  char digits[24];
  const char* const end = std::to_chars(digits, digits + 24, low < 0 ? -low : low).ptr;
  const auto count = static_cast<int>(end - digits);
  if (scale == 0) return Put({digits, static_cast<size_t>(count)}, to);
  if (count <= scale) {
    *to++ = '0';
    *to++ = '.';
    to = std::fill_n(to, scale - count, '0');
    return Put({digits, static_cast<size_t>(count)}, to);
  }
  const auto whole = static_cast<size_t>(count - scale);
  to = Put({digits, whole}, to);
  *to++ = '.';
  return Put({digits + whole, static_cast<size_t>(scale)}, to);
}

char* PutValue(const DataType& type, const void* values, int64_t at, char* to) {
  const auto* const bytes = static_cast<const uint8_t*>(values);
  switch (type.id()) {
    case TypeId::kBoolean: return Put(GetBit(bytes, at) ? "true" : "false", to);
    case TypeId::kByte: return PutInteger(static_cast<const int8_t*>(values)[at], to);
    case TypeId::kShort: return PutInteger(static_cast<const int16_t*>(values)[at], to);
    case TypeId::kInt: return PutInteger(static_cast<const int32_t*>(values)[at], to);
    case TypeId::kLong: return PutInteger(static_cast<const int64_t*>(values)[at], to);
    case TypeId::kFloat: return PutFloat(static_cast<const float*>(values)[at], to);
    case TypeId::kDouble: return PutDouble(static_cast<const double*>(values)[at], to);
    case TypeId::kDecimal: {
      const int width = type.precision() > 38 ? 32 : 16;
      return PutDecimal(bytes + at * width, width, type.scale(), to);
    }
    case TypeId::kDate: return PutDate(static_cast<const int32_t*>(values)[at], to);
    case TypeId::kTime: return PutClock(WithinDay(static_cast<const int64_t*>(values)[at]), to);
    case TypeId::kTimestamp:
    case TypeId::kTimestampNtz: return PutTimestamp(static_cast<const int64_t*>(values)[at], to);
    default: return to;
  }
}

char* PutScalar(const Column& column, int64_t row, char* to) {
  const ArrayNode& node = *column.node();
  return PutValue(column.type(), node.buffers[1].data, node.offset + row, to);
}

}  // namespace tenon::columnar
