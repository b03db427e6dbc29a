// Four values of eight characters each fill a register, or two of sixteen. A value's last character is the last one of
// its lane, so that places count from the end; what stands before the value is masked away.
#include "connectors/files/csv/csv_lanes_avx2.h"

#if defined(__x86_64__)

#include <immintrin.h>

#include <algorithm>
#include <bit>

#define TENON_LANES_TARGET __attribute__((target("avx2,bmi,popcnt")))
#define TENON_LANES_INLINE TENON_LANES_TARGET inline __attribute__((always_inline))

namespace tenon::files::csv {
namespace {

constexpr uint32_t kAtOnce = 4;
// The last n of sixteen bytes: what is at byte n of it.
alignas(32) constexpr uint8_t kLastBytes[32] = {
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

TENON_LANES_INLINE __m256i All(int64_t value) { return _mm256_set1_epi64x(value); }
TENON_LANES_INLINE __m256i Bytes(char value) { return _mm256_set1_epi8(value); }
TENON_LANES_INLINE bool IsNone(__m256i bits) { return _mm256_testz_si256(bits, bits) != 0; }
TENON_LANES_INLINE __m256i Join(__m128i low, __m128i high) {
  return _mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1);
}
TENON_LANES_INLINE __m128i LoadTwo(const void* low, const void* high) {
  return _mm_unpacklo_epi64(_mm_loadl_epi64(static_cast<const __m128i*>(low)),
                            _mm_loadl_epi64(static_cast<const __m128i*>(high)));
}
TENON_LANES_INLINE __m256i LoadFour(const void* a, const void* b, const void* c, const void* d) {
  return Join(LoadTwo(a, b), LoadTwo(c, d));
}
// The same sixteen bytes in both halves.
TENON_LANES_INLINE __m256i Twice(const uint8_t* bytes) {
  return _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes)));
}

// Four fields.
struct Fields {
  const uint32_t* end;
  size_t stride;
  __m256i size;   // 0 of a null.
  __m256i empty;  // All bits of the nulls.

  TENON_LANES_INLINE static Fields At(const uint32_t* end, size_t stride) {
    const uint32_t* const before = end - 1;
    const __m256i pairs =
        LoadFour(before, before + stride, before + 2 * stride, before + 3 * stride);
    const __m256i one = _mm256_set1_epi32(1);
    const __m256i size =
        _mm256_sub_epi32(_mm256_sub_epi32(_mm256_srli_epi64(pairs, 32), pairs), one);
    const __m256i empty = _mm256_shuffle_epi32(_mm256_cmpgt_epi32(one, size), 0xa0);
    return {end, stride, _mm256_andnot_si256(empty, _mm256_and_si256(size, All(0xffffffff))),
            empty};
  }
  TENON_LANES_INLINE __m256i LongerThan(int64_t bytes) const {
    return _mm256_cmpgt_epi64(size, All(bytes));
  }
  // The eight characters that end so many before each field's end.
  TENON_LANES_INLINE __m256i Load(const uint8_t* text, size_t before) const {
    const uint8_t* const from = text - before - 8;
    return LoadFour(from + end[0], from + end[stride], from + end[2 * stride],
                    from + end[3 * stride]);
  }
};

// Four numbers of at most eight characters.
struct ShortNumbers {
  __m256i text;
  __m256i negative;
  __m256i blank;  // So many bits are before the first digit.

  TENON_LANES_INLINE static ShortNumbers Of(const Fields& fields, const uint8_t* text) {
    const __m256i characters = fields.Load(text, 0);
    const __m256i blank = _mm256_sub_epi64(All(64), _mm256_slli_epi64(fields.size, 3));
    const __m256i first = _mm256_and_si256(_mm256_srlv_epi64(characters, blank), All(0xff));
    const __m256i negative = _mm256_cmpeq_epi64(first, All('-'));
    return {characters, negative, _mm256_add_epi64(blank, _mm256_and_si256(negative, All(8)))};
  }
  // All bits of the last characters, as many as are digits but for `others` bits.
  TENON_LANES_INLINE __m256i Digits(int64_t others) const {
    return _mm256_sllv_epi64(All(-1), _mm256_add_epi64(blank, All(others)));
  }
  TENON_LANES_INLINE __m256i First() const {
    return _mm256_and_si256(_mm256_srlv_epi64(text, blank), All(0xff));
  }
};

TENON_LANES_INLINE __m256i InPairs(__m256i digits) {
  return _mm256_maddubs_epi16(digits, _mm256_set1_epi16(10 | 1 << 8));
}
TENON_LANES_INLINE __m256i InFours(__m256i digits) {
  return _mm256_madd_epi16(InPairs(digits), _mm256_set1_epi32(100 | 1 << 16));
}
// Of four times eight digits.
TENON_LANES_INLINE __m256i JoinEight(__m256i digits) {
  const __m256i fours = InFours(digits);
  return _mm256_add_epi64(_mm256_mul_epu32(fours, All(10'000)), _mm256_srli_epi64(fours, 32));
}
// Of sixteen digits each: the first two values, the other two.
TENON_LANES_INLINE __m256i JoinSixteen(__m256i low, __m256i high) {
  const __m256i fours = _mm256_packus_epi32(InFours(low), InFours(high));
  const __m256i eights = _mm256_madd_epi16(fours, _mm256_set1_epi32(10'000 | 1 << 16));
  const __m256i values =
      _mm256_add_epi64(_mm256_mul_epu32(eights, All(100'000'000)), _mm256_srli_epi64(eights, 32));
  return _mm256_permute4x64_epi64(values, 0xd8);
}
TENON_LANES_INLINE __m256i Signed(__m256i values, __m256i negative) {
  return _mm256_sub_epi64(_mm256_xor_si256(values, negative), negative);
}
TENON_LANES_INLINE __m256i NoDigits(__m256i values) { return _mm256_subs_epu8(values, Bytes(9)); }

// Four numbers of at most sixteen characters.
struct LongNumbers {
  __m256i low, high;
  __m256i low_digits, high_digits;  // All bits of the last characters, as many as are digits.
  __m256i negative;
  __m256i no_digits;  // Some bits of a value that is not null and has no digit.

  // `others`: so many characters of each are no digits.
  TENON_LANES_INLINE static LongNumbers Of(const Fields& fields, const uint8_t* text,
                                           uint32_t others) {
    __m128i characters[4];
    __m128i digits[4];
    int64_t negative[4];
    int64_t none[4];
    for (size_t i = 0; i < 4; ++i) {
      const uint32_t* const end = fields.end + i * fields.stride;
      const auto size = static_cast<int32_t>(*end - end[-1] - 1);
      const bool minus = size > 0 && text[end[-1] + 1] == '-';
      const int32_t left = size - minus - static_cast<int32_t>(others);
      negative[i] = -static_cast<int64_t>(minus);
      none[i] = static_cast<int64_t>(size > 0 && left <= 0);
      characters[i] = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + *end - 16));
      digits[i] = _mm_loadu_si128(reinterpret_cast<const __m128i*>(kLastBytes + std::max(left, 0)));
    }
    return {Join(characters[0], characters[1]),
            Join(characters[2], characters[3]),
            Join(digits[0], digits[1]),
            Join(digits[2], digits[3]),
            _mm256_set_epi64x(negative[3], negative[2], negative[1], negative[0]),
            _mm256_set_epi64x(none[3], none[2], none[1], none[0])};
  }
};

// Four whole numbers of at most sixteen characters.
struct LongWholes {
  __m256i values;
  __m256i negative;
  __m256i bad;  // Some bits of a value that is none.

  TENON_LANES_INLINE static LongWholes Of(const Fields& fields, const uint8_t* text) {
    const LongNumbers numbers = LongNumbers::Of(fields, text, 0);
    const __m256i zeros = Bytes('0');
    const __m256i low = _mm256_and_si256(_mm256_sub_epi8(numbers.low, zeros), numbers.low_digits);
    const __m256i high =
        _mm256_and_si256(_mm256_sub_epi8(numbers.high, zeros), numbers.high_digits);
    return {Signed(JoinSixteen(low, high), numbers.negative), numbers.negative,
            _mm256_or_si256(_mm256_or_si256(NoDigits(low), NoDigits(high)), numbers.no_digits)};
  }
};

TENON_LANES_INLINE void AddNulls(const Fields& fields, uint32_t record, LaneNulls* nulls) {
  if (IsNone(fields.empty)) return;
  auto bits = static_cast<uint32_t>(_mm256_movemask_pd(_mm256_castsi256_pd(fields.empty)));
  for (; bits != 0; bits &= bits - 1) {
    nulls->at[nulls->count++] = record + static_cast<uint32_t>(std::countr_zero(bits));
  }
}

TENON_LANES_INLINE __m128i Narrowed(__m256i values) {
  return _mm256_castsi256_si128(
      _mm256_permutevar8x32_epi32(values, _mm256_setr_epi32(0, 2, 4, 6, 0, 2, 4, 6)));
}
TENON_LANES_INLINE void Store(__m256i values, int32_t* out) {
  _mm_storeu_si128(reinterpret_cast<__m128i*>(out), Narrowed(values));
}
TENON_LANES_INLINE void Store(__m256i values, int64_t* out) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), values);
}
TENON_LANES_INLINE void Store(__m256i values, Int128* out) {
  const __m256i above = _mm256_cmpgt_epi64(_mm256_setzero_si256(), values);
  const __m256i even = _mm256_unpacklo_epi64(values, above);
  const __m256i odd = _mm256_unpackhi_epi64(values, above);
  auto* const to = reinterpret_cast<__m256i*>(out);
  _mm256_storeu_si256(to, _mm256_permute2x128_si256(even, odd, 0x20));
  _mm256_storeu_si256(to + 1, _mm256_permute2x128_si256(even, odd, 0x31));
}

TENON_LANES_INLINE __m256i Misfits(__m256i, const int64_t*) { return _mm256_setzero_si256(); }
TENON_LANES_INLINE __m256i Misfits(__m256i values, const int32_t*) {
  const __m256i signs = _mm256_shuffle_epi32(_mm256_srai_epi32(values, 31), 0xa0);
  return _mm256_xor_si256(values, _mm256_blend_epi32(values, signs, 0xaa));
}

template <typename T>
TENON_LANES_TARGET uint32_t ReadWholes(const LaneRun& run, T* out, LaneNulls* nulls) {
  uint32_t record = 0;
  const uint32_t* end = run.end;
  for (; record + kAtOnce <= run.records; record += kAtOnce, end += kAtOnce * run.stride) {
    const Fields fields = Fields::At(end, run.stride);
    if (!IsNone(fields.LongerThan(8))) break;
    const ShortNumbers numbers = ShortNumbers::Of(fields, run.text);
    const __m256i shown = numbers.Digits(0);
    const __m256i digits = _mm256_and_si256(_mm256_sub_epi8(numbers.text, Bytes('0')), shown);
    const __m256i none = _mm256_cmpeq_epi64(shown, _mm256_setzero_si256());
    const __m256i bad = _mm256_or_si256(NoDigits(digits), _mm256_andnot_si256(fields.empty, none));
    if (!IsNone(bad)) return record;
    AddNulls(fields, record, nulls);
    Store(Signed(JoinEight(digits), numbers.negative), out + record);
  }
  for (; record + kAtOnce <= run.records; record += kAtOnce, end += kAtOnce * run.stride) {
    const Fields fields = Fields::At(end, run.stride);
    if (!IsNone(fields.LongerThan(16))) break;
    const LongWholes wholes = LongWholes::Of(fields, run.text);
    if (!IsNone(_mm256_or_si256(wholes.bad, Misfits(wholes.values, out)))) break;
    AddNulls(fields, record, nulls);
    Store(wholes.values, out + record);
  }
  return record;
}

// Decimals of at most eight characters.
struct ShortDecimals {
  int64_t behind_dot;  // All bits of the digits there.
  int64_t dot;
  int64_t most;  // The largest value of the type.

  TENON_LANES_INLINE bool Read(const Fields& fields, const uint8_t* text, int scale,
                               __m256i* values) const {
    const ShortNumbers numbers = ShortNumbers::Of(fields, text);
    const __m256i fraction = All(behind_dot);
    const __m256i dots = _mm256_and_si256(numbers.text, All(dot / '.' * 0xff));
    const __m256i missing = _mm256_andnot_si256(fields.empty, _mm256_xor_si256(dots, All(dot)));
    const __m256i moved =
        _mm256_or_si256(_mm256_and_si256(numbers.text, fraction),
                        _mm256_andnot_si256(fraction, _mm256_slli_epi64(numbers.text, 8)));
    const __m256i digits = _mm256_and_si256(_mm256_sub_epi8(moved, Bytes('0')), numbers.Digits(8));
    const __m256i found = JoinEight(digits);
    // At least one digit before the dot.
    const __m256i few = _mm256_andnot_si256(
        fields.empty, _mm256_cmpgt_epi64(numbers.blank, All(64 - 8 * (scale + 2))));
    const __m256i bad = _mm256_or_si256(_mm256_or_si256(NoDigits(digits), missing),
                                        _mm256_or_si256(few, _mm256_cmpgt_epi64(found, All(most))));
    *values = Signed(found, numbers.negative);
    return IsNone(bad);
  }
};

// Decimals of at most sixteen characters.
struct LongDecimals {
  __m256i without_dot;  // A shuffle.
  __m256i dot;          // In its place, zeros else.
  __m256i dot_place;    // All bits there.
  int64_t most;

  TENON_LANES_INLINE static LongDecimals Of(int scale, int64_t most) {
    uint8_t shuffle[16];
    uint8_t dot[16] = {};
    uint8_t place[16] = {};
    const int at = 15 - scale;
    for (int i = 0; i < 16; ++i) {
      shuffle[i] = static_cast<uint8_t>(i > at ? i : i == 0 ? 0x80 : i - 1);
    }
    dot[at] = '.';
    place[at] = 0xff;
    return {Twice(shuffle), Twice(dot), Twice(place), most};
  }
  TENON_LANES_INLINE __m256i Digits(__m256i text, __m256i shown) const {
    const __m256i moved = _mm256_shuffle_epi8(text, without_dot);
    return _mm256_and_si256(_mm256_sub_epi8(moved, Bytes('0')), shown);
  }
  // Some bits of those that are not null and have no dot in its place.
  TENON_LANES_INLINE __m256i Missing(__m256i text, __m256i empty) const {
    const __m256i wrong = _mm256_xor_si256(_mm256_and_si256(text, dot_place), dot);
    return _mm256_andnot_si256(empty, wrong);
  }
  TENON_LANES_INLINE bool Read(const Fields& fields, const uint8_t* text, int scale,
                               __m256i* values) const {
    const LongNumbers numbers = LongNumbers::Of(fields, text, 1);
    const __m256i low = Digits(numbers.low, numbers.low_digits);
    const __m256i high = Digits(numbers.high, numbers.high_digits);
    const __m256i found = JoinSixteen(low, high);
    const __m256i empty = fields.empty;
    const __m256i missing =
        _mm256_or_si256(Missing(numbers.low, _mm256_permute4x64_epi64(empty, 0x50)),
                        Missing(numbers.high, _mm256_permute4x64_epi64(empty, 0xfa)));
    const __m256i length = _mm256_add_epi64(fields.size, numbers.negative);
    const __m256i few = _mm256_andnot_si256(empty, _mm256_cmpgt_epi64(All(scale + 2), length));
    const __m256i bad =
        _mm256_or_si256(_mm256_or_si256(_mm256_or_si256(NoDigits(low), NoDigits(high)), missing),
                        _mm256_or_si256(few, _mm256_cmpgt_epi64(found, All(most))));
    *values = Signed(found, numbers.negative);
    return IsNone(bad);
  }
};

TENON_LANES_TARGET uint32_t ReadDecimals(const LaneRun& run, int precision, int scale, Int128* out,
                                         LaneNulls* nulls) {
  if (scale < 1 || scale > 14) return 0;
  const auto most = static_cast<int64_t>(kPowersOfTen[std::min(precision, 18)]) - 1;
  uint32_t record = 0;
  const uint32_t* end = run.end;
  __m256i values;
  if (scale <= 6) {
    const int dot_bits = 8 * (7 - scale);
    const ShortDecimals decimals{.behind_dot = static_cast<int64_t>(~uint64_t{0} << (dot_bits + 8)),
                                 .dot = static_cast<int64_t>(uint64_t{'.'} << dot_bits),
                                 .most = most};
    for (; record + kAtOnce <= run.records; record += kAtOnce, end += kAtOnce * run.stride) {
      const Fields fields = Fields::At(end, run.stride);
      if (!IsNone(fields.LongerThan(8))) break;
      if (!decimals.Read(fields, run.text, scale, &values)) return record;
      AddNulls(fields, record, nulls);
      Store(values, out + record);
    }
  }
  const LongDecimals decimals = LongDecimals::Of(scale, most);
  for (; record + kAtOnce <= run.records; record += kAtOnce, end += kAtOnce * run.stride) {
    const Fields fields = Fields::At(end, run.stride);
    if (!IsNone(fields.LongerThan(16))) break;
    if (!decimals.Read(fields, run.text, scale, &values)) break;
    AddNulls(fields, record, nulls);
    Store(values, out + record);
  }
  return record;
}

// Four dates; false: one is neither a date nor null.
TENON_LANES_INLINE bool ReadDatesOf(const Fields& fields, const uint8_t* text, __m256i* days) {
  const __m256i last = fields.Load(text, 0);     // "YY-MM-DD"
  const __m256i century = fields.Load(text, 2);  // "CCYY-MM-"
  const __m256i dashes = All(0x00002d00002d0000);
  const __m256i wrong = _mm256_xor_si256(_mm256_and_si256(last, All(0x0000ff0000ff0000)), dashes);
  const __m256i packed = _mm256_shuffle_epi8(
      last, _mm256_setr_epi8(-1, -1, 0, 1, 3, 4, 6, 7, -1, -1, 8, 9, 11, 12, 14, 15, -1, -1, 0, 1,
                             3, 4, 6, 7, -1, -1, 8, 9, 11, 12, 14, 15));
  const __m256i digits =
      _mm256_sub_epi8(_mm256_or_si256(packed, _mm256_and_si256(century, All(0xffff))), Bytes('0'));
  const __m256i pairs = InPairs(digits);
  const __m256i year =
      _mm256_and_si256(_mm256_madd_epi16(pairs, _mm256_set1_epi32(100 | 1 << 16)), All(0xffffffff));
  const __m256i month = _mm256_and_si256(_mm256_srli_epi64(pairs, 32), All(0xffff));
  const __m256i day = _mm256_srli_epi64(pairs, 48);
  // Leap years are those whose last two digits, or, when they are zeros, whose first two are divisible by four.
  const __m256i hundreds = _mm256_and_si256(pairs, All(0xffff));
  const __m256i of_century = _mm256_and_si256(_mm256_srli_epi64(pairs, 16), All(0xffff));
  const __m256i zero = _mm256_setzero_si256();
  const __m256i telling =
      _mm256_blendv_epi8(of_century, hundreds, _mm256_cmpeq_epi64(of_century, zero));
  const __m256i leap = _mm256_cmpeq_epi64(_mm256_and_si256(telling, All(3)), zero);
  const __m256i february = _mm256_cmpeq_epi64(month, All(2));
  const __m256i lengths =
      _mm256_setr_epi8(0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 0, 0, 0, 0, 31, 28, 31,
                       30, 31, 30, 31, 31, 30, 31, 30, 31, 0, 0, 0);
  const __m256i length =
      _mm256_sub_epi64(_mm256_and_si256(_mm256_shuffle_epi8(lengths, month), All(0xff)),
                       _mm256_and_si256(leap, february));
  const __m256i no_day = _mm256_or_si256(
      _mm256_or_si256(_mm256_cmpgt_epi64(All(1), day), _mm256_cmpgt_epi64(day, length)),
      _mm256_cmpgt_epi64(month, All(15)));
  const __m256i bad =
      _mm256_or_si256(_mm256_or_si256(NoDigits(digits), wrong),
                      _mm256_or_si256(no_day, _mm256_xor_si256(fields.size, All(10))));
  if (!IsNone(_mm256_andnot_si256(fields.empty, bad))) return false;
  // Years that begin in March, 400 years later, so that none is negative.
  const __m256i early = _mm256_cmpgt_epi64(All(3), month);
  const __m256i years = _mm256_add_epi64(_mm256_add_epi64(year, All(400)), early);
  const __m256i months =
      _mm256_add_epi64(_mm256_sub_epi64(month, All(3)), _mm256_and_si256(early, All(12)));
  const __m256i centuries = _mm256_srli_epi64(_mm256_mul_epu32(years, All(5243)), 19);
  const __m256i of_months = _mm256_srli_epi64(
      _mm256_mul_epu32(_mm256_add_epi64(_mm256_mul_epu32(months, All(153)), All(2)), All(52'429)),
      18);  // A fifth of it.
  __m256i sum = _mm256_add_epi64(_mm256_mul_epu32(years, All(365)), _mm256_srli_epi64(years, 2));
  sum = _mm256_sub_epi64(sum, centuries);
  sum = _mm256_add_epi64(sum, _mm256_srli_epi64(centuries, 2));
  sum = _mm256_add_epi64(sum, _mm256_add_epi64(of_months, day));
  *days = _mm256_andnot_si256(fields.empty, _mm256_sub_epi64(sum, All(719'469 + 146'097)));
  return true;
}

TENON_LANES_TARGET uint32_t ReadDates(const LaneRun& run, int32_t* out, LaneNulls* nulls) {
  uint32_t record = 0;
  const uint32_t* end = run.end;
  __m256i days;
  for (; record + kAtOnce <= run.records; record += kAtOnce, end += kAtOnce * run.stride) {
    const Fields fields = Fields::At(end, run.stride);
    if (!ReadDatesOf(fields, run.text, &days)) break;
    AddNulls(fields, record, nulls);
    Store(days, out + record);
  }
  return record;
}

TENON_LANES_TARGET uint32_t PassDates(const LaneRun& run) {
  uint32_t record = 0;
  const uint32_t* end = run.end;
  __m256i days;
  for (; record + kAtOnce <= run.records; record += kAtOnce, end += kAtOnce * run.stride) {
    if (!ReadDatesOf(Fields::At(end, run.stride), run.text, &days)) break;
  }
  return record;
}

// Copies 64 bytes at once and looks for the quote among them. False: there is one among the first `size`.
TENON_LANES_INLINE bool CopyPlain(const uint8_t* text, size_t size, __m256i quote, uint8_t* out) {
  for (;;) {
    const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text));
    const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text + 32));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), low);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + 32), high);
    const auto in_low = static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, quote)));
    const auto in_high =
        static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, quote)));
    const uint64_t quotes = uint64_t{in_high} << 32 | in_low;
    if (size < 64) return (quotes & ((uint64_t{1} << size) - 1)) == 0;
    if (quotes != 0) return false;
    text += 64;
    out += 64;
    size -= 64;
  }
}

TENON_LANES_TARGET uint32_t ReadTexts(const LaneRun& given, int quote, LaneTexts* texts,
                                      LaneNulls* nulls) {
  const LaneRun run = given;
  // In a value that began without one a quote is a character.
  const __m256i quotes = Bytes(static_cast<char>(quote));
  uint8_t* const bytes = texts->bytes;
  int32_t* const ends = texts->ends;
  const size_t room = texts->room;
  size_t used = texts->used;
  uint32_t record = 0;
  const uint32_t* end = run.end;
  for (; record < run.records; ++record, end += run.stride) {
    const uint8_t* text = run.text + (end[-1] + 1);
    const auto length = static_cast<int32_t>(*end - end[-1] - 1);
    if (length <= 0) {
      nulls->at[nulls->count++] = record;
    } else if (used + static_cast<size_t>(length) > room) {
      break;
    } else if (*text == quote) {
      const auto size = static_cast<size_t>(length) - 2;
      if (!CopyPlain(text + 1, size, quotes, bytes + used)) break;
      used += size;
    } else {
      const auto size = static_cast<size_t>(length);
      for (size_t at = 0; at < size; at += 32) {
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(bytes + used + at),
                            _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text + at)));
      }
      used += size;
    }
    ends[record] = static_cast<int32_t>(used);
  }
  texts->used = used;
  return record;
}

TENON_LANES_INLINE uint64_t Greatest(__m256i values) {
  alignas(32) uint64_t all[4];
  _mm256_store_si256(reinterpret_cast<__m256i*>(all), values);
  return *std::max_element(all, all + 4);
}
TENON_LANES_INLINE uint64_t Least(__m256i values) {
  alignas(32) uint64_t all[4];
  _mm256_store_si256(reinterpret_cast<__m256i*>(all), values);
  return *std::min_element(all, all + 4);
}
// Of numbers that are not negative.
TENON_LANES_INLINE __m256i Max(__m256i a, __m256i b) {
  return _mm256_blendv_epi8(a, b, _mm256_cmpgt_epi64(b, a));
}

TENON_LANES_TARGET uint32_t PassWholes(const LaneRun& run, bool longs, LaneNumbers* seen) {
  uint32_t record = 0;
  const uint32_t* end = run.end;
  __m256i lengths = _mm256_setzero_si256();
  for (; record + kAtOnce <= run.records; record += kAtOnce, end += kAtOnce * run.stride) {
    const Fields fields = Fields::At(end, run.stride);
    if (!IsNone(fields.LongerThan(8))) break;
    const ShortNumbers numbers = ShortNumbers::Of(fields, run.text);
    const __m256i shown = numbers.Digits(0);
    const __m256i digits = _mm256_and_si256(_mm256_sub_epi8(numbers.text, Bytes('0')), shown);
    const __m256i none = _mm256_cmpeq_epi64(shown, _mm256_setzero_si256());
    const __m256i zero_first =
        _mm256_and_si256(_mm256_cmpeq_epi64(numbers.First(), All('0')), fields.LongerThan(1));
    const __m256i bad = _mm256_or_si256(_mm256_or_si256(NoDigits(digits), zero_first),
                                        _mm256_andnot_si256(fields.empty, none));
    if (!IsNone(bad)) break;
    lengths = Max(lengths, _mm256_add_epi64(fields.size, numbers.negative));
  }
  const __m256i any = longs ? _mm256_setzero_si256() : All(-1);
  for (; record + kAtOnce <= run.records; record += kAtOnce, end += kAtOnce * run.stride) {
    const Fields fields = Fields::At(end, run.stride);
    if (!IsNone(fields.LongerThan(16))) break;
    bool zero_first = false;
    for (size_t i = 0; i < kAtOnce; ++i) {
      const uint32_t* const at = end + i * run.stride;
      const uint8_t* const text = run.text + (at[-1] + 1);
      zero_first |= *text == '0' || (*text == '-' && text[1] == '0');
    }
    const LongWholes wholes = LongWholes::Of(fields, run.text);
    const __m256i misfits = Misfits(wholes.values, static_cast<int32_t*>(nullptr));
    if (zero_first || !IsNone(_mm256_or_si256(wholes.bad, _mm256_and_si256(misfits, any)))) break;
    lengths = Max(lengths, _mm256_add_epi64(fields.size, wholes.negative));
  }
  seen->whole_digits = std::max(seen->whole_digits, static_cast<uint32_t>(Greatest(lengths)));
  return record;
}

TENON_LANES_TARGET uint32_t PassFixed(const LaneRun& run, LaneNumbers* seen) {
  const __m256i zero = _mm256_setzero_si256();
  constexpr int64_t kLastByte = int64_t{1} << 56;
  __m256i greatest = zero;  // The dot's lowest bit: the greater, the fewer digits are behind it,
  __m256i least = All(kLastByte);
  __m256i whole = zero;  // and counted from the first digit: the more are before it.
  uint32_t record = 0;
  const uint32_t* end = run.end;
  for (; record + kAtOnce <= run.records; record += kAtOnce, end += kAtOnce * run.stride) {
    const Fields fields = Fields::At(end, run.stride);
    if (!IsNone(fields.LongerThan(8))) break;
    const ShortNumbers numbers = ShortNumbers::Of(fields, run.text);
    const __m256i values = _mm256_sub_epi8(numbers.text, Bytes('0'));
    const __m256i are_digits = _mm256_cmpeq_epi8(_mm256_min_epu8(values, Bytes(9)), values);
    const __m256i shown = numbers.Digits(0);
    const __m256i others = _mm256_andnot_si256(are_digits, shown);
    const __m256i dots = _mm256_and_si256(_mm256_cmpeq_epi8(numbers.text, Bytes('.')), shown);
    const __m256i dot = _mm256_and_si256(others, _mm256_sub_epi64(zero, others));
    const __m256i whole_byte = _mm256_sub_epi64(_mm256_slli_epi64(dot, 8), dot);
    const __m256i before = _mm256_srlv_epi64(dot, numbers.blank);
    const __m256i lone_zero =
        _mm256_andnot_si256(numbers.negative, _mm256_cmpeq_epi64(before, All(1 << 8)));
    const __m256i zero_first =
        _mm256_andnot_si256(lone_zero, _mm256_cmpeq_epi64(numbers.First(), All('0')));
    const __m256i at_border = _mm256_or_si256(_mm256_cmpeq_epi64(before, All(1)),
                                              _mm256_cmpeq_epi64(dot, All(kLastByte)));
    const __m256i no_dot = _mm256_andnot_si256(fields.empty, _mm256_cmpeq_epi64(others, zero));
    // Exactly one character is no digit, and it is a dot.
    const __m256i bad = _mm256_or_si256(
        _mm256_or_si256(_mm256_xor_si256(others, dots), _mm256_xor_si256(others, whole_byte)),
        _mm256_or_si256(_mm256_or_si256(zero_first, at_border), no_dot));
    if (!IsNone(bad)) break;
    greatest = Max(greatest, dot);
    whole = Max(whole, before);
    const __m256i placed = _mm256_or_si256(dot, _mm256_and_si256(fields.empty, All(kLastByte)));
    least = _mm256_blendv_epi8(least, placed, _mm256_cmpgt_epi64(least, placed));
  }
  if (IsNone(greatest)) return record;  // Nulls alone.
  const auto byte_of = [](uint64_t bit) {
    return static_cast<uint32_t>(std::countr_zero(bit)) / 8;
  };
  seen->whole_digits = std::max(seen->whole_digits, byte_of(Greatest(whole)));
  seen->least_scale = std::min(seen->least_scale, 7 - byte_of(Greatest(greatest)));
  seen->most_scale = std::max(seen->most_scale, 7 - byte_of(Least(least)));
  return record;
}

}  // namespace

const LaneKernels kAvx2Lanes = {.ints = ReadWholes<int32_t>,
                                .longs = ReadWholes<int64_t>,
                                .decimals = ReadDecimals,
                                .dates = ReadDates,
                                .texts = ReadTexts,
                                .pass_wholes = PassWholes,
                                .pass_fixed = PassFixed,
                                .pass_dates = PassDates};

}  // namespace tenon::files::csv

#endif
