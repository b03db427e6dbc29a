// From the words of a script to rows made of other frames: union, join, repartition, coalesce.
//
//   union        {}, of two frames or more
//   join         {"keys1": ["id"], "keys2": ["person_id"], "kind"?: "inner" | "left_anti"}, of two frames
//   repartition  {"partitions": 4}: as many rows in each
//   coalesce     {"partitions": 1}: neighbours are put together; never more than there are
//
// Keys are whole columns; backticks around a name are taken off. Pure functions; any thread.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "job/plan_node.h"

namespace tenon::job {

// Sorted: what MakeDerived knows.
std::vector<std::string> DerivedNames();
bool IsDerived(std::string_view name);

// kInvalidArgument TN1021: wrong arguments or number of frames. REQUIRES: IsDerived(name).
Result<std::shared_ptr<DerivedRead>> MakeDerived(
    std::string_view name, const base::Json& arguments,
    std::vector<std::shared_ptr<const internal::PlanNode>> inputs);

}  // namespace tenon::job
