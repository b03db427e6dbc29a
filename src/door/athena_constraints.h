// Predicates as Athena's value sets, and their bytes. Private to the door. Pure functions; any thread.
#pragma once

#include <optional>
#include <string>

#include "tenon/athena.h"
#include "tenon/payload.h"

namespace tenon::athena::internal {

// The values that the conjunct leaves to its column, which goes to `*column`. None when it cannot be said so: more than
// one column, another operator, a type without an order that every store shares (NaN), text of the source's own.
std::optional<ValueSet> ValueSetOf(const Predicate& conjunct, const Schema& schema,
                                   std::string* column);

// The values that are in both; when that takes too many ranges, those of `a`.
ValueSet Intersect(const ValueSet& a, const ValueSet& b);

void PutConstraints(const Constraints& constraints, PayloadWriter* writer);
Status GetConstraints(PayloadReader* reader, Constraints* constraints);

}  // namespace tenon::athena::internal
