// Limit: the first rows, and an early end of reading.
#pragma once

#include <memory>

#include "base/json.h"
#include "transform/narrow.h"

namespace tenon::transform {

// {"rows": 20}: the first of all rows in the order of partitions, exactly as many, or all when there are fewer.
Result<std::unique_ptr<NarrowTransform>> MakeLimit(const base::JsonObject& arguments);

}  // namespace tenon::transform
