#include "connectors/files/csv/csv_value.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>

#include "base/time.h"

namespace tenon::files::csv {
namespace {

constexpr int kMostDecimalDigits = 38;

std::string_view View(const uint8_t* text, size_t size) {
  return {reinterpret_cast<const char*>(text), size};
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// The digits behind a sign; a sign alone, or two, is no number.
bool TakeSign(std::string_view* text, bool* negative) {
  *negative = text->starts_with('-');
  if (*negative || text->starts_with('+')) text->remove_prefix(1);
  return !text->empty();
}

template <typename Real>
bool ReadReal(std::string_view text, Real* out) {
  bool negative = false;
  if (!TakeSign(&text, &negative)) return false;
  const Real sign = negative ? Real{-1} : Real{1};
  if (text == "Infinity" || text == "inf" || text == "Inf") {
    *out = sign * std::numeric_limits<Real>::infinity();
    return true;
  }
  if (text == "NaN" || text == "nan") {
    *out = std::numeric_limits<Real>::quiet_NaN();
    return true;
  }
  if (!IsDigit(text[0]) && text[0] != '.') return false;
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, *out);
  if (result.ptr != end || result.ec == std::errc::invalid_argument) return false;
  if (result.ec == std::errc::result_out_of_range) {
    // Too small is zero; too large has no counterpart.
    long double wide = 0;
    const auto again = std::from_chars(text.data(), end, wide);
    if (again.ec != std::errc() || wide > 1) return false;
    *out = 0;
  }
  *out *= sign;
  return true;
}

}  // namespace

bool ReadLongSlowly(const uint8_t* text, size_t size, int64_t* out) {
  std::string_view rest = View(text, size);
  if (rest.starts_with('+')) {
    rest.remove_prefix(1);
    if (rest.empty() || !IsDigit(rest[0])) return false;
  }
  const auto result = std::from_chars(rest.data(), rest.data() + rest.size(), *out);
  return result.ec == std::errc() && result.ptr == rest.data() + rest.size();
}

bool ReadDecimalSlowly(const uint8_t* text, size_t size, int precision, int scale, Int128* out) {
  std::string_view rest = View(text, size);
  bool negative = false;
  if (!TakeSign(&rest, &negative)) return false;
  Int128 value = 0;
  int digits = 0;   // Without leading zeros.
  int behind = -1;  // Digits behind the dot.
  bool any = false;
  for (const char c : rest) {
    if (c == '.' && behind < 0) {
      behind = 0;
      continue;
    }
    if (!IsDigit(c)) return false;
    any = true;
    if (behind >= scale) {
      if (c != '0') return false;
      continue;
    }
    behind += behind >= 0;
    digits += digits > 0 || c != '0';
    if (digits > kMostDecimalDigits) return false;
    value = value * 10 + (c - '0');
  }
  if (!any) return false;
  for (int i = behind < 0 ? 0 : behind; i < scale; ++i) {
    digits += digits > 0;
    if (digits > kMostDecimalDigits) return false;
    value *= 10;
  }
  if (digits > precision) return false;
  *out = negative ? -value : value;
  return true;
}

bool ReadDoubleSlowly(const uint8_t* text, size_t size, double* out) {
  return ReadReal(View(text, size), out);
}

bool ReadFloat(const uint8_t* text, size_t size, float* out) {
  return ReadReal(View(text, size), out);
}

bool ReadDateSlowly(const uint8_t* text, size_t size, int32_t* out) {
  const std::optional<int64_t> days = base::ParseDate(View(text, size));
  if (!days || *days < std::numeric_limits<int32_t>::min() ||
      *days > std::numeric_limits<int32_t>::max()) {
    return false;
  }
  *out = static_cast<int32_t>(*days);
  return true;
}

bool ReadTimestampSlowly(const uint8_t* text, size_t size, int64_t* out) {
  const std::string_view all = View(text, size);
  const size_t dot = all.find('.');
  if (dot != std::string_view::npos) {
    // A seventh digit would be cut off.
    size_t end = dot + 1;
    while (end < size && IsDigit(all[end])) ++end;
    for (size_t i = dot + 7; i < end; ++i) {
      if (all[i] != '0') return false;
    }
  }
  const std::optional<base::ParsedTimestamp> parsed = base::ParseTimestamp(all);
  if (!parsed) return false;
  const int64_t shift = int64_t{parsed->offset_seconds.value_or(0)} * base::kMicrosPerSecond;
  return !__builtin_sub_overflow(parsed->micros, shift, out);
}

bool ReadTime(const uint8_t* text, size_t size, int64_t* out) {
  const std::optional<int64_t> micros = base::ParseTimeOfDay(View(text, size));
  if (micros) *out = *micros;
  return micros.has_value();
}

}  // namespace tenon::files::csv
