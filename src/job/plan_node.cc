#include "job/plan_node.h"

#include <algorithm>

#include "base/text.h"

namespace tenon::internal {

std::string PlanNode::Describe() const {
  if (transform) return transform->Describe();
  std::vector<std::string> keys;
  for (const SortKey& key : order) keys.push_back(key.column + (key.descending ? " desc" : ""));
  return "Sort " + base::Join(keys, ", ");
}

std::optional<std::vector<std::string>> PlanNode::NeededColumns(
    const std::optional<std::vector<std::string>>& wanted) const {
  if (transform) return transform->NeededColumns(wanted);
  if (!wanted) return std::nullopt;
  std::vector<std::string> needed = *wanted;
  for (const SortKey& key : order) {
    if (std::find(needed.begin(), needed.end(), key.column) == needed.end()) {
      needed.push_back(key.column);
    }
  }
  return needed;
}

}  // namespace tenon::internal

namespace tenon::job {

std::vector<const internal::PlanNode*> ChainOf(const internal::PlanNode& node) {
  std::vector<const internal::PlanNode*> chain;
  for (const internal::PlanNode* at = &node; at != nullptr; at = at->input.get()) {
    chain.push_back(at);
  }
  std::reverse(chain.begin(), chain.end());
  return chain;
}

namespace {

void AppendNodes(const internal::PlanNode& node, std::vector<const internal::PlanNode*>& nodes) {
  for (const internal::PlanNode* step : ChainOf(node)) {
    if (std::find(nodes.begin(), nodes.end(), step) != nodes.end()) continue;
    if (step->input == nullptr && step->derived) {
      for (const auto& input : step->derived->inputs) AppendNodes(*input, nodes);
    }
    nodes.push_back(step);
  }
}

}  // namespace

std::vector<const internal::PlanNode*> AllNodesOf(const internal::PlanNode& node) {
  std::vector<const internal::PlanNode*> nodes;
  AppendNodes(node, nodes);
  return nodes;
}

}  // namespace tenon::job
