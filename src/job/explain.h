// The plan of a frame as text for people: source, what is pushed down, transforms, spools and why.
#pragma once

#include <string>
#include <vector>

#include "job/actions.h"
#include "job/read_terms.h"

namespace tenon::job {

// One line a node, the source first; a spool stands behind the node whose rows go into it. `terms`
// are those of a sink write.
std::string ExplainPlan(const internal::PlanNode& node, const ReadTerms& terms);
// The same of a frame made of other frames: what is done with them, and what comes behind. `inputs` are their plans.
std::string ExplainDerived(const internal::PlanNode& node, const std::vector<std::string>& inputs);

}  // namespace tenon::job
