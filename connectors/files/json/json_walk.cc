#include "connectors/files/json/json_walk.h"

#include <array>
#include <bit>
#include <cstring>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tenon::files {
namespace {

constexpr std::array<bool, 256> MakeScalarEnds() {
  std::array<bool, 256> ends{};
  for (const char c : {' ', '\t', '\n', '\r', ',', ':', ']', '}', '[', '{'})
    ends[static_cast<uint8_t>(c)] = true;
  return ends;
}
// Bytes that may follow a number, true, false or null.
constexpr std::array<bool, 256> kEndsScalar = MakeScalarEnds();

// How many bytes there are before the next quote or backslash.
size_t PlainSize(const uint8_t* from) {
  size_t size = 0;
#if defined(__SSE2__)
  const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
  const __m128i stops = _mm_or_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8('"')),
                                     _mm_cmpeq_epi8(block, _mm_set1_epi8('\\')));
  const auto found = static_cast<uint32_t>(_mm_movemask_epi8(stops));
  if (found != 0) return static_cast<size_t>(std::countr_zero(found));
  size = 16;
#endif
  while (from[size] != '"' && from[size] != '\\') ++size;
  return size;
}

}  // namespace

std::vector<JsonKernel> JsonKernels() {
  std::vector<JsonKernel> kernels = {JsonKernel::kBaseline};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
      __builtin_cpu_supports("bmi2")) {
    kernels.push_back(JsonKernel::kAvx2);
  }
#endif
  return kernels;
}

std::unique_ptr<JsonWalk> JsonWalk::Make(JsonTree& tree, JsonKernel kernel) {
#if defined(__x86_64__)
  if (kernel == JsonKernel::kAvx2) return MakeAvx2Walk(tree);
#endif
  static_cast<void>(kernel);
  return MakeBaselineWalk(tree);
}

JsonWalk::Position JsonWalk::Fail(Position at, const char* error) {
  error_ = error;
  error_at_ = *at;
  return nullptr;
}

JsonField* JsonWalk::FieldOf(Position at, JsonFields& fields, RowDomain& domain) {
  const uint8_t* const from = text_ + *at + 1;
  const size_t size = PlainSize(from);
  std::string unescaped;
  std::string_view name(reinterpret_cast<const char*>(from), size);
  if (from[size] == '\\') {
    unescaped.resize(at[1] - *at);
    auto* const to = reinterpret_cast<uint8_t*>(unescaped.data());
    uint8_t* const end = Unescape(from, to);
    if (end == nullptr) {
      Fail(at, "an escape in a name is wrong");
      return nullptr;
    }
    unescaped.resize(static_cast<size_t>(end - to));
    name = unescaped;
  }
  JsonField* const field = tree_.FindOrAdd(fields, name, &domain);
  if (field == nullptr) {
    out_of_fields_ = !tree_.drifting();
    Fail(at, "the record has too many different fields");
  }
  return field;
}

// Behind a value that nobody asked for: only its brackets are looked at.
JsonWalk::Position JsonWalk::Skip(Position at, int depth) {
  std::array<uint8_t, kMaxJsonDepth> open;
  size_t count = 0;
  do {
    const uint8_t c = text_[*at];
    if (c == '{' || c == '[') {
      if (depth + static_cast<int>(count) >= kMaxJsonDepth) return Fail(at, "nesting is too deep");
      open[count++] = c == '{' ? '}' : ']';
    } else if (c == '}' || c == ']') {
      if (count == 0) return Fail(at, "a value is missing");
      if (open[--count] != c) return Fail(at, "a bracket does not match");
    } else if (c == '\n' || (count == 0 && (c == ',' || c == ':'))) {
      return Fail(at, "a value is missing");
    }
    ++at;
  } while (count > 0);
  return at;
}

JsonWalk::Position JsonWalk::Word(Position at, JsonNode& node, int32_t row) {
  const uint8_t* const from = text_ + *at;
  if (std::memcmp(from, "null", 4) == 0 && kEndsScalar[from[4]]) {
    tree_.MarkNull(node, row);
    return at + 1;
  }
  const bool yes = std::memcmp(from, "true", 4) == 0 && kEndsScalar[from[4]];
  if (!yes && !(std::memcmp(from, "false", 5) == 0 && kEndsScalar[from[5]]))
    return Fail(at, "a value is missing");
  tree_.Prepare(node, row, kBoolean);
  node.slots[kBoolean].buffer.data()[row] = yes ? 1 : 0;
  return at + 1;
}

}  // namespace tenon::files
