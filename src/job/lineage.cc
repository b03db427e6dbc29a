#include "job/lineage.h"

#include "base/hash.h"

namespace tenon::job {

std::vector<std::string> ContextsOf(const internal::PlanNode& node) {
  return {node.source->context};
}

std::string SelectionOf(const internal::PlanNode& node) {
  std::string filters;
  for (const internal::PlanNode* step : ChainOf(node)) {
    if (step->input == nullptr) {
      if (!step->source->predicate.empty()) filters += "where " + step->source->predicate + "\n";
    } else if (step->changes_rows()) {
      filters += step->Describe() + "\n";
    }
  }
  return filters.empty() ? std::string() : base::Sha256Hex(filters);
}

}  // namespace tenon::job
