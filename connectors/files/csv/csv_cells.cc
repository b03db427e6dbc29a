#include "connectors/files/csv/csv_cells.h"

#include <charconv>
#include <cmath>
#include <cstring>

#include "base/time.h"
#include "columnar/text_form.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tenon::files {
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

char* PutInteger(int64_t value, char* to) { return std::to_chars(to, to + 24, value).ptr; }

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

char* PutDecimal(const uint8_t* bytes, int width, int scale, char* to) {
  int64_t low = 0;
  int64_t high = 0;
  std::memcpy(&low, bytes, 8);
  std::memcpy(&high, bytes + 8, 8);
  if (width != 16 || high != low >> 63 || low == INT64_MIN) {
    std::string text;
    columnar::AppendDecimal(bytes, width, scale, &text);
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

template <typename Float>
char* PutFloating(Float value, char* to) {
  if (std::isnan(value)) return Put("NaN", to);
  if (std::signbit(value)) *to++ = '-';
  value = std::abs(value);
  if (std::isinf(value)) return Put("Infinity", to);
  if (value == 0) return Put("0.0", to);
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

bool IsCsvScalar(TypeId type) {
  return type >= TypeId::kBoolean && type <= TypeId::kTimestampNtz && type != TypeId::kString &&
         type != TypeId::kBinary;
}

char* PutScalar(const columnar::Column& column, int64_t row, char* to) {
  const columnar::ArrayNode& node = *column.node();
  const int64_t at = node.offset + row;
  switch (column.type().id()) {
    case TypeId::kBoolean:
      return Put((node.buffer<uint8_t>(1)[at / 8] >> (at % 8) & 1) != 0 ? "true" : "false", to);
    case TypeId::kByte: return PutInteger(node.buffer<int8_t>(1)[at], to);
    case TypeId::kShort: return PutInteger(node.buffer<int16_t>(1)[at], to);
    case TypeId::kInt: return PutInteger(node.buffer<int32_t>(1)[at], to);
    case TypeId::kLong: return PutInteger(node.buffer<int64_t>(1)[at], to);
    case TypeId::kFloat: return PutFloat(node.buffer<float>(1)[at], to);
    case TypeId::kDouble: return PutDouble(node.buffer<double>(1)[at], to);
    case TypeId::kDecimal: {
      const int width = column.type().precision() > 38 ? 32 : 16;
      return PutDecimal(node.buffer<uint8_t>(1) + at * width, width, column.type().scale(), to);
    }
    case TypeId::kDate: return PutDate(node.buffer<int32_t>(1)[at], to);
    case TypeId::kTime: return PutClock(node.buffer<int64_t>(1)[at], to);
    case TypeId::kTimestamp:
    case TypeId::kTimestampNtz: return PutTimestamp(node.buffer<int64_t>(1)[at], to);
    default: return to;
  }
}

CsvQuoting::CsvQuoting(uint8_t separator, std::optional<uint8_t> quote)
    : separator_(separator), quote_(quote.value_or(separator)) {
  for (const uint8_t c : {separator_, quote_, uint8_t{'\n'}, uint8_t{'\r'}}) special_[c] = true;
  for (const char c : std::string_view("0123456789+-.: ENaInfinitytruefalse")) {
    numbers_too_ = numbers_too_ || special_[static_cast<uint8_t>(c)];
  }
}

bool CsvQuoting::NeedsQuotes(std::string_view text) const {
  if (text.empty() || text.front() == ' ' || text.back() == ' ' || text.front() == '\t' ||
      text.back() == '\t') {
    return true;
  }
  const char* at = text.data();
  const char* const end = at + text.size();
#if defined(__SSE2__)
  const __m128i separator = _mm_set1_epi8(static_cast<char>(separator_));
  const __m128i quote = _mm_set1_epi8(static_cast<char>(quote_));
  const __m128i newline = _mm_set1_epi8('\n');
  const __m128i carriage = _mm_set1_epi8('\r');
  for (; end - at >= 16; at += 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i found =
        _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(block, separator), _mm_cmpeq_epi8(block, quote)),
                     _mm_or_si128(_mm_cmpeq_epi8(block, newline), _mm_cmpeq_epi8(block, carriage)));
    if (_mm_movemask_epi8(found) != 0) return true;
  }
#endif
  bool special = false;
  for (; at < end; ++at) special |= special_[static_cast<uint8_t>(*at)];
  return special;
}

}  // namespace tenon::files
