// Reads Spark SQL's boolean subset: comparisons, AND, OR, NOT, IS [NOT] NULL, [NOT] IN, [NOT] BETWEEN, [NOT] LIKE where
// it is a prefix, a suffix, a contained text or a whole one, <=>, IS [NOT] DISTINCT FROM, IS [NOT] TRUE | FALSE, a
// column that is itself true or false, and literals. Pure; any thread.
#pragma once

#include <string_view>

#include "tenon/expression.h"
#include "tenon/result.h"

namespace tenon::expression {

constexpr int kMaxPredicateDepth = 100;  // Brackets and NOTs inside one another.
constexpr size_t kMaxPredicateBytes = 1 << 20;

// The predicate, literals in the types that they are written in (bind.h gives them their column's). A conjunct that
// is outside the subset (a function, arithmetic, a sub-query) becomes Op::kText with its own words; others beside it
// are unharmed. kInvalidArgument TN1030: empty, brackets or quotes that do not match, too deep, too long.
Result<Predicate> ParsePredicate(std::string_view sql);

}  // namespace tenon::expression
