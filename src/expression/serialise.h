// Predicates as JSON, both ways: for plans that travel and for the run state. Pure functions; any thread.
//
//   {"op":"AND","args":[{"op":">","column":"id","values":[{"type":"int","value":5}]},{"op":"IS_NULL","column":"x"}]}
#pragma once

#include "base/json.h"
#include "tenon/expression.h"
#include "tenon/result.h"

namespace tenon::expression {

// Whole numbers are JSON numbers, decimals text ("12.50"), doubles numbers or "NaN", "Infinity", "-Infinity", binary
// and text that is not UTF-8 {"hex":"…"}.
base::Json ToJson(const Predicate& predicate);

// kInvalidArgument TN1030 names what is not a predicate: an unknown operator, a value outside its type, a wrong
// number of values or args, nesting beyond kMaxPredicateDepth.
Result<Predicate> FromJson(const base::Json& json);

}  // namespace tenon::expression
