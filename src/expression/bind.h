// Fits a predicate to a schema: names as the schema spells them, literals in exactly their column's type, split into
// conjuncts. This is the form that sources are offered. Pure functions; any thread.
//
// What cannot be stated in the column's type is restated without changing which rows belong to the result: `i < 2.5`
// of an int becomes `i <= 2`, `i < 3000000000` becomes `i IS NOT NULL`, `i = 2.5` becomes ALWAYS_FALSE. NOT is
// pushed down to the leaves first, so that a null and a false row may be taken for one another.
#pragma once

#include <vector>

#include "tenon/expression.h"
#include "tenon/result.h"

namespace tenon::expression {

// The conjuncts of `predicate`; empty: every row belongs, one kAlwaysFalse: none does. A kText conjunct stays as it
// is. Errors: TN2001 unknown column, with the nearest name; TN1030 a value that cannot be the column's; TN1031 a text
// below OR or NOT.
// A column that is a choice keeps its literals as they are: each row is compared in its own type.
Result<std::vector<Predicate>> BindPredicate(const Predicate& predicate, const Schema& schema);

// One condition on one column, which may be negated: in the column's type. Nothing but And, Or and Not is refused.
// REQUIRES: `leaf` is no kAnd, kOr, kNot or kText.
Result<Predicate> BindLeaf(const Predicate& leaf, bool negated, const DataType& type);

}  // namespace tenon::expression
