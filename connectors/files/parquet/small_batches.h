// Puts small batches of one schema together, so that many small files do not make many small batches.
#pragma once

#include <memory>

#include "tenon/source.h"
#include "tenon/task_context.h"

namespace tenon::files {

// Batches of fewer than some thousand rows are gathered up to the context's limits and copied into one; larger ones
// pass as they are. REQUIRES: all batches of `reader` have one schema and are canonical.
std::unique_ptr<PartitionReader> GatherSmallBatches(std::unique_ptr<PartitionReader> reader,
                                                    const TaskContext& context);

}  // namespace tenon::files
