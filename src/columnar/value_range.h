// What is known of the values in a part of a column (a row group, a page), and whether a condition may hold for one of
// them. Conservative: what is not known may hold. Pure functions; any thread.
#pragma once

#include <optional>

#include "tenon/expression.h"

namespace tenon::columnar {

struct ValueRange {
  // Bounds of all values that are neither null nor NaN, in the column's type; none: not known.
  std::optional<Literal::Value> least, greatest;
  int scale = 0;       // Of decimal bounds.
  bool exact = false;  // Both bounds are values of the column.
  bool may_be_null = true;
  bool may_be_value = true;  // False: every row is null.
};

// False when no row of this part can make the condition true. Knows comparisons, IN, IS [NOT] NULL and STARTS_WITH of
// one column; anything else may hold. Floating-point columns are taken to hold NaN, which is the largest.
bool MayHold(const Predicate& leaf, const ValueRange& range);

}  // namespace tenon::columnar
