// The kernel for every machine.
#include <bit>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "connectors/files/json/json_walk_kernels.h"

namespace tenon::files {
namespace {

struct BaselineWays {
#if defined(__SSE2__)
  static uint32_t EqualBytes(const uint8_t* text, const uint8_t* pattern) {
    const __m128i equal = _mm_cmpeq_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(text)),
                                         _mm_load_si128(reinterpret_cast<const __m128i*>(pattern)));
    return static_cast<uint32_t>(_mm_movemask_epi8(equal));
  }
  static bool MatchesKey(const JsonField& field, const uint8_t* text) {
    uint32_t equal = EqualBytes(text, field.pattern);
    if (field.pattern_mask > 0xffff) equal |= EqualBytes(text + 16, field.pattern + 16) << 16;
    return (equal & field.pattern_mask) == field.pattern_mask;
  }
  // Copies up to the closing quote or the first backslash and returns how many bytes that is.
  static size_t CopyPlain(const uint8_t* from, uint8_t* to) {
    const __m128i quote = _mm_set1_epi8('"');
    const __m128i backslash = _mm_set1_epi8('\\');
    for (size_t at = 0;; at += 16) {
      const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + at));
      _mm_storeu_si128(reinterpret_cast<__m128i*>(to + at), block);
      const __m128i stops =
          _mm_or_si128(_mm_cmpeq_epi8(block, quote), _mm_cmpeq_epi8(block, backslash));
      const auto found = static_cast<uint32_t>(_mm_movemask_epi8(stops));
      if (found != 0) return at + static_cast<size_t>(std::countr_zero(found));
    }
  }
#else
  static bool MatchesKey(const JsonField& field, const uint8_t* text) {
    const auto bytes = static_cast<size_t>(std::popcount(field.pattern_mask));
    return std::memcmp(text, field.pattern, bytes) == 0;
  }
  static size_t CopyPlain(const uint8_t* from, uint8_t* to) {
    size_t at = 0;
    for (; from[at] != '"' && from[at] != '\\'; ++at) to[at] = from[at];
    return at;
  }
#endif
  static JsonNumber ParseNumber(const uint8_t* begin, const uint8_t* end) {
    return files::ParseNumber(begin, end);
  }
};

}  // namespace

std::unique_ptr<JsonWalk> MakeBaselineWalk(JsonTree& tree) {
  return std::make_unique<KernelWalk<BaselineWays>>(tree);
}

}  // namespace tenon::files
