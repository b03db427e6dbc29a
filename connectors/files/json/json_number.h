// Numbers of JSON text. Whole ones are exact: 64 bits, else 128 bits up to 38 digits; all others
// are the nearest double.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace tenon::files {

static_assert(std::endian::native == std::endian::little,
              "numbers are read eight characters at a time");

struct JsonNumber {
  enum Form : uint8_t { kBad, kWhole, kLargeWhole, kReal } form = kBad;
  uint64_t bits = 0;  // Of whole or real; of kLargeWhole see ParseLargeWhole.

  static JsonNumber Whole(int64_t value) { return {kWhole, static_cast<uint64_t>(value)}; }
  static JsonNumber Real(double value) { return {kReal, std::bit_cast<uint64_t>(value)}; }
  int64_t whole() const { return static_cast<int64_t>(bits); }
  double real() const { return std::bit_cast<double>(bits); }
};

// Any number; text[0, size) must be all of it.
JsonNumber ParseNumberSlowly(const uint8_t* text, size_t size);

__extension__ using Int128 = __int128;
// REQUIRES: ParseNumber has found a kLargeWhole here.
Int128 ParseLargeWhole(const uint8_t* text, size_t size);

namespace internal {

constexpr uint64_t kZeros = 0x3030303030303030;
constexpr uint64_t kLowBits = 0x0101010101010101;
constexpr uint64_t kHighBits = 0x8080808080808080;
constexpr double kPowersOfTen[] = {1e0, 1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7, 1e8,
                                   1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16};

inline uint64_t Load64(const uint8_t* from) {
  uint64_t word;
  std::memcpy(&word, from, 8);
  return word;
}
inline bool AllDigits(uint64_t values) {
  return (((values + 0x7676767676767676) | values) & kHighBits) == 0;
}
// Eight digits of value 0 to 9, the first one lowest.
inline uint64_t EightDigits(uint64_t values) {
  values = values * 10 + (values >> 8);
  return (((values & 0x000000ff000000ff) * 0x000f424000000064) +
          (((values >> 16) & 0x000000ff000000ff) * 0x0000271000000001)) >>
         32;
}
// The byte, counted from the lowest, that holds a dot's value; 8 if none.
inline int DotAt(uint64_t values) {
  const uint64_t other = values ^ (kLowBits * ('.' ^ '0'));
  const uint64_t found = (other - kLowBits) & ~other & kHighBits;
  return found == 0 ? 8 : std::countr_zero(found) >> 3;
}

}  // namespace internal

// The number in [begin, end), REQUIRES: begin < end, *begin is '-' or a digit, and 16 readable
// bytes before `begin`.
inline JsonNumber ParseNumber(const uint8_t* begin, const uint8_t* end) {
  using namespace internal;
  const bool negative = *begin == '-';
  const uint8_t* digits = begin + negative;
  const auto size = static_cast<size_t>(end - digits);
  if (size - 1 >= 16) return ParseNumberSlowly(begin, static_cast<size_t>(end - begin));
  uint64_t high = Load64(end - 8) ^ kZeros;
  if (size <= 8) {
    const int blank = static_cast<int>(8 * (8 - size));
    high = (high >> blank) << blank;
    if (AllDigits(high)) {
      if (*digits == '0' && size > 1) return {};
      const auto value = static_cast<int64_t>(EightDigits(high));
      return JsonNumber::Whole(negative ? -value : value);
    }
    const int dot = DotAt(high);
    const int decimals = 7 - dot;
    if (dot < 8 && decimals > 0 && static_cast<size_t>(decimals) + 1 < size) {
      const uint64_t behind = ~uint64_t{0} << (8 * (dot + 1));
      const uint64_t joined = (high & behind) | ((high << 8) & ~behind);
      if (AllDigits(joined) && (*digits != '0' || digits[1] == '.')) {
        const double value =
            static_cast<double>(static_cast<int64_t>(EightDigits(joined))) / kPowersOfTen[decimals];
        return JsonNumber::Real(negative ? -value : value);
      }
    }
    return ParseNumberSlowly(begin, static_cast<size_t>(end - begin));
  }
  uint64_t low = Load64(end - 16) ^ kZeros;
  if (size < 16) {
    const int blank = static_cast<int>(8 * (16 - size));
    low = (low >> blank) << blank;
  }
  if (AllDigits(low) && AllDigits(high)) {
    if (*digits == '0') return {};
    const auto value = static_cast<int64_t>(EightDigits(low) * 100'000'000 + EightDigits(high));
    return JsonNumber::Whole(negative ? -value : value);
  }
  // Closes the gap of the dot: what is before it moves up by one character.
  int dot = DotAt(high);
  int decimals = 7 - dot;
  if (dot < 8) {
    if (decimals == 0) return {};
    const uint64_t behind = ~uint64_t{0} << (8 * (dot + 1));
    high = (high & behind) | (((high << 8) | (low >> 56)) & ~behind);
    low <<= 8;
  } else {
    dot = DotAt(low);
    decimals = 15 - dot;
    const uint64_t behind = dot < 7 ? ~uint64_t{0} << (8 * (dot + 1)) : 0;
    low = (low & behind) | ((low << 8) & ~behind);
  }
  if ((dot < 8) && static_cast<size_t>(decimals) + 1 < size && AllDigits(low) && AllDigits(high) &&
      (*digits != '0' || digits[1] == '.')) {
    const auto joined = static_cast<int64_t>(EightDigits(low) * 100'000'000 + EightDigits(high));
    // At most fifteen digits: both operands are exact, so the quotient is the nearest double.
    const double value = static_cast<double>(joined) / kPowersOfTen[decimals];
    return JsonNumber::Real(negative ? -value : value);
  }
  return ParseNumberSlowly(begin, static_cast<size_t>(end - begin));
}

}  // namespace tenon::files
