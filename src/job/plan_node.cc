#include "job/plan_node.h"

#include <algorithm>

namespace tenon::job {

std::vector<const internal::PlanNode*> ChainOf(const internal::PlanNode& node) {
  std::vector<const internal::PlanNode*> chain;
  for (const internal::PlanNode* at = &node; at != nullptr; at = at->input.get()) {
    chain.push_back(at);
  }
  std::reverse(chain.begin(), chain.end());
  return chain;
}

}  // namespace tenon::job
