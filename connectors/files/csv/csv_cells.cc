#include "connectors/files/csv/csv_cells.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tenon::files {

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
  const auto holds_special = [&](__m128i block) {
    const __m128i found =
        _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(block, separator), _mm_cmpeq_epi8(block, quote)),
                     _mm_or_si128(_mm_cmpeq_epi8(block, newline), _mm_cmpeq_epi8(block, carriage)));
    return _mm_movemask_epi8(found) != 0;
  };
  const auto load = [](const char* from) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
  };
  for (; end - at >= 16; at += 16) {
    if (holds_special(load(at))) return true;
  }
  // The last ones once more with some before them.
  if (text.size() >= 16) return holds_special(load(end - 16));
  if (text.size() >= 8) {
    const auto eight = [](const char* from) {
      return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from));
    };
    return holds_special(_mm_unpacklo_epi64(eight(at), eight(end - 8)));
  }
#endif
  bool special = false;
  for (; at < end; ++at) special |= special_[static_cast<uint8_t>(*at)];
  return special;
}

}  // namespace tenon::files
