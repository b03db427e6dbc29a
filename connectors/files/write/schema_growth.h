// How a file's schema grows with the batches of a self-describing frame.
#pragma once

#include "tenon/result.h"
#include "tenon/schema.h"

namespace tenon::files {

// `known` with the columns that only `batch` has, at any depth, behind its own; columns of nulls
// only are left out. `known` itself when there are none. kInvalidArgument (TN2020): a column has
// changed its type.
Result<Schema> GrowSchema(const Schema& known, const Schema& batch);

}  // namespace tenon::files
