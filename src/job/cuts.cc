#include "job/cuts.h"

namespace tenon::job {

std::optional<Cut> NextCut(const std::vector<const internal::PlanNode*>& chain, size_t begin,
                           bool known, bool whole_frame) {
  const bool typed = chain.back()->schema.has_value();  // Each node has its schema from the start.
  size_t earliest = begin;
  for (size_t i = begin; i < chain.size(); ++i) {
    if (chain[i]->transform == nullptr) return Cut{i, chain[i]};
    if (typed) continue;
    const bool told = known || chain[i - 1]->schema.has_value();
    if (!told && chain[i]->wants_frame_schema()) return Cut{earliest, chain[i]};
    if (!chain[i]->changes_rows()) continue;
    known = false;
    earliest = i + 1;
  }
  if (!typed && !known && whole_frame) return Cut{earliest, nullptr};
  return std::nullopt;
}

}  // namespace tenon::job
