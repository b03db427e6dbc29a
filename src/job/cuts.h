// Where the chain of a frame is cut: the rows of all before it go into a spool there, because what follows needs all
// of them (a sort), or the schema of all of them when the frame is self-describing.
//
// A cut for a schema stands as early as it can: right behind the source, or behind the last transform that changes
// rows. From there on each transform tells what becomes of the schema, so one spool serves the whole chain, and
// neither types nor the order of columns depend on how rows fell into batches.
#pragma once

#include <optional>
#include <vector>

#include "job/plan_node.h"

namespace tenon::job {

struct Cut {
  size_t at = 1;  // The entry of the chain that reads the spool; its size: the frame's rows.
  const internal::PlanNode* for_node =
      nullptr;  // The step that wants the schema, or all rows; null: the frame's consumer.
  // The step is a sort: it stands right at the cut, and what follows reads its result.
  bool sorts() const { return for_node != nullptr && for_node->transform == nullptr; }
};

// The first cut that `chain` needs from its entry `begin` on. `known`: the schema of the rows there is. `whole_frame`:
// the consumer wants the schema of the frame. None: none. REQUIRES: begin >= 1, behind the source.
std::optional<Cut> NextCut(const std::vector<const internal::PlanNode*>& chain, size_t begin,
                           bool known, bool whole_frame);

}  // namespace tenon::job
