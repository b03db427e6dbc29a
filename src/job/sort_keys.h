// What a sort is asked for, as job.h gets it.
#pragma once

#include <vector>

#include "base/json.h"
#include "tenon/result.h"
#include "tenon/source.h"

namespace tenon::job {

// {"keys": ["a", {"column": "b", "descending": true, "nulls_first": true}]}. Nulls come first when ascending and last
// when descending, as in Spark, unless a key says otherwise. kInvalidArgument (TN1021) gives the place.
Result<std::vector<SortKey>> ParseSortKeys(const base::Json& arguments);

}  // namespace tenon::job
