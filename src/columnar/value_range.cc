#include "columnar/value_range.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>

namespace tenon::columnar {
namespace {

using Value = Literal::Value;

bool IsNan(const Value& value) {
  return std::holds_alternative<double>(value) && std::isnan(std::get<double>(value));
}

// Sign of a - b. REQUIRES: the same alternative, neither null nor NaN, decimals of one scale.
int Compare(const Value& a, const Value& b) {
  const auto sign = [](const auto& x, const auto& y) { return x < y ? -1 : y < x ? 1 : 0; };
  if (const auto* number = std::get_if<int64_t>(&a)) return sign(*number, std::get<int64_t>(b));
  if (const auto* number = std::get_if<double>(&a)) return sign(*number, std::get<double>(b));
  if (const auto* truth = std::get_if<bool>(&a)) return sign(*truth, std::get<bool>(b));
  if (const auto* text = std::get_if<std::string>(&a)) {
    const int order = text->compare(std::get<std::string>(b));  // As unsigned bytes.
    return order < 0 ? -1 : order > 0 ? 1 : 0;
  }
  const auto& x = std::get<Decimal128>(a);
  const auto& y = std::get<Decimal128>(b);
  return x.high != y.high ? sign(x.high, y.high) : sign(x.low, y.low);
}

// The bound, when it can be compared with the literal.
const Value* Comparable(const std::optional<Value>& bound, const Literal& literal,
                        const ValueRange& range) {
  if (!bound || bound->index() != literal.value.index() || IsNan(*bound)) return nullptr;
  if (std::holds_alternative<Decimal128>(*bound) && literal.type.scale() != range.scale)
    return nullptr;
  return &*bound;
}

bool MayEqual(const Literal& literal, const ValueRange& range) {
  if (!range.may_be_value || literal.is_null()) return false;
  if (IsNan(literal.value)) return true;
  const Value* least = Comparable(range.least, literal, range);
  if (least != nullptr && Compare(literal.value, *least) < 0) return false;
  const Value* greatest = Comparable(range.greatest, literal, range);
  return greatest == nullptr || Compare(literal.value, *greatest) <= 0;
}

bool MayCompare(Op op, const Literal& literal, const ValueRange& range) {
  if (!range.may_be_value || literal.is_null()) return false;
  const bool floating = std::holds_alternative<double>(literal.value);
  const Value* least = Comparable(range.least, literal, range);
  const Value* greatest = Comparable(range.greatest, literal, range);
  switch (op) {
    // Every number is below NaN.
    case Op::kLess:
      return IsNan(literal.value) || least == nullptr || Compare(*least, literal.value) < 0;
    case Op::kLessOrEqual:
      return IsNan(literal.value) || least == nullptr || Compare(*least, literal.value) <= 0;
    case Op::kGreater:
      return floating || greatest == nullptr || Compare(*greatest, literal.value) > 0;
    case Op::kGreaterOrEqual:
      return floating || greatest == nullptr || Compare(*greatest, literal.value) >= 0;
    case Op::kNotEqual:
      return floating || !range.exact || least == nullptr || greatest == nullptr ||
             Compare(*least, literal.value) != 0 || Compare(*greatest, literal.value) != 0;
    default: return true;
  }
}

bool MayStartWith(const Literal& literal, const ValueRange& range) {
  if (!range.may_be_value || literal.is_null()) return false;
  const auto* prefix = std::get_if<std::string>(&literal.value);
  if (prefix == nullptr) return true;
  const Value* least = Comparable(range.least, literal, range);
  const Value* greatest = Comparable(range.greatest, literal, range);
  // Texts with this prefix stand at or behind it, and before every larger text without it.
  if (greatest != nullptr && Compare(*greatest, literal.value) < 0) return false;
  return least == nullptr || Compare(*least, literal.value) <= 0 ||
         std::string_view(std::get<std::string>(*least)).starts_with(*prefix);
}

}  // namespace

bool MayHold(const Predicate& leaf, const ValueRange& range) {
  switch (leaf.op) {
    case Op::kAlwaysFalse: return false;
    case Op::kIsNull: return range.may_be_null;
    case Op::kIsNotNull: return range.may_be_value;
    case Op::kIn:
      return std::any_of(leaf.values.begin(), leaf.values.end(),
                         [&](const Literal& each) { return MayEqual(each, range); });
    case Op::kStartsWith: return leaf.values.size() != 1 || MayStartWith(leaf.values[0], range);
    case Op::kEndsWith:
    case Op::kContains: return range.may_be_value;
    default: break;
  }
  if (leaf.values.size() != 1) return true;
  const Literal& literal = leaf.values[0];
  switch (leaf.op) {
    case Op::kEqual: return MayEqual(literal, range);
    case Op::kNullSafeEqual:
      return literal.is_null() ? range.may_be_null : MayEqual(literal, range);
    case Op::kNotEqual:
    case Op::kLess:
    case Op::kLessOrEqual:
    case Op::kGreater:
    case Op::kGreaterOrEqual: return MayCompare(leaf.op, literal, range);
    default: return true;
  }
}

}  // namespace tenon::columnar
