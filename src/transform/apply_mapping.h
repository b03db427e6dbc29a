// ApplyMapping: picks, renames, casts and nests columns, and drops all others.
//
// The output has the mappings' order; a later mapping to the same target takes the place of the earlier one. A source
// that a batch lacks becomes nulls of the target type, or is absent when none is given. Of a choice only values of the
// source type are mapped, where all numbers are of one kind. A target struct is null where all it holds is null.
#pragma once

#include <memory>

#include "base/json.h"
#include "transform/narrow.h"

namespace tenon::transform {

// {"mappings": [{"source", "source_type"?, "target", "target_type"?}…], "case_sensitive"?: false}
Result<std::unique_ptr<NarrowTransform>> MakeApplyMapping(const base::JsonObject& arguments);

}  // namespace tenon::transform
