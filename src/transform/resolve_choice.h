// ResolveChoice: gives columns of several types one type, or one column per type.
//
//   cast:<type>     every value converted, null where that is impossible; on a column that is no choice a plain cast
//   project:<type>  values of that type, all others null
//   make_cols       c becomes c_int, c_string…, in its place
//   make_struct     c becomes a struct with a field per type
//
// Specs name single columns; `choice` is one action for all choices at any depth. Without the schema of the whole frame
// a column is a choice where its batch has it as one.
#pragma once

#include <memory>

#include "base/json.h"
#include "transform/narrow.h"

namespace tenon::transform {

// {"specs": [["path", "action"]…]} or {"choice": "action"}; kInvalidArgument with Glue's words when both or none are
// there.
Result<std::unique_ptr<NarrowTransform>> MakeResolveChoice(const base::JsonObject& arguments);

}  // namespace tenon::transform
