#include "connectors/files/csv/csv_split.h"

#include <algorithm>
#include <bit>

#include "connectors/files/csv/csv_split_kernels.h"

namespace tenon::files {
namespace {

constexpr size_t kSmallTextBytes = 1 << 20;
constexpr size_t kStoredAtOnce = 64;

constexpr const char* kBehindQuote = "there is text behind a closing quote";
constexpr const char* kNotClosed = "a quoted value is not closed on its line";

// Bits of the block's bytes, the first one lowest.
struct ScalarBlock {
  const uint8_t* bytes;
  uint64_t Equal(uint8_t wanted) const {
    uint64_t bits = 0;
    for (int i = 0; i < 64; ++i) bits |= uint64_t{bytes[i] == wanted} << i;
    return bits;
  }
  uint64_t High() const {
    uint64_t bits = 0;
    for (int i = 0; i < 64; ++i) bits |= static_cast<uint64_t>(bytes[i] >> 7) << i;
    return bits;
  }
};

struct ScalarWays {
  using Block = ScalarBlock;
  static Block Load(const uint8_t* from) { return {from}; }
  static uint64_t PrefixXor(uint64_t bits) {
    for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
    return bits;
  }
  static uint32_t* Store(uint64_t bits, uint32_t base, uint32_t* to) {
    for (; bits != 0; bits &= bits - 1) {
      *to++ = base + static_cast<uint32_t>(std::countr_zero(bits));
    }
    return to;
  }
};

}  // namespace

CsvSplit SplitCsvScalar(const CsvDialect& dialect, const uint8_t* text, size_t size,
                        uint32_t* ends) {
  return SplitBlocks<ScalarWays>(dialect, text, size, ends);
}

CsvSkim SkimCsvScalar(const CsvDialect& dialect, const uint8_t* text, size_t size) {
  return SkimBlocks<ScalarWays>(dialect, text, size);
}

std::vector<CsvKernel> CsvKernels() {
  std::vector<CsvKernel> kernels = {CsvKernel::kScalar};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("pclmul") &&
      __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt")) {
    kernels.push_back(CsvKernel::kAvx2);
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vbmi2")) {
      kernels.push_back(CsvKernel::kAvx512);
    }
  }
#endif
  return kernels;
}

CsvKernel FastestCsvKernel() {
  static const CsvKernel fastest = CsvKernels().back();
  return fastest;
}

CsvSplit SplitCsv(const CsvDialect& dialect, CsvKernel kernel, const uint8_t* text, size_t size,
                  uint32_t* ends) {
#if defined(__x86_64__)
  if (kernel == CsvKernel::kAvx512) return SplitCsvAvx512(dialect, text, size, ends);
  if (kernel == CsvKernel::kAvx2) return SplitCsvAvx2(dialect, text, size, ends);
#endif
  static_cast<void>(kernel);
  return SplitCsvScalar(dialect, text, size, ends);
}

CsvSkim SkimCsv(const CsvDialect& dialect, CsvKernel kernel, const uint8_t* text, size_t size) {
#if defined(__x86_64__)
  if (kernel == CsvKernel::kAvx512) return SkimCsvAvx512(dialect, text, size);
  if (kernel == CsvKernel::kAvx2) return SkimCsvAvx2(dialect, text, size);
#endif
  static_cast<void>(kernel);
  return SkimCsvScalar(dialect, text, size);
}

size_t CsvEndsRoom(const CsvDialect& dialect, const uint8_t* text, size_t size) {
  if (size <= kSmallTextBytes) return size + kStoredAtOnce;
  return static_cast<size_t>(std::count(text, text + size, dialect.separator) +
                             std::count(text, text + size, '\n')) +
         kStoredAtOnce;
}

CsvExactSplit SplitExactly(const CsvDialect& dialect, const uint8_t* text, size_t size, bool whole,
                           uint32_t* ends) {
  enum State { kFieldBegin, kPlain, kQuoted, kBehindClosing };
  CsvExactSplit split;
  State state = kFieldBegin;
  uint32_t record = 0;
  bool bad = false;
  const auto refuse = [&](size_t at, const char* why) {
    if (!bad) split.bad.push_back({record, static_cast<uint32_t>(at), why});
    bad = true;
  };
  for (size_t i = 0; i < size; ++i) {
    const uint8_t c = text[i];
    const bool line_ends = c == '\n' && (!dialect.multi_line || state != kQuoted);
    if (line_ends || (c == dialect.separator && state != kQuoted)) {
      if (c == '\n' && state == kQuoted) refuse(i, kNotClosed);
      ends[split.ends++] = static_cast<uint32_t>(i);
      state = kFieldBegin;
      if (c == '\n') {
        ++record;
        bad = false;
      }
      continue;
    }
    if (dialect.escaper == c && state != kBehindClosing) {
      const bool virtual_newline = whole && i + 2 >= size;
      const bool taken =
          i + 1 < size && !virtual_newline && (dialect.multi_line || text[i + 1] != '\n');
      if (taken) ++i;
      if (state == kFieldBegin) state = kPlain;
      continue;
    }
    switch (state) {
      case kFieldBegin: state = dialect.quote == c ? kQuoted : kPlain; break;
      case kPlain: break;
      case kQuoted:
        if (dialect.quote == c) state = kBehindClosing;
        break;
      case kBehindClosing:
        if (dialect.quote == c) {
          state = kQuoted;
        } else if (c != '\r' || (i + 1 < size && text[i + 1] != '\n')) {
          refuse(i, kBehindQuote);
          state = kPlain;
        }
        break;
    }
  }
  split.in_quotes = state == kQuoted;
  return split;
}

}  // namespace tenon::files
