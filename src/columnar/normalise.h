// Brings a batch of any Arrow layout into the canonical one of record_batch.h. Any thread.
#pragma once

#include "tenon/record_batch.h"
#include "tenon/result.h"

namespace tenon::columnar {

// Large, view, dictionary and run-end encoded arrays, other time units and zones, unsigned numbers (uint64 becomes
// decimal(20,0)), half floats, fixed-size lists and binaries, dense unions: the same rows, stored canonically.
// Free when batch.layout() is null. Fractions of a microsecond are cut off towards the past. kDataError names the
// column whose values do not fit (more than 2 GiB of text in one batch, a time outside the range of microseconds).
Result<RecordBatch> Normalise(RecordBatch batch);

}  // namespace tenon::columnar
