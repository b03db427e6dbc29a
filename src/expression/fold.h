// Operators on operators and on constants, shared by parser, binder and evaluator. Pure functions; any thread.
#pragma once

#include <optional>

#include "tenon/expression.h"

namespace tenon::expression {

// = <=> <> < <= > >=
bool IsComparison(Op op);
// STARTS_WITH, ENDS_WITH, CONTAINS.
bool IsTextMatch(Op op);
// The operator for swapped sides: < for >.
Op Mirror(Op op);
// The comparison that is true where `op` is false, and null where it is null; nullopt for <=>.
std::optional<Op> Negate(Op op);

// Sign of a - b, of two values of the same type: NaN is the largest and equals itself, -0.0 = 0.0, text by bytes,
// false before true. REQUIRES: the same alternative of Literal::Value, decimals of the same scale, neither null.
int CompareValues(const Literal::Value& a, const Literal::Value& b);

// `op` of two literals: nullopt when it is null, or when they cannot be compared.
std::optional<bool> FoldComparison(Op op, const Literal& a, const Literal& b);

}  // namespace tenon::expression
