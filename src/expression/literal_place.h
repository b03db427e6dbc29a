// Where a literal stands among the values of another type, so that a comparison can be restated in the column's own
// type without changing its meaning. Pure functions; any thread.
#pragma once

#include "tenon/expression.h"
#include "tenon/result.h"

namespace tenon::expression {

enum class Standing {
  kExact,     // `value` is the literal.
  kBetween,   // `value` is the largest value below the literal; none equals it.
  kBelowAll,  // Every value is larger.
  kAboveAll,  // Every value is smaller.
};

struct LiteralPlace {
  Standing standing = Standing::kExact;
  Literal value;  // Of exactly the type asked for; without meaning for kBelowAll and kAboveAll.
};

// As Spark compares: numbers by value (to a double column as doubles), text as what the column holds, dates as
// midnight UTC. kInvalidArgument TN1030: the two cannot be compared. REQUIRES: the literal is not null.
Result<LiteralPlace> PlaceLiteral(const Literal& literal, const DataType& type);

}  // namespace tenon::expression
