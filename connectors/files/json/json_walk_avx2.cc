// The kernel for x86-64 with AVX2, chosen at run time.
#if defined(__x86_64__)

#include <immintrin.h>

#include "connectors/files/json/json_number_avx2.h"

#define TENON_JSON_TARGET TENON_JSON_AVX2
#include "connectors/files/json/json_walk_kernels.h"

namespace tenon::files {
namespace {

struct Avx2Ways {
  TENON_JSON_INLINE static bool MatchesKey(const JsonField& field, const uint8_t* text) {
    const __m256i equal =
        _mm256_cmpeq_epi8(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(text)),
                          _mm256_load_si256(reinterpret_cast<const __m256i*>(field.pattern)));
    const auto unequal = ~static_cast<uint32_t>(_mm256_movemask_epi8(equal));
    return (unequal & field.pattern_mask) == 0;
  }
  // Copies up to the closing quote or the first backslash and returns how many bytes that is.
  TENON_JSON_INLINE static size_t CopyPlain(const uint8_t* from, uint8_t* to) {
    const __m256i quote = _mm256_set1_epi8('"');
    const __m256i backslash = _mm256_set1_epi8('\\');
    for (size_t at = 0;; at += 32) {
      const __m256i block = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from + at));
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + at), block);
      const __m256i stops =
          _mm256_or_si256(_mm256_cmpeq_epi8(block, quote), _mm256_cmpeq_epi8(block, backslash));
      const auto found = static_cast<uint32_t>(_mm256_movemask_epi8(stops));
      if (found != 0) return at + _tzcnt_u32(found);
    }
  }
  TENON_JSON_INLINE static JsonNumber ParseNumber(const uint8_t* begin, const uint8_t* end) {
    return ParseNumberAvx2(begin, end);
  }
};

}  // namespace

std::unique_ptr<JsonWalk> MakeAvx2Walk(JsonTree& tree) {
  return std::make_unique<KernelWalk<Avx2Ways>>(tree);
}

}  // namespace tenon::files

#endif
