#include "job/lineage.h"

#include <algorithm>

#include "base/hash.h"

namespace tenon::job {

std::vector<std::string> ContextsOf(const internal::PlanNode& node) {
  std::vector<std::string> contexts;
  for (const internal::PlanNode* step : AllNodesOf(node)) {
    if (step->input || !step->source) continue;
    const std::string& context = step->source->context;
    if (std::find(contexts.begin(), contexts.end(), context) == contexts.end()) {
      contexts.push_back(context);
    }
  }
  return contexts;
}

namespace {

std::string FiltersOf(const internal::PlanNode& node) {
  std::string filters;
  for (const internal::PlanNode* step : ChainOf(node)) {
    if (step->input) {
      if (step->changes_rows()) filters += step->Describe() + "\n";
    } else if (step->source) {
      if (!step->source->predicate.empty()) filters += "where " + step->source->predicate + "\n";
    } else {
      const DerivedRead& derived = *step->derived;
      for (const auto& input : derived.inputs) filters += FiltersOf(*input);
      if (derived.kind != DerivedRead::Kind::kPartitions) filters += derived.detail + "\n";
    }
  }
  return filters;
}

}  // namespace

std::string SelectionOf(const internal::PlanNode& node) {
  const std::string filters = FiltersOf(node);
  return filters.empty() ? std::string() : base::Sha256Hex(filters);
}

}  // namespace tenon::job
