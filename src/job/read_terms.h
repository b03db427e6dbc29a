// What a read asks of its source: columns, conjuncts, a limit, and what of that the source takes.
// The rest stays with the engine.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "job/plan_node.h"

namespace tenon::job {

struct ReadTerms {
  ScanRequest accepted;            // For Source::Plan: everything in it is a promise.
  std::vector<Predicate> recheck;  // Conjuncts that the engine must check itself.
  std::optional<Schema> schema;    // Of the batches; none: self-describing.
  bool limited = false;            // The source takes the limit.
  std::string detail;              // The source's line for EXPLAIN.
  int64_t rows = -1;               // Its estimate.
};

// The top-level columns of the source that suffice for the frame `chain` ends in; none: all.
std::optional<std::vector<std::string>> NeededColumns(
    const std::vector<const internal::PlanNode*>& chain);

// Asks for an offer and makes the accepted request of it. `columns` as NeededColumns gives them: the
// columns of the re-checked conjuncts are added. The limit is taken only when every conjunct is
// exact. kUnsupported TN1031: a conjunct in the source's own words that it does not take exactly.
// `interval` holds after, until, pin and wanted_partitions.
Result<ReadTerms> NegotiateRead(const SourceRead& source, ScanRequest interval,
                                std::optional<std::vector<std::string>> columns,
                                std::optional<int64_t> limit, const TaskContext& context);

}  // namespace tenon::job
