// Values of CSV text: strict, exact, eight characters at a time. Nothing is trimmed, rounded or cut off; what does not
// fit is no value. All functions take text[0, size) with 16 readable bytes before it and give false for what they
// cannot read. Any thread.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace tenon::files::csv {

static_assert(std::endian::native == std::endian::little,
              "numbers are read eight characters at a time");

__extension__ using Int128 = __int128;

inline constexpr uint64_t kZeros = 0x3030303030303030;
inline constexpr uint64_t kPowersOfTen[] = {1,
                                            10,
                                            100,
                                            1'000,
                                            10'000,
                                            100'000,
                                            1'000'000,
                                            10'000'000,
                                            100'000'000,
                                            1'000'000'000,
                                            10'000'000'000,
                                            100'000'000'000,
                                            1'000'000'000'000,
                                            10'000'000'000'000,
                                            100'000'000'000'000,
                                            1'000'000'000'000'000,
                                            10'000'000'000'000'000,
                                            100'000'000'000'000'000,
                                            1'000'000'000'000'000'000};

inline uint64_t Load64(const uint8_t* from) {
  uint64_t word;
  std::memcpy(&word, from, 8);
  return word;
}
// Whether eight characters, zeros taken off, are digits.
inline bool AreDigits(uint64_t values) {
  return (((values + 0x7676767676767676) | values) & 0x8080808080808080) == 0;
}
// Eight digits of value 0 to 9, the first one lowest.
inline uint64_t JoinDigits(uint64_t values) {
  values = values * 10 + (values >> 8);
  return (((values & 0x000000ff000000ff) * 0x000f424000000064) +
          (((values >> 16) & 0x000000ff000000ff) * 0x0000271000000001)) >>
         32;
}

// The slow ways, which take anything that the types have.
bool ReadLongSlowly(const uint8_t* text, size_t size, int64_t* out);
bool ReadDecimalSlowly(const uint8_t* text, size_t size, int precision, int scale, Int128* out);
bool ReadDoubleSlowly(const uint8_t* text, size_t size, double* out);
bool ReadTimestampSlowly(const uint8_t* text, size_t size, int64_t* out);

// "[+-]digits"
[[gnu::always_inline]] inline bool ReadLong(const uint8_t* text, size_t size, int64_t* out) {
  const uint8_t* const end = text + size;
  const bool negative = *text == '-';
  const size_t digits = size - negative;
  if (digits - 1 < 8) {
    const auto blank = static_cast<int>(8 * (8 - digits));
    const uint64_t values = ((Load64(end - 8) ^ kZeros) >> blank) << blank;
    if (!AreDigits(values)) return ReadLongSlowly(text, size, out);
    const auto value = static_cast<int64_t>(JoinDigits(values));
    *out = negative ? -value : value;
    return true;
  }
  if (digits - 1 >= 16) return ReadLongSlowly(text, size, out);
  const uint64_t high = Load64(end - 8) ^ kZeros;
  const auto blank = static_cast<int>(8 * (16 - digits));
  const uint64_t low = ((Load64(end - 16) ^ kZeros) >> blank) << blank;
  if (!AreDigits(high) || !AreDigits(low)) return ReadLongSlowly(text, size, out);
  const auto value = static_cast<int64_t>(JoinDigits(low) * 100'000'000 + JoinDigits(high));
  *out = negative ? -value : value;
  return true;
}

// "[+-]digits[.digits]" as a whole number of 10^-scale; zeros behind that are fine, other digits are not.
[[gnu::always_inline]] inline bool ReadDecimal(const uint8_t* text, size_t size, int precision,
                                               int scale, Int128* out) {
  const bool negative = *text == '-';
  const size_t length = size - negative;
  const uint8_t* const end = text + size;
  const auto behind_dot = static_cast<size_t>(scale);
  // The usual form: all the scale's digits are there.
  if (scale == 0 || scale > 7 || length > 16 || length < behind_dot + 2 ||
      end[-static_cast<ptrdiff_t>(behind_dot) - 1] != '.') {
    return ReadDecimalSlowly(text, size, precision, scale, out);
  }
  // What is before the dot moves up by one character.
  const uint64_t fraction = ~uint64_t{0} << (8 * (8 - scale));
  uint64_t high = Load64(end - 8) ^ kZeros;
  uint64_t value = 0;
  if (length <= 8) {
    const auto blank = static_cast<int>(8 * (8 - length));
    high = (high >> blank) << blank;
    high = (high & fraction) | ((high << 8) & ~fraction);
    if (!AreDigits(high)) return ReadDecimalSlowly(text, size, precision, scale, out);
    value = JoinDigits(high);
  } else {
    const auto blank = static_cast<int>(8 * (16 - length));
    const uint64_t low = ((Load64(end - 16) ^ kZeros) >> blank) << blank;
    high = (high & fraction) | (((high << 8) | (low >> 56)) & ~fraction);
    if (!AreDigits(high) || !AreDigits(low << 8))
      return ReadDecimalSlowly(text, size, precision, scale, out);
    value = JoinDigits(low << 8) * 100'000'000 + JoinDigits(high);
  }
  if (precision < 16 && value >= kPowersOfTen[precision]) return false;
  *out = negative ? -static_cast<Int128>(value) : static_cast<Int128>(value);
  return true;
}

// The nearest double; NaN, [-]Infinity and [-]inf too.
inline bool ReadDouble(const uint8_t* text, size_t size, double* out) {
  const bool negative = *text == '-';
  const uint8_t* at = text + negative;
  const uint8_t* const end = text + size;
  if (end - at > 16 || at == end) return ReadDoubleSlowly(text, size, out);
  uint64_t digits = 0;
  int behind_dot = -1;
  for (; at < end; ++at) {
    const auto digit = static_cast<uint8_t>(*at - '0');
    if (digit <= 9) {
      digits = digits * 10 + digit;
      behind_dot += behind_dot >= 0;
    } else if (*at == '.' && behind_dot < 0) {
      behind_dot = 0;
    } else {
      return ReadDoubleSlowly(text, size, out);
    }
  }
  // Both operands are exact, so the quotient is the nearest double.
  if (digits >= uint64_t{1} << 53 || behind_dot == 0 || *(text + negative) == '.')
    return ReadDoubleSlowly(text, size, out);
  const double value = static_cast<double>(digits) /
                       (behind_dot < 0 ? 1.0 : static_cast<double>(kPowersOfTen[behind_dot]));
  *out = negative ? -value : value;
  return true;
}

// "true" or "false" in any case.
inline bool ReadBoolean(const uint8_t* text, size_t size, uint8_t* out) {
  if (size != 4 && size != 5) return false;
  char lower[5];
  for (size_t i = 0; i < size; ++i) lower[i] = static_cast<char>(text[i] | 0x20);
  *out = size == 4;
  return std::memcmp(lower, size == 4 ? "true" : "false", size) == 0;
}

inline constexpr int kDaysBefore[13] = {0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
inline constexpr uint8_t kDaysOf[13] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

// Ten characters "2026-01-31" as days since 1970-01-01; years 0000 to 9999.
[[gnu::always_inline]] inline bool ReadTenOfDate(const uint8_t* text, int32_t* out) {
  constexpr uint64_t kDashes = 0x2d00002d00000000;  // At the fifth and the eighth character.
  const uint64_t word = Load64(text);
  if ((word & 0xff0000ff00000000) != kDashes) return false;
  // The digits side by side: year, month, day.
  const uint64_t values =
      ((word & 0x00000000ffffffff) | ((word >> 8) & 0x0000ffff00000000) |
       (static_cast<uint64_t>(text[8]) << 48) | (static_cast<uint64_t>(text[9]) << 56)) ^
      kZeros;
  if (!AreDigits(values)) return false;
  const uint64_t pairs = values * 10 + (values >> 8);  // In every second byte.
  const auto century = static_cast<uint32_t>(pairs & 0xff);
  const auto year = static_cast<uint32_t>(pairs >> 16 & 0xff);  // Of the century.
  const auto month = static_cast<uint32_t>(pairs >> 32 & 0xff);
  const auto day = static_cast<uint32_t>(pairs >> 48 & 0xff);
  if (month - 1 > 11) return false;
  const bool leap = (year != 0 ? year : century) % 4 == 0;
  if (day - 1 >= kDaysOf[month] + static_cast<uint32_t>(leap && month == 2)) return false;
  // Days from 0000-01-01 to the year's beginning: year 0 is a leap year.
  const uint32_t begun = year != 0 ? 1 : 0;
  const uint32_t before = (century * 100 + year) * 365 + century * 25 + (year + 3) / 4 -
                          (century + begun) + (century + 3 + begun) / 4;
  *out = static_cast<int32_t>(before) + kDaysBefore[month] + static_cast<int32_t>(day) - 1 +
         static_cast<int32_t>(leap && month > 2) - 719'528;
  return true;
}

bool ReadDateSlowly(const uint8_t* text, size_t size, int32_t* out);

[[gnu::always_inline]] inline bool ReadDate(const uint8_t* text, size_t size, int32_t* out) {
  return (size == 10 && ReadTenOfDate(text, out)) || ReadDateSlowly(text, size, out);
}

// Two digits; 255 if they are none.
inline uint32_t TwoDigits(const uint8_t* text) {
  const auto high = static_cast<uint8_t>(text[0] - '0');
  const auto low = static_cast<uint8_t>(text[1] - '0');
  return high > 9 || low > 9 ? 255 : high * 10u + low;
}

// A date, a blank or T, "12:30:59" with up to six digits behind it, and a zone as microseconds since 1970 UTC; without a
// zone the time is UTC.
inline bool ReadTimestamp(const uint8_t* text, size_t size, int64_t* out) {
  int32_t days = 0;
  if (size < 19 || (text[10] != ' ' && text[10] != 'T') || text[13] != ':' || text[16] != ':' ||
      !ReadTenOfDate(text, &days)) {
    return ReadTimestampSlowly(text, size, out);
  }
  const uint32_t hours = TwoDigits(text + 11);
  const uint32_t minutes = TwoDigits(text + 14);
  const uint32_t seconds = TwoDigits(text + 17);
  if (hours > 23 || minutes > 59 || seconds > 59) return false;
  int64_t micros = 0;
  if (size > 19) {
    if (text[19] != '.' || size == 20 || size > 26) return ReadTimestampSlowly(text, size, out);
    for (size_t i = 20; i < size; ++i) {
      const auto digit = static_cast<uint8_t>(text[i] - '0');
      if (digit > 9) return ReadTimestampSlowly(text, size, out);
      micros = micros * 10 + digit;
    }
    micros *= static_cast<int64_t>(kPowersOfTen[26 - size]);
  }
  *out = ((int64_t{days} * 24 + hours) * 3600 + minutes * 60 + seconds) * 1'000'000 + micros;
  return true;
}

// "12:30:59.5" as microseconds since midnight.
bool ReadTime(const uint8_t* text, size_t size, int64_t* out);
// As ReadDouble, of the nearest float.
bool ReadFloat(const uint8_t* text, size_t size, float* out);

}  // namespace tenon::files::csv
