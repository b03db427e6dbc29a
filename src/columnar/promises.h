// Schemas without promises of no nulls: what a source promises, a file need not hold. Pure functions; any thread.
#pragma once

#include "tenon/schema.h"

namespace tenon::columnar {

// The same columns, all of them nullable at every depth.
Schema WithoutPromises(const Schema& schema);
DataType WithoutPromises(const DataType& type);

}  // namespace tenon::columnar
