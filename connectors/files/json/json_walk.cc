#include "connectors/files/json/json_walk.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <string_view>

#include "connectors/files/json/json_number.h"

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

#if defined(__SSE2__)

bool MatchesKey(const JsonField& field, const uint8_t* text) {
  const __m128i first =
      _mm_cmpeq_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(text)),
                     _mm_load_si128(reinterpret_cast<const __m128i*>(field.pattern)));
  const auto equal = static_cast<uint32_t>(_mm_movemask_epi8(first));
  const uint32_t bytes = field.pattern_bytes;
  if (bytes - 1 < 16) {  // False also for 0 bytes.
    const uint32_t wanted = (2u << (bytes - 1)) - 1;
    return (equal & wanted) == wanted;
  }
  if (bytes == 0 || equal != 0xffff) return false;
  const __m128i second =
      _mm_cmpeq_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(text + 16)),
                     _mm_load_si128(reinterpret_cast<const __m128i*>(field.pattern + 16)));
  const uint32_t wanted = bytes == 32 ? 0xffff : (1u << (bytes - 16)) - 1;
  return (static_cast<uint32_t>(_mm_movemask_epi8(second)) & wanted) == wanted;
}

// Copies up to the closing quote or the first backslash and returns how many bytes that is.
size_t CopyPlain(const uint8_t* from, uint8_t* to) {
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

bool MatchesKey(const JsonField& field, const uint8_t* text) {
  return field.pattern_bytes != 0 && std::memcmp(text, field.pattern, field.pattern_bytes) == 0;
}

size_t CopyPlain(const uint8_t* from, uint8_t* to) {
  size_t at = 0;
  for (; from[at] != '"' && from[at] != '\\'; ++at) to[at] = from[at];
  return at;
}

#endif

inline uint8_t WidthOf(int64_t value) {
  return value == static_cast<int32_t>(value) ? kFits32 : kNeeds64;
}

}  // namespace

JsonWalk::Position JsonWalk::Fail(Position at, const char* error) {
  error_ = error;
  error_at_ = *at;
  return nullptr;
}

// The field of a key that is not the predicted one.
JsonField* JsonWalk::FieldOf(Position at, JsonFields& fields, RowDomain& domain) {
  const uint8_t* const from = text_ + *at + 1;
  size_t size = 0;
  while (from[size] != '"' && from[size] != '\\') ++size;
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

JsonWalk::Position JsonWalk::Object(Position at, JsonFields& fields, RowDomain& domain, int32_t row,
                                    int depth) {
  if (text_[*at] == '}') return at + 1;
  JsonField** guess = &fields.first;
  for (;;) {
    if (text_[*at] != '"') return Fail(at, "a name is missing");
    JsonField* field = *guess;
    if (field == nullptr || !MatchesKey(*field, text_ + *at + 1)) {
      field = FieldOf(at, fields, domain);
      if (field == nullptr) return nullptr;
      *guess = field;
    }
    guess = &field->next;
    if (text_[at[1]] != ':') return Fail(at + 1, "a colon is missing");
    if (field->use == FieldUse::kFindType) {
      at = Value(at + 2, field->node, row, depth);
    } else if (field->use == FieldUse::kSkip) {
      at = Skip(at + 2, depth);
    } else if (field->use == FieldUse::kDeclaredType) {
      at = Declared(at + 2, field->node, row, depth);
    } else {
      at = IntoMap(at, *fields.rest, row, depth);
    }
    if (at == nullptr) return nullptr;
    const uint8_t c = text_[*at];
    ++at;
    if (c == ',') continue;
    if (c == '}') {
      if (fields.rest != nullptr) EndRest(*fields.rest, row);
      return at;
    }
    return Fail(at - 1, "a comma or } is missing");
  }
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

JsonWalk::Position JsonWalk::Value(Position at, JsonNode& node, int32_t row, int depth) {
  const uint8_t c = text_[*at];
  if (c == '"') return String(at, node, row);
  if (c == '-' || static_cast<uint8_t>(c - '0') < 10) return Number(at, node, row);
  switch (c) {
    case '{':
      if (depth >= kMaxJsonDepth) return Fail(at, "nesting is too deep");
      if (node.objects_are_maps) return Map(at + 1, node, row, depth + 1);
      if (node.state == TagOf(kStruct) && node.length == row) {
        node.length = row + 1;
      } else {
        tree_.Prepare(node, row, kStruct);
      }
      if (node.fields == nullptr) node.fields = std::make_unique<JsonFields>(&node);
      return Object(at + 1, *node.fields, *node.domain, row, depth + 1);
    case '[':
      if (depth >= kMaxJsonDepth) return Fail(at, "nesting is too deep");
      return Array(at + 1, node, row, depth + 1);
    default: return Word(at, node, row);
  }
}

JsonWalk::Position JsonWalk::Array(Position at, JsonNode& node, int32_t row, int depth) {
  tree_.Prepare(node, row, kArray);
  if (node.element == nullptr) node.element = std::make_unique<JsonNode>(&node.element_domain);
  JsonNode& element = *node.element;
  // Offsets are 32 bits; a record is at most that long, so elements cannot be more.
  int32_t count = node.elements;
  const int32_t begin = count;
  const bool declared = element.declared.id() != TypeId::kNull;
  if (text_[*at] == ']') {
    ++at;
  } else {
    for (;;) {
      at = declared ? Declared(at, element, count, depth) : Value(at, element, count, depth);
      if (at == nullptr) break;
      ++count;
      const uint8_t c = text_[*at];
      ++at;
      if (c == ',') continue;
      if (c == ']') break;
      at = Fail(at - 1, "a comma or ] is missing");
      break;
    }
  }
  node.elements = count;
  node.slots[kArray].buffer.as<int32_t>()[row + 1] = count;
  // One byte more than they cost, so that empty elements close a batch too.
  tree_.CountBytes((count - begin) * (node.element_domain.width + 1));
  return at;
}

// Copies the content of the string at *at to `to`, which has room for the way to the next structure and kCopySlack
// more. Its size; kBadEscape: an escape is wrong.
inline size_t JsonWalk::Unescaped(Position at, uint8_t* to) {
  const uint8_t* const from = text_ + *at + 1;
  const size_t plain = CopyPlain(from, to);
  if (from[plain] != '\\') return plain;
  const uint8_t* const end = Unescape(from + plain, to + plain);
  return end == nullptr ? kBadEscape : static_cast<size_t>(end - to);
}

size_t JsonWalk::CopyString(Position at, uint8_t* to) { return Unescaped(at, to); }

JsonWalk::Position JsonWalk::String(Position at, JsonNode& node, int32_t row) {
  tree_.Prepare(node, row, kString);
  // The next structure is behind the string, so this is no less than its size.
  const size_t most = at[1] - *at;
  tree_.ReserveText(node, most + kCopySlack);
  const size_t size = Unescaped(at, node.text.data() + node.text_bytes);
  if (size == kBadEscape) return Fail(at, "an escape in a string is wrong");
  node.text_bytes += static_cast<int32_t>(size);
  node.slots[kString].buffer.as<int32_t>()[row + 1] = node.text_bytes;
  tree_.CountBytes(static_cast<int64_t>(size));
  return at + 1;
}

// Behind the last byte of the number or word at *at.
const uint8_t* JsonWalk::ScalarEnd(Position at) const {
  const uint8_t* const begin = text_ + *at;
  const uint8_t* end = text_ + at[1];
  while (end > begin + 1 &&
         (end[-1] == ' ' || end[-1] == '\n' || end[-1] == '\r' || end[-1] == '\t'))
    --end;
  return end;
}

JsonWalk::Position JsonWalk::Number(Position at, JsonNode& node, int32_t row) {
  const uint8_t* const begin = text_ + *at;
  const uint8_t* const end = ScalarEnd(at);
  const JsonNumber number = ParseNumber(begin, end);
  switch (number.form) {
    case JsonNumber::kWhole:
      node.widths |= WidthOf(number.whole());
      tree_.Prepare(node, row, kInteger);
      node.slots[kInteger].buffer.as<int64_t>()[row] = number.whole();
      return at + 1;
    case JsonNumber::kReal:
      tree_.Prepare(node, row, kDouble);
      node.slots[kDouble].buffer.as<double>()[row] = number.real();
      return at + 1;
    case JsonNumber::kLargeWhole: {
      tree_.Prepare(node, row, kDecimal);
      const Int128 value = ParseLargeWhole(begin, static_cast<size_t>(end - begin));
      std::memcpy(node.slots[kDecimal].buffer.data() + static_cast<size_t>(row) * 16, &value, 16);
      return at + 1;
    }
    case JsonNumber::kBad: break;
  }
  return Fail(at, "a number is wrong");
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
