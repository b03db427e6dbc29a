// The kernel for x86-64 with AVX2, chosen at run time.
#if defined(__x86_64__)

#include <immintrin.h>

#define TENON_CSV_TARGET __attribute__((target("avx2,pclmul,bmi,popcnt")))
#include "connectors/files/csv/csv_split_kernels.h"

namespace tenon::files {
namespace {

struct Avx2Block {
  __m256i low, high;

  TENON_CSV_INLINE static uint64_t Join(__m256i a, __m256i b) {
    return static_cast<uint32_t>(_mm256_movemask_epi8(a)) |
           static_cast<uint64_t>(static_cast<uint32_t>(_mm256_movemask_epi8(b))) << 32;
  }
  TENON_CSV_INLINE uint64_t Equal(uint8_t wanted) const {
    const __m256i all = _mm256_set1_epi8(static_cast<char>(wanted));
    return Join(_mm256_cmpeq_epi8(low, all), _mm256_cmpeq_epi8(high, all));
  }
  TENON_CSV_INLINE uint64_t High() const { return Join(low, high); }
};

struct Avx2Ways {
  using Block = Avx2Block;
  TENON_CSV_INLINE static Block Load(const uint8_t* from) {
    return {_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)),
            _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from + 32))};
  }
  TENON_CSV_INLINE static uint64_t PrefixXor(uint64_t bits) {
    const __m128i ones = _mm_set1_epi8(static_cast<char>(0xff));
    return static_cast<uint64_t>(_mm_cvtsi128_si64(
        _mm_clmulepi64_si128(_mm_set_epi64x(0, static_cast<int64_t>(bits)), ones, 0)));
  }
  // Eight at once: most blocks have no more, and what is written behind the last one is written over.
  TENON_CSV_INLINE static uint32_t* Store(uint64_t bits, uint32_t base, uint32_t* to) {
    const int count = std::popcount(bits);
    uint32_t* next = to;
    for (int stored = 0; stored < count; stored += 8, next += 8) {
#pragma GCC unroll 8
      for (int i = 0; i < 8; ++i) {
        next[i] = base + static_cast<uint32_t>(_tzcnt_u64(bits));
        bits = _blsr_u64(bits);
      }
    }
    return to + count;
  }
};

}  // namespace

TENON_CSV_TARGET CsvSplit SplitCsvAvx2(const CsvDialect& dialect, const uint8_t* text, size_t size,
                                       uint32_t* ends) {
  return SplitBlocks<Avx2Ways>(dialect, text, size, ends);
}

TENON_CSV_TARGET CsvSkim SkimCsvAvx2(const CsvDialect& dialect, const uint8_t* text, size_t size) {
  return SkimBlocks<Avx2Ways>(dialect, text, size);
}

}  // namespace tenon::files

#endif
