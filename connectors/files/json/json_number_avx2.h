// ParseNumber of json_number.h with sixteen digits at once, for machines with AVX2. Same answers.
#pragma once

#if defined(__x86_64__)

#include <immintrin.h>

#include <bit>
#include <cstdint>

#include "connectors/files/json/json_number.h"

// Of the functions that may run on machines with AVX2 alone.
#define TENON_JSON_AVX2 __attribute__((target("avx2,bmi,bmi2")))

namespace tenon::files {
namespace internal {

// Sixteen digits of value 0 to 9, the first one lowest.
TENON_JSON_AVX2 inline __attribute__((always_inline)) uint64_t SixteenDigits(__m128i values) {
  const __m128i twos =
      _mm_maddubs_epi16(values, _mm_set1_epi16(0x010a));  // First digit times 10, plus second.
  const __m128i fours = _mm_madd_epi16(twos, _mm_set1_epi32(0x00010064));
  const __m128i eights = _mm_madd_epi16(_mm_packus_epi32(fours, fours), _mm_set1_epi32(0x00012710));
  const auto halves = static_cast<uint64_t>(_mm_cvtsi128_si64(eights));
  return (halves & 0xffffffff) * 100'000'000 + (halves >> 32);
}

}  // namespace internal

// REQUIRES: as ParseNumber.
TENON_JSON_AVX2 inline __attribute__((always_inline)) JsonNumber ParseNumberAvx2(
    const uint8_t* begin, const uint8_t* end) {
  const bool negative = *begin == '-';
  const uint8_t* const digits = begin + negative;
  const auto size = static_cast<size_t>(end - digits);
  if (size - 1 >= 16) return ParseNumberSlowly(begin, static_cast<size_t>(end - begin));
  const __m128i places = _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  const auto blank = static_cast<char>(15 - size);
  const __m128i text = _mm_loadu_si128(reinterpret_cast<const __m128i*>(end - 16));
  const __m128i values = _mm_and_si128(_mm_sub_epi8(text, _mm_set1_epi8('0')),
                                       _mm_cmpgt_epi8(places, _mm_set1_epi8(blank)));
  const auto others = static_cast<uint32_t>(
      _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_max_epu8(values, _mm_set1_epi8(10)), values)));
  if (others == 0) {
    if (*digits == '0' && size > 1) return {};
    const auto value = static_cast<int64_t>(internal::SixteenDigits(values));
    return JsonNumber::Whole(negative ? -value : value);
  }
  const auto dot = static_cast<int>(_tzcnt_u32(others));
  const int decimals = 15 - dot;
  if ((others & (others - 1)) == 0 && end[-1 - decimals] == '.' && decimals > 0 &&
      static_cast<size_t>(decimals) + 1 < size && (*digits != '0' || digits[1] == '.')) {
    // Closes the gap: what is before the dot moves up by one place.
    const __m128i moved =
        _mm_add_epi8(places, _mm_cmpgt_epi8(_mm_set1_epi8(static_cast<char>(dot + 1)), places));
    const auto joined =
        static_cast<int64_t>(internal::SixteenDigits(_mm_shuffle_epi8(values, moved)));
    // At most fifteen digits: both operands are exact, so the quotient is the nearest double.
    const double value = static_cast<double>(joined) / internal::kPowersOfTen[decimals];
    return JsonNumber::Real(negative ? -value : value);
  }
  return ParseNumberSlowly(begin, static_cast<size_t>(end - begin));
}

}  // namespace tenon::files

#endif
