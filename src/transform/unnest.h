// Unnest: the fields of structs, at any depth, become columns named by their path ("address.zip"). Arrays and maps stay
// as they are; so do the values of a choice that are no structs, under the column's own name.
#pragma once

#include <memory>
#include <vector>

#include "base/json.h"
#include "transform/edit.h"
#include "transform/narrow.h"

namespace tenon::transform {

// {}
Result<std::unique_ptr<NarrowTransform>> MakeUnnest(const base::JsonObject& arguments);

// What unnest does to batches of a schema. Two columns that come to one name are one: where the first has no value, the
// other's stands.
std::vector<Output> UnnestOutputs(const Schema& input);

}  // namespace tenon::transform
