#include "columnar/cast_value.h"

#include <array>
#include <charconv>
#include <cstring>

#include "base/text.h"
#include "base/time.h"
#include "columnar/text_form.h"

namespace tenon::columnar::cast {
namespace {

constexpr double kLongLimit = 9223372036854775808.0;  // 2^63

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// A number in its parts: sign, digits without the point, and where the point stands.
struct Number {
  bool negative = false;
  std::string digits;
  int64_t point = 0;  // Digits before the point; may be negative or beyond the digits.
};

// "[+-]digits[.digits][e[+-]digits]" with a digit somewhere.
bool ParseNumber(std::string_view text, Number* out) {
  size_t at = 0;
  if (at < text.size() && (text[at] == '+' || text[at] == '-')) out->negative = text[at++] == '-';
  while (at < text.size() && IsDigit(text[at])) out->digits += text[at++];
  out->point = static_cast<int64_t>(out->digits.size());
  if (at < text.size() && text[at] == '.') {
    ++at;
    while (at < text.size() && IsDigit(text[at])) out->digits += text[at++];
  }
  if (out->digits.empty()) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && text[at] == '+') ++at;
    int exponent = 0;
    const auto result = std::from_chars(text.data() + at, text.data() + text.size(), exponent);
    if (result.ec != std::errc()) return false;
    out->point += exponent;
    at = static_cast<size_t>(result.ptr - text.data());
  }
  return at == text.size();
}

// The digits of `number` times 10^scale, rounded half up; false when there are more than `limit`.
bool ScaledDigits(const Number& number, int scale, int limit, std::string* out) {
  const int64_t keep = number.point + scale;
  const auto size = static_cast<int64_t>(number.digits.size());
  size_t first = number.digits.find_first_not_of('0');
  if (first == std::string::npos || keep < 0) {
    *out = "0";
    return true;
  }
  if (keep - static_cast<int64_t>(first) > limit) return false;
  *out = number.digits.substr(0, static_cast<size_t>(std::min(keep, size)));
  if (keep > size) out->append(static_cast<size_t>(keep - size), '0');
  if (keep < size && number.digits[static_cast<size_t>(keep)] >= '5') {
    size_t at = out->size();
    while (at > 0 && (*out)[at - 1] == '9') (*out)[--at] = '0';
    if (at > 0) {
      ++(*out)[at - 1];
    } else {
      out->insert(out->begin(), '1');
    }
  }
  first = out->find_first_not_of('0');
  out->erase(0, first == std::string::npos ? out->size() : first);
  return static_cast<int64_t>(out->size()) <= limit;
}

bool EqualsAny(std::string_view text, std::initializer_list<std::string_view> words) {
  const std::string lower = base::ToLower(text);
  for (std::string_view word : words) {
    if (lower == word) return true;
  }
  return false;
}

std::string DecimalText(Fixed in) {
  std::string text;
  AppendDecimal(in.bytes, in.width, in.scale, &text);
  return text;
}

bool SecondsToMicros(double seconds, int64_t* out) {
  const double micros = std::floor(seconds * 1e6);
  if (!(micros >= -kLongLimit && micros < kLongLimit)) return false;
  *out = static_cast<int64_t>(micros);
  return true;
}

int64_t FloorDivide(int64_t value, int64_t divisor) {
  return value / divisor - (value % divisor < 0 ? 1 : 0);
}

// A date, or a date with anything after a blank or 'T', of which only the date counts.
bool ParseDay(std::string_view text, int64_t* out) {
  text = base::Trim(text);
  std::optional<int64_t> days = base::ParseDate(text);
  if (!days) {
    const size_t cut = text.find_first_of(" T");
    if (cut != std::string_view::npos) days = base::ParseDate(text.substr(0, cut));
  }
  if (!days) return false;
  *out = *days;
  return true;
}

}  // namespace

bool ToTruth(Truth in, bool* out) {
  *out = in.value;
  return true;
}
bool ToTruth(Whole in, bool* out) {
  *out = in.value != 0;
  return true;
}
bool ToTruth(Single in, bool* out) {
  *out = in.value != 0;
  return true;
}
bool ToTruth(Real in, bool* out) {
  *out = in.value != 0;
  return true;
}
bool ToTruth(Fixed in, bool* out) {
  *out = false;
  for (int i = 0; i < in.width; ++i) *out = *out || in.bytes[i] != 0;
  return true;
}
bool ToTruth(Text in, bool* out) {
  const std::string_view text = base::Trim(in.value);
  *out = EqualsAny(text, {"t", "true", "y", "yes", "1"});
  return *out || EqualsAny(text, {"f", "false", "n", "no", "0"});
}

bool ToWhole(Truth in, int64_t* out) {
  *out = in.value ? 1 : 0;
  return true;
}
bool ToWhole(Whole in, int64_t* out) {
  *out = in.value;
  return true;
}
bool ToWhole(Single in, int64_t* out) { return ToWhole(Real{in.value}, out); }
bool ToWhole(Real in, int64_t* out) {
  if (!(in.value > -kLongLimit - 1025 && in.value < kLongLimit)) return false;
  const double cut = std::trunc(in.value);
  if (cut < -kLongLimit) return false;
  *out = static_cast<int64_t>(cut);
  return true;
}
bool ToWhole(Fixed in, int64_t* out) { return ToWhole(Text{DecimalText(in)}, out); }
bool ToWhole(Text in, int64_t* out) {
  std::string_view text = base::Trim(in.value);
  if (!text.empty() && text[0] == '+') {
    text.remove_prefix(1);
    if (!text.empty() && text[0] == '-') return false;
  }
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, *out);
  if (result.ec == std::errc() && result.ptr == end) return true;
  if (result.ec == std::errc::result_out_of_range) return false;
  // A fraction, which is cut off.
  const size_t dot = text.find('.');
  if (dot == std::string_view::npos) return false;
  for (char c : text.substr(dot + 1)) {
    if (!IsDigit(c)) return false;
  }
  const std::string_view before = text.substr(0, dot);
  if (before.empty() || before == "-") {
    *out = 0;
    return dot + 1 < text.size();
  }
  return result.ec == std::errc() && result.ptr == text.data() + dot;
}
bool ToWhole(Instant in, int64_t* out) {
  *out = FloorDivide(in.value, base::kMicrosPerSecond);
  return true;
}

bool ToReal(Truth in, double* out) {
  *out = in.value ? 1 : 0;
  return true;
}
bool ToReal(Whole in, double* out) {
  *out = static_cast<double>(in.value);
  return true;
}
bool ToReal(Single in, double* out) {
  *out = in.value;
  return true;
}
bool ToReal(Real in, double* out) {
  *out = in.value;
  return true;
}
bool ToReal(Fixed in, double* out) { return ToReal(Text{DecimalText(in)}, out); }
bool ToReal(Text in, double* out) {
  std::string_view text = base::Trim(in.value);
  double sign = 1;
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
    sign = text[0] == '-' ? -1 : 1;
    text.remove_prefix(1);
  }
  if (text.empty()) return false;
  if (EqualsAny(text, {"nan"})) {
    *out = std::numeric_limits<double>::quiet_NaN();
    return true;
  }
  if (EqualsAny(text, {"inf", "infinity"})) {
    *out = sign * std::numeric_limits<double>::infinity();
    return true;
  }
  if (!IsDigit(text[0]) && text[0] != '.') return false;
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, *out);
  if (result.ptr != end) return false;
  if (result.ec == std::errc::result_out_of_range) {
    // As Java: too large is infinite, too small is zero.
    Number number;
    if (!ParseNumber(text, &number)) return false;
    *out = number.point > 0 ? std::numeric_limits<double>::infinity() : 0.0;
  } else if (result.ec != std::errc()) {
    return false;
  }
  *out *= sign;
  return true;
}
bool ToReal(Instant in, double* out) {
  *out = static_cast<double>(in.value) / 1e6;
  return true;
}

bool ToDigits(Truth in, std::string* out) {
  *out += in.value ? '1' : '0';
  return true;
}
bool ToDigits(Whole in, std::string* out) { return ToText(in, out); }
bool ToDigits(Single in, std::string* out) { return std::isfinite(in.value) && ToText(in, out); }
bool ToDigits(Real in, std::string* out) { return std::isfinite(in.value) && ToText(in, out); }
bool ToDigits(Fixed in, std::string* out) { return ToText(in, out); }
bool ToDigits(Text in, std::string* out) { return ToText(in, out); }
bool ToDigits(Instant in, std::string* out) {
  std::array<uint8_t, 16> bytes;
  std::memset(bytes.data(), in.value < 0 ? 0xFF : 0, bytes.size());
  std::memcpy(bytes.data(), &in.value, sizeof(in.value));
  AppendDecimal(bytes.data(), 16, 6, out);
  return true;
}

bool StoreDecimal(std::string_view text, int precision, int scale, int width, uint8_t* out) {
  Number number;
  std::string digits;
  if (!ParseNumber(base::Trim(text), &number) || !ScaledDigits(number, scale, precision, &digits))
    return false;
  std::array<uint64_t, 4> limbs{};
  for (const char digit : digits) {
    unsigned __int128 carry = static_cast<unsigned>(digit - '0');
    for (uint64_t& limb : limbs) {
      carry += static_cast<unsigned __int128>(limb) * 10;
      limb = static_cast<uint64_t>(carry);
      carry >>= 64;
    }
  }
  if (number.negative) {
    bool carry = true;
    for (uint64_t& limb : limbs) {
      limb = ~limb + (carry ? 1 : 0);
      carry = carry && limb == 0;
    }
  }
  std::memcpy(out, limbs.data(), static_cast<size_t>(width));
  return true;
}

bool ToText(Truth in, std::string* out) {
  *out += in.value ? "true" : "false";
  return true;
}
bool ToText(Whole in, std::string* out) {
  AppendInteger(in.value, out);
  return true;
}
bool ToText(Single in, std::string* out) {
  AppendFloat(in.value, out);
  return true;
}
bool ToText(Real in, std::string* out) {
  AppendDouble(in.value, out);
  return true;
}
bool ToText(Fixed in, std::string* out) {
  AppendDecimal(in.bytes, in.width, in.scale, out);
  return true;
}
bool ToText(Text in, std::string* out) {
  out->append(in.value);
  return true;
}
bool ToText(Raw in, std::string* out) {
  if (!base::IsUtf8(in.value)) return false;
  out->append(in.value);
  return true;
}
bool ToText(Day in, std::string* out) {
  *out += base::FormatDate(in.value);
  return true;
}
bool ToText(Clock in, std::string* out) {
  *out += base::FormatTimeOfDay(in.value);
  return true;
}
bool ToText(Instant in, std::string* out) {
  *out += base::FormatTimestamp(in.value);
  return true;
}

bool ToDay(Text in, int64_t* out) { return ParseDay(in.value, out); }
bool ToDay(Day in, int64_t* out) {
  *out = in.value;
  return true;
}
bool ToDay(Instant in, int64_t* out) {
  *out = FloorDivide(in.value, base::kMicrosPerDay);
  return true;
}

bool ToClock(Text in, int64_t* out) {
  const std::optional<int64_t> micros = base::ParseTimeOfDay(base::Trim(in.value));
  if (micros) *out = *micros;
  return micros.has_value();
}
bool ToClock(Clock in, int64_t* out) {
  *out = in.value;
  return true;
}

bool ToInstant(Whole in, int64_t* out) {
  return !__builtin_mul_overflow(in.value, base::kMicrosPerSecond, out);
}
bool ToInstant(Single in, int64_t* out) { return SecondsToMicros(in.value, out); }
bool ToInstant(Real in, int64_t* out) { return SecondsToMicros(in.value, out); }
bool ToInstant(Fixed in, int64_t* out) {
  std::array<uint8_t, 16> bytes;
  // Microseconds are the digits at scale 6; 18 digits are what surely fits.
  if (!StoreDecimal(DecimalText(in), 18, 6, 16, bytes.data())) return false;
  std::memcpy(out, bytes.data(), sizeof(*out));
  return true;
}
bool ToInstant(Text in, int64_t* out) {
  const std::string_view text = base::Trim(in.value);
  if (const auto parsed = base::ParseTimestamp(text)) {
    const int64_t shift = int64_t{parsed->offset_seconds.value_or(0)} * base::kMicrosPerSecond;
    return !__builtin_sub_overflow(parsed->micros, shift, out);
  }
  const std::optional<int64_t> days = base::ParseDate(text);
  return days && ToInstant(Day{*days}, out);
}
bool ToInstant(Day in, int64_t* out) {
  return !__builtin_mul_overflow(in.value, base::kMicrosPerDay, out);
}
bool ToInstant(Instant in, int64_t* out) {
  *out = in.value;
  return true;
}

}  // namespace tenon::columnar::cast
