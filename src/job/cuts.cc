#include "job/cuts.h"

namespace tenon::job {

std::optional<Cut> NextCut(const std::vector<const internal::PlanNode*>& chain, size_t begin,
                           bool known, bool whole_frame) {
  if (chain.back()->schema) return std::nullopt;  // Typed: each node has its schema from the start.
  size_t earliest = begin;
  for (size_t i = begin; i < chain.size(); ++i) {
    const transform::NarrowTransform& transform = *chain[i]->transform;
    if (!known && transform.wants_frame_schema()) return Cut{earliest, chain[i]};
    if (!transform.changes_rows()) continue;
    known = false;
    earliest = i + 1;
  }
  if (!known && whole_frame) return Cut{earliest, nullptr};
  return std::nullopt;
}

}  // namespace tenon::job
