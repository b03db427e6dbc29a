#include "expression/fold.h"

#include <cmath>

#include "expression/literal_place.h"
#include "expression/number.h"

namespace tenon::expression {
namespace {

template <typename T>
int Sign(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

int CompareDoubles(double a, double b) {
  if (std::isnan(a) || std::isnan(b))
    return static_cast<int>(std::isnan(a)) - static_cast<int>(std::isnan(b));
  return Sign(a, b);
}

bool Holds(Op op, int sign) {
  switch (op) {
    case Op::kEqual:
    case Op::kNullSafeEqual: return sign == 0;
    case Op::kNotEqual: return sign != 0;
    case Op::kLess: return sign < 0;
    case Op::kLessOrEqual: return sign <= 0;
    case Op::kGreater: return sign > 0;
    case Op::kGreaterOrEqual: return sign >= 0;
    default: return false;
  }
}

}  // namespace

bool IsComparison(Op op) { return op >= Op::kEqual && op <= Op::kGreaterOrEqual; }

bool IsTextMatch(Op op) {
  return op == Op::kStartsWith || op == Op::kEndsWith || op == Op::kContains;
}

Op Mirror(Op op) {
  switch (op) {
    case Op::kLess: return Op::kGreater;
    case Op::kLessOrEqual: return Op::kGreaterOrEqual;
    case Op::kGreater: return Op::kLess;
    case Op::kGreaterOrEqual: return Op::kLessOrEqual;
    default: return op;
  }
}

std::optional<Op> Negate(Op op) {
  switch (op) {
    case Op::kEqual: return Op::kNotEqual;
    case Op::kNotEqual: return Op::kEqual;
    case Op::kLess: return Op::kGreaterOrEqual;
    case Op::kLessOrEqual: return Op::kGreater;
    case Op::kGreater: return Op::kLessOrEqual;
    case Op::kGreaterOrEqual: return Op::kLess;
    default: return std::nullopt;
  }
}

int CompareValues(const Literal::Value& a, const Literal::Value& b) {
  if (const bool* left = std::get_if<bool>(&a)) return Sign(*left, std::get<bool>(b));
  if (const int64_t* left = std::get_if<int64_t>(&a)) return Sign(*left, std::get<int64_t>(b));
  if (const double* left = std::get_if<double>(&a))
    return CompareDoubles(*left, std::get<double>(b));
  if (const Decimal128* left = std::get_if<Decimal128>(&a)) {
    return Sign(ToInt128(*left), ToInt128(std::get<Decimal128>(b)));
  }
  const int order = std::get<std::string>(a).compare(std::get<std::string>(b));
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

std::optional<bool> FoldComparison(Op op, const Literal& a, const Literal& b) {
  if (!IsComparison(op)) return std::nullopt;
  if (a.is_null() || b.is_null()) {
    if (op == Op::kNullSafeEqual) return a.is_null() == b.is_null();
    return std::nullopt;
  }
  const Result<LiteralPlace> place = PlaceLiteral(b, a.type);
  if (!place.ok()) return std::nullopt;
  switch (place->standing) {
    case Standing::kExact: return Holds(op, CompareValues(a.value, place->value.value));
    case Standing::kBetween:
      // b lies just above place->value: nothing equals it.
      return Holds(op, CompareValues(a.value, place->value.value) <= 0 ? -1 : 1);
    case Standing::kBelowAll: return Holds(op, 1);
    case Standing::kAboveAll: return Holds(op, -1);
  }
  return std::nullopt;
}

}  // namespace tenon::expression
