#include "connectors/files/text/line_numbers.h"

#include <algorithm>
#include <iterator>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tenon::files {
namespace {

constexpr size_t kBlockBytes = 256 << 10;
// Between marks that are kept: a file of 100 GB has 50,000 of them.
constexpr int64_t kMarkedEvery = 2 << 20;

int64_t CountNewlines(const uint8_t* text, size_t size) {
  int64_t count = 0;
  size_t at = 0;
#if defined(__SSE2__)
  // Sixteen counters of a byte each, added up before one of them is full.
  const __m128i newlines = _mm_set1_epi8('\n');
  while (at + 16 <= size) {
    __m128i counters = _mm_setzero_si128();
    for (int i = 0; i < 255 && at + 16 <= size; ++i, at += 16) {
      const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + at));
      counters = _mm_sub_epi8(counters, _mm_cmpeq_epi8(bytes, newlines));
    }
    const __m128i sums = _mm_sad_epu8(counters, _mm_setzero_si128());
    count += _mm_cvtsi128_si32(sums) + _mm_extract_epi16(sums, 4);
  }
#endif
  return count + std::count(text + at, text + size, '\n');
}

}  // namespace

LineMarks::Mark LineMarks::Before(const std::string& path, int64_t byte) const {
  const std::lock_guard lock(mutex_);
  const auto file = lines_.find(path);
  if (file == lines_.end()) return {};
  const auto next = file->second.upper_bound(byte);
  if (next == file->second.begin()) return {};
  return {std::prev(next)->first, std::prev(next)->second};
}

void LineMarks::Add(const std::string& path, const Mark& mark) {
  const std::lock_guard lock(mutex_);
  std::map<int64_t, int64_t>& marks = lines_[path];
  const auto next = marks.upper_bound(mark.byte);
  const int64_t last = next == marks.begin() ? 0 : std::prev(next)->first;
  if (mark.byte - last >= kMarkedEvery) marks.emplace(mark.byte, mark.lines);
}

Result<int64_t> LineNumbers::At(int64_t byte) {
  if (file_ == nullptr) {
    TENON_ASSIGN_OR_RETURN(file_, open_(path_));
    block_.resize(kBlockBytes);
  }
  if (byte < counted_.byte || byte > block_end_) {
    const LineMarks::Mark known = marks_->Before(path_, byte);
    if (byte < counted_.byte || known.byte > counted_.byte) counted_ = known;
  }
  while (counted_.byte < byte) {
    if (counted_.byte < block_at_ || counted_.byte >= block_end_) {
      TENON_ASSIGN_OR_RETURN(const size_t got, file_->ReadAt(counted_.byte, block_));
      block_at_ = counted_.byte;
      block_end_ = block_at_ + static_cast<int64_t>(got);
      if (got == 0) break;
      marks_->Add(path_, counted_);
    }
    const int64_t end = std::min(byte, block_end_);
    counted_.lines += CountNewlines(block_.data() + (counted_.byte - block_at_),
                                    static_cast<size_t>(end - counted_.byte));
    counted_.byte = end;
  }
  return counted_.lines + 1;
}

}  // namespace tenon::files
