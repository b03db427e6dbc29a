// with_frame_schema: the frame under a schema that the job declares, which nobody computes.
//
// {"schema": the JSON of a schema of Glue's}. Columns stand in its order; those that rows lack are null, others are left
// out. A value of another type is converted as apply_mapping does; what cannot be becomes null and is counted.
#pragma once

#include <memory>

#include "base/json.h"
#include "transform/narrow.h"

namespace tenon::transform {

Result<std::unique_ptr<NarrowTransform>> MakeWithSchema(const base::JsonObject& arguments);

}  // namespace tenon::transform
