// The kernel for x86-64 with AVX-512, chosen at run time.
#if defined(__x86_64__)

#include <immintrin.h>

#define TENON_CSV_TARGET \
  __attribute__((target("avx2,pclmul,bmi,popcnt,avx512f,avx512bw,avx512vbmi2")))
#include "connectors/files/csv/csv_split_kernels.h"

namespace tenon::files {
namespace {

struct Avx512Block {
  __m512i bytes;
  TENON_CSV_INLINE uint64_t Equal(uint8_t wanted) const {
    return _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(static_cast<char>(wanted)));
  }
  TENON_CSV_INLINE uint64_t High() const { return _mm512_movepi8_mask(bytes); }
};

struct Avx512Ways {
  using Block = Avx512Block;
  TENON_CSV_INLINE static Block Load(const uint8_t* from) { return {_mm512_loadu_si512(from)}; }
  TENON_CSV_INLINE static uint64_t PrefixXor(uint64_t bits) {
    const __m128i ones = _mm_set1_epi8(static_cast<char>(0xff));
    return static_cast<uint64_t>(_mm_cvtsi128_si64(
        _mm_clmulepi64_si128(_mm_set_epi64x(0, static_cast<int64_t>(bits)), ones, 0)));
  }
  TENON_CSV_INLINE static __m512i Widened(__m512i from, __m128i part) {
    return _mm512_add_epi32(from, _mm512_cvtepu8_epi32(part));
  }
  // The numbers of the bits, packed to the front, sixteen widened at once.
  TENON_CSV_INLINE static uint32_t* Store(uint64_t bits, uint32_t base, uint32_t* to) {
    alignas(64) static constexpr uint8_t kNumbers[64] = {
        0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
        22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43,
        44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};
    const int count = std::popcount(bits);
    const __m512i packed = _mm512_maskz_compress_epi8(bits, _mm512_load_si512(kNumbers));
    const __m512i from = _mm512_set1_epi32(static_cast<int>(base));
    _mm512_storeu_si512(to, Widened(from, _mm512_castsi512_si128(packed)));
    if (count > 16) [[unlikely]] {
      _mm512_storeu_si512(to + 16, Widened(from, _mm512_extracti32x4_epi32(packed, 1)));
      _mm512_storeu_si512(to + 32, Widened(from, _mm512_extracti32x4_epi32(packed, 2)));
      _mm512_storeu_si512(to + 48, Widened(from, _mm512_extracti32x4_epi32(packed, 3)));
    }
    return to + count;
  }
};

}  // namespace

TENON_CSV_TARGET CsvSplit SplitCsvAvx512(const CsvDialect& dialect, const uint8_t* text,
                                         size_t size, uint32_t* ends) {
  return SplitBlocks<Avx512Ways>(dialect, text, size, ends);
}

TENON_CSV_TARGET CsvSkim SkimCsvAvx512(const CsvDialect& dialect, const uint8_t* text,
                                       size_t size) {
  return SkimBlocks<Avx512Ways>(dialect, text, size);
}

}  // namespace tenon::files

#endif
