// How a file's schema grows with the batches of a self-describing frame.
#pragma once

#include "tenon/record_batch.h"
#include "tenon/result.h"
#include "tenon/schema.h"

namespace tenon::files {

// `known` with the columns that only `batch` has, at any depth, behind its own; columns of nulls
// only are left out. `known` itself when there are none. kInvalidArgument (TN2020): a column has
// changed its type.
Result<Schema> GrowSchema(const Schema& known, const Schema& batch);

// The rows under `target`: its columns, null where the batch lacks one. REQUIRES: `target` has
// grown from the batch's schema. kInternal: a column's type differs.
Result<RecordBatch> FitBatch(RecordBatch batch, const SchemaPtr& target);

}  // namespace tenon::files
