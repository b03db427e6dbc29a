// Where a frame's rows come from, as the run state wants to know it: the contexts of its sources,
// and a hash of the filters in its plan. Two sink calls with another selection do not hold the same
// rows, though they cover the same interval.
#pragma once

#include <string>
#include <vector>

#include "job/plan_node.h"

namespace tenon::job {

std::vector<std::string> ContextsOf(const internal::PlanNode& node);

// 64 hex digits, or empty when nothing in the plan drops or adds rows. Projected values (a load
// time, say) do not count.
std::string SelectionOf(const internal::PlanNode& node);

}  // namespace tenon::job
