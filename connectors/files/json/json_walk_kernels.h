// What every record goes through, given how a machine compares names, copies strings and reads numbers.
//
// `Ways` has MatchesKey(field, text), CopyPlain(from, to) and ParseNumber(begin, end). Private to json_walk*.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>

#include "connectors/files/json/json_number.h"
#include "connectors/files/json/json_walk.h"

// What the including source compiles for: an attribute of every function, so that they may be inlined in one another.
#if !defined(TENON_JSON_TARGET)
#define TENON_JSON_TARGET
#endif
#define TENON_JSON_INLINE TENON_JSON_TARGET inline __attribute__((always_inline))

namespace tenon::files {
namespace {

inline uint8_t WidthOf(int64_t value) {
  return value == static_cast<int32_t>(value) ? kFits32 : kNeeds64;
}

// As JsonWalk.
template <typename Ways>
class KernelWalk final : public JsonWalk {
 public:
  explicit KernelWalk(JsonTree& tree) : JsonWalk(tree) {}

  TENON_JSON_TARGET const uint32_t* Record(const uint32_t* position) override {
    return Object(position + 1, *tree_.root().fields, *tree_.root().domain, tree_.rows(), 1);
  }

 private:
  TENON_JSON_TARGET Position Object(Position at, JsonFields& fields, RowDomain& domain, int32_t row,
                                    int depth) {
    if (text_[*at] == '}') return at + 1;
    JsonField** guess = &fields.first;
    for (;;) {
      if (text_[*at] != '"') return Fail(at, "a name is missing");
      JsonField* field = *guess;
      if (field == nullptr || !Ways::MatchesKey(*field, text_ + *at + 1)) {
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

  TENON_JSON_TARGET Position Value(Position at, JsonNode& node, int32_t row, int depth) override {
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

  TENON_JSON_TARGET Position Array(Position at, JsonNode& node, int32_t row, int depth) {
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

  TENON_JSON_TARGET size_t Unescaped(Position at, uint8_t* to) {
    const uint8_t* const from = text_ + *at + 1;
    const size_t plain = Ways::CopyPlain(from, to);
    if (from[plain] != '\\') return plain;
    const uint8_t* const end = Unescape(from + plain, to + plain);
    return end == nullptr ? kBadEscape : static_cast<size_t>(end - to);
  }

  TENON_JSON_TARGET size_t CopyString(Position at, uint8_t* to) override {
    return Unescaped(at, to);
  }

  TENON_JSON_TARGET Position String(Position at, JsonNode& node, int32_t row) override {
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

  TENON_JSON_TARGET Position Number(Position at, JsonNode& node, int32_t row) {
    const uint8_t* const begin = text_ + *at;
    const uint8_t* const end = ScalarEnd(at);
    const JsonNumber number = Ways::ParseNumber(begin, end);
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
};

}  // namespace
}  // namespace tenon::files
