#include "columnar/scalar_text.h"

#include <algorithm>
#include <array>
#include <bit>
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
constexpr int64_t kYearOneDays = -719'162;         // 0001-01-01
constexpr int64_t kMarchOfYearZeroDays = 719'468;  // Before 1970: 0000-03-01.
constexpr uint32_t kDaysPerEra = 146'097;          // Of 400 years.
constexpr int64_t kYear10000Days = 2'932'897;

char* Put(std::string_view text, char* to) {
  std::memcpy(to, text.data(), text.size());
  return to + text.size();
}

static_assert(std::endian::native == std::endian::little, "digits are made eight at a time");

constexpr uint32_t kEightDigits = 100'000'000;

// The digits of a number below 10^8, the first one lowest.
uint64_t DigitsOf(uint32_t value) {
  const uint64_t fours = value / 10'000 | uint64_t{value % 10'000} << 32;
  const uint64_t hundreds = (fours * 10'486 >> 20) & 0x0000007f0000007f;
  const uint64_t pairs = hundreds | (fours - hundreds * 100) << 16;
  const uint64_t tens = (pairs * 103 >> 10) & 0x000f000f000f000f;
  return tens | (pairs - tens * 10) << 8;
}

// A number below 10^8 with at least so many digits: those behind the zeros before it.
struct FewDigits {
  uint64_t text;
  int count;

  FewDigits(uint32_t value, int least) {
    const uint64_t digits = DigitsOf(value);
    const int zeros = std::min(digits == 0 ? 8 : std::countr_zero(digits) / 8, 8 - least);
    text = (digits | 0x3030303030303030) >> (8 * zeros);
    count = 8 - zeros;
  }
};

char* PutTwo(int value, char* to) {
  to[0] = static_cast<char>('0' + value / 10);
  to[1] = static_cast<char>('0' + value % 10);
  return to + 2;
}

char* PutDate(int64_t days, char* to) {
  if (days < kYearOneDays || days >= kYear10000Days) return Put(base::FormatDate(days), to);
  // Days of a year that begins in March, and its century, without a division by a number that is no constant: the
  // algorithm of Neri and Schneider.
  const uint32_t quarters = 4 * static_cast<uint32_t>(days + kMarchOfYearZeroDays) + 3;
  const uint32_t century = quarters / kDaysPerEra;
  const uint64_t of_century = uint64_t{quarters % kDaysPerEra | 3} * 2'939'745;
  const uint32_t day_of_year = static_cast<uint32_t>(of_century) / 2'939'745 / 4;
  const uint32_t month_and_day = 2'141 * day_of_year + 197'913;
  const uint32_t early = day_of_year >= 306 ? 1 : 0;
  const uint32_t year = 100 * century + static_cast<uint32_t>(of_century >> 32) + early;
  const uint32_t month = (month_and_day >> 16) - 12 * early;
  const uint32_t day = (month_and_day & 0xffff) / 2'141 + 1;
  to = PutTwo(static_cast<int>(year % 100), PutTwo(static_cast<int>(year / 100), to));
  *to++ = '-';
  to = PutTwo(static_cast<int>(month), to);
  *to++ = '-';
  return PutTwo(static_cast<int>(day), to);
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

char* PutInteger(int64_t value, char* to) {
  const uint64_t size = value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  if (size >= kEightDigits) return std::to_chars(to, to + 24, value).ptr;
  if (value < 0) *to++ = '-';
  const FewDigits digits(static_cast<uint32_t>(size), 1);
  std::memcpy(to, &digits.text, 8);
  return to + digits.count;
}

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
  if (low < kEightDigits && low > -int64_t{kEightDigits} && scale > 0 && scale < 8) {
    const FewDigits digits(static_cast<uint32_t>(low < 0 ? -low : low), scale + 1);
    const int whole = digits.count - scale;
    const uint64_t fraction = digits.text >> (8 * whole);
    std::memcpy(to, &digits.text, 8);
    to[whole] = '.';
    std::memcpy(to + whole + 1, &fraction, 8);
    return to + digits.count + 1;
  }
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

namespace {

// Calls `use` with what writes value `at` of such a buffer: put(at, to).
template <typename Use>
char* WithPut(const DataType& type, const void* values, const Use& use) {
  const auto whole = [&](const auto* numbers) {
    return use([numbers](int64_t at, char* out) { return PutInteger(numbers[at], out); });
  };
  const auto* const longs = static_cast<const int64_t*>(values);
  switch (type.id()) {
    case TypeId::kBoolean:
      return use([bits = static_cast<const uint8_t*>(values)](int64_t at, char* out) {
        return Put(GetBit(bits, at) ? "true" : "false", out);
      });
    case TypeId::kByte: return whole(static_cast<const int8_t*>(values));
    case TypeId::kShort: return whole(static_cast<const int16_t*>(values));
    case TypeId::kInt: return whole(static_cast<const int32_t*>(values));
    case TypeId::kLong: return whole(longs);
    case TypeId::kFloat:
      return use([floats = static_cast<const float*>(values)](int64_t at, char* out) {
        return PutFloat(floats[at], out);
      });
    case TypeId::kDouble:
      return use([doubles = static_cast<const double*>(values)](int64_t at, char* out) {
        return PutDouble(doubles[at], out);
      });
    case TypeId::kDecimal: {
      const int width = type.precision() > 38 ? 32 : 16;
      return use(
          [bytes = static_cast<const uint8_t*>(values), width, scale = type.scale()](
              int64_t at, char* out) { return PutDecimal(bytes + at * width, width, scale, out); });
    }
    case TypeId::kDate:
      return use([days = static_cast<const int32_t*>(values)](int64_t at, char* out) {
        return PutDate(days[at], out);
      });
    case TypeId::kTime:
      return use([longs](int64_t at, char* out) { return PutClock(WithinDay(longs[at]), out); });
    case TypeId::kTimestamp:
    case TypeId::kTimestampNtz:
      return use([longs](int64_t at, char* out) { return PutTimestamp(longs[at], out); });
    default: return use([](int64_t, char* out) { return out; });
  }
}

}  // namespace

char* PutValue(const DataType& type, const void* values, int64_t at, char* to) {
  return WithPut(type, values, [&](const auto& put) { return put(at, to); });
}

void PutValues(const DataType& type, const void* values, const uint8_t* validity, int64_t from,
               int64_t count, char* to, uint32_t* ends) {
  const char* const begin = to;
  WithPut(type, values, [&](const auto& put) {
    for (int64_t i = 0; i < count; ++i) {
      if (validity == nullptr || GetBit(validity, from + i)) to = put(from + i, to);
      ends[i] = static_cast<uint32_t>(to - begin);
    }
    return to;
  });
}

char* PutScalar(const Column& column, int64_t row, char* to) {
  const ArrayNode& node = *column.node();
  return PutValue(column.type(), node.buffers[1].data, node.offset + row, to);
}

}  // namespace tenon::columnar
