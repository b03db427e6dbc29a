// The plan of a frame as text for people: source, what is pushed down, transforms, spools and why.
#pragma once

#include <string>

#include "job/actions.h"
#include "job/read_terms.h"

namespace tenon::job {

// One line a node, the source first; a spool stands behind the node whose rows go into it. `terms`
// are those of a sink write.
std::string ExplainPlan(const internal::PlanNode& node, const ReadTerms& terms);

}  // namespace tenon::job
