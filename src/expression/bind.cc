#include "expression/bind.h"

#include <algorithm>

#include "base/error_catalog.h"
#include "base/text.h"
#include "expression/column_path.h"
#include "expression/fold.h"
#include "expression/literal_place.h"

namespace tenon::expression {
namespace {

Predicate Always(bool truth) {
  Predicate constant;
  constant.op = truth ? Op::kAlwaysTrue : Op::kAlwaysFalse;
  return constant;
}

Status CannotUse(const Predicate& leaf, std::string_view why) {
  return Status::InvalidArgument("Condition cannot be used: " + std::string(why) +
                                 ": condition=" + base::ShortText(leaf.ToString(), 200))
      .WithNumber(base::kErrPredicate);
}

// A comparison whose literal is not a value of the column's type.
Predicate Restate(Op op, const std::string& column, LiteralPlace place) {
  const bool less = op == Op::kLess || op == Op::kLessOrEqual;
  const bool greater = op == Op::kGreater || op == Op::kGreaterOrEqual;
  if (op == Op::kNotEqual) return Predicate::IsNotNull(column);
  if (!less && !greater) return Always(false);  // = and <=>.
  switch (place.standing) {
    case Standing::kBetween:
      return Predicate::Compare(less ? Op::kLessOrEqual : Op::kGreater, column,
                                std::move(place.value));
    case Standing::kBelowAll: return greater ? Predicate::IsNotNull(column) : Always(false);
    default: return less ? Predicate::IsNotNull(column) : Always(false);
  }
}

Result<Predicate> BindNullSafe(const Predicate& leaf, bool negated, const DataType& type) {
  const Literal& literal = leaf.values[0];
  if (literal.is_null())
    return negated ? Predicate::IsNotNull(leaf.column) : Predicate::IsNull(leaf.column);
  TENON_ASSIGN_OR_RETURN(LiteralPlace place, PlaceLiteral(literal, type));
  if (place.standing != Standing::kExact) return Always(negated);
  Predicate same = Predicate::Compare(Op::kNullSafeEqual, leaf.column, std::move(place.value));
  return negated ? Predicate::Not(std::move(same)) : std::move(same);
}

Result<Predicate> BindComparison(const Predicate& leaf, bool negated, const DataType& type) {
  if (leaf.values.size() != 1) return CannotUse(leaf, "it needs one value");
  if (leaf.op == Op::kNullSafeEqual) return BindNullSafe(leaf, negated, type);
  const Op op = negated ? Negate(leaf.op).value_or(leaf.op) : leaf.op;
  const Literal& literal = leaf.values[0];
  if (literal.is_null()) return Always(false);
  TENON_ASSIGN_OR_RETURN(LiteralPlace place, PlaceLiteral(literal, type));
  if (place.standing != Standing::kExact) return Restate(op, leaf.column, std::move(place));
  return Predicate::Compare(op, leaf.column, std::move(place.value));
}

Result<Predicate> BindIn(const Predicate& leaf, bool negated, const DataType& type) {
  std::vector<Literal> values;
  bool any_null = false;
  for (const Literal& literal : leaf.values) {
    if (literal.is_null()) {
      any_null = true;
      continue;
    }
    TENON_ASSIGN_OR_RETURN(LiteralPlace place, PlaceLiteral(literal, type));
    if (place.standing == Standing::kExact) values.push_back(std::move(place.value));
  }
  // NOT IN (…, NULL) is never true; IN (…, NULL) is true where IN (…) is.
  if (negated && any_null) return Always(false);
  if (values.empty()) return negated ? Predicate::IsNotNull(leaf.column) : Always(false);
  if (values.size() == 1) {
    return Predicate::Compare(negated ? Op::kNotEqual : Op::kEqual, leaf.column,
                              std::move(values[0]));
  }
  Predicate in = Predicate::In(leaf.column, std::move(values));
  return negated ? Predicate::Not(std::move(in)) : std::move(in);
}

Result<Predicate> BindTextMatch(const Predicate& leaf, bool negated, const DataType& type) {
  if (leaf.values.size() != 1) return CannotUse(leaf, "it needs one value");
  if (type.id() != TypeId::kString && type.id() != TypeId::kNull) {
    return CannotUse(leaf, "the column is no text: type=" + type.ToString());
  }
  if (leaf.values[0].is_null()) return Always(false);
  if (leaf.values[0].type.id() != TypeId::kString) return CannotUse(leaf, "the value is no text");
  return negated ? Predicate::Not(leaf) : leaf;
}

void AddConjuncts(Predicate predicate, std::vector<Predicate>* conjuncts) {
  if (predicate.op == Op::kAnd) {
    for (Predicate& arg : predicate.args) AddConjuncts(std::move(arg), conjuncts);
  } else if (predicate.op != Op::kAlwaysTrue) {
    conjuncts->push_back(std::move(predicate));
  }
}

class Binder {
 public:
  explicit Binder(const Schema& schema) : schema_(schema) {}

  // True where `predicate`, or its negation, is true.
  Result<Predicate> Bind(const Predicate& predicate, bool negated, bool top) const {
    switch (predicate.op) {
      case Op::kAnd:
      case Op::kOr: return BindArgs(predicate, negated, top);
      case Op::kNot:
        if (predicate.args.size() != 1) return CannotUse(predicate, "NOT needs one condition");
        return Bind(predicate.args[0], !negated, false);
      case Op::kText:
        if (top) return predicate;
        return Status::InvalidArgument("Predicate is outside what can be evaluated: text=" +
                                       base::ShortText(predicate.text, 200))
            .WithHint("Write it as a conjunct of its own, joined with AND.")
            .WithNumber(base::kErrTextPredicate);
      case Op::kAlwaysTrue:
      case Op::kAlwaysFalse: return Always((predicate.op == Op::kAlwaysTrue) != negated);
      default: return BindOn(predicate, negated);
    }
  }

 private:
  Result<Predicate> BindArgs(const Predicate& predicate, bool negated, bool top) const {
    const bool is_and = (predicate.op == Op::kAnd) != negated;
    std::vector<Predicate> args;
    for (const Predicate& arg : predicate.args) {
      TENON_ASSIGN_OR_RETURN(Predicate bound, Bind(arg, negated, top && is_and));
      if (bound.op == Op::kAlwaysTrue || bound.op == Op::kAlwaysFalse) {
        if ((bound.op == Op::kAlwaysTrue) != is_and) return bound;  // Decides alone.
        continue;                                                   // Changes nothing.
      }
      if (bound.op == (is_and ? Op::kAnd : Op::kOr)) {
        for (Predicate& inner : bound.args) args.push_back(std::move(inner));
      } else {
        args.push_back(std::move(bound));
      }
    }
    if (args.empty()) return Always(is_and);
    if (args.size() == 1) return std::move(args[0]);
    return is_and ? Predicate::And(std::move(args)) : Predicate::Or(std::move(args));
  }

  Result<Predicate> BindOn(const Predicate& predicate, bool negated) const {
    const std::optional<ColumnPlace> place = FindColumn(schema_, predicate.column);
    if (!place) return UnknownColumn(schema_, predicate.column);
    Predicate leaf = predicate;
    leaf.column = NameOf(schema_, *place);
    if (place->type.id() != TypeId::kChoice) return BindLeaf(leaf, negated, place->type);
    return negated ? Predicate::Not(std::move(leaf)) : std::move(leaf);
  }

  const Schema& schema_;
};

}  // namespace

Result<Predicate> BindLeaf(const Predicate& leaf, bool negated, const DataType& type) {
  if (leaf.op == Op::kIsNull || leaf.op == Op::kIsNotNull) {
    const bool is_null = (leaf.op == Op::kIsNull) != negated;
    return is_null ? Predicate::IsNull(leaf.column) : Predicate::IsNotNull(leaf.column);
  }
  if (type.id() == TypeId::kNull) {
    // Every row is null: only <=> NULL is true, or not <=> a value.
    if (leaf.op != Op::kNullSafeEqual || leaf.values.size() != 1) return Always(false);
    return Always(leaf.values[0].is_null() != negated);
  }
  if (leaf.op == Op::kAlwaysTrue || leaf.op == Op::kAlwaysFalse)
    return Always((leaf.op == Op::kAlwaysTrue) != negated);
  if (leaf.op == Op::kIn) return BindIn(leaf, negated, type);
  if (IsTextMatch(leaf.op)) return BindTextMatch(leaf, negated, type);
  if (IsComparison(leaf.op)) return BindComparison(leaf, negated, type);
  return CannotUse(leaf, "it is no condition on one column");
}

Result<std::vector<Predicate>> BindPredicate(const Predicate& predicate, const Schema& schema) {
  TENON_ASSIGN_OR_RETURN(Predicate bound, Binder(schema).Bind(predicate, false, true));
  std::vector<Predicate> conjuncts;
  AddConjuncts(std::move(bound), &conjuncts);
  return conjuncts;
}

}  // namespace tenon::expression
