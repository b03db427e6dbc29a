// Checks that a batch keeps the contract of record_batch.h. Any thread; nothing is changed.
//
// Both return kInternal that names the column and the rule that is broken: a batch that fails is a fault of the
// connector that made it, not of the data.
#pragma once

#include "tenon/record_batch.h"
#include "tenon/status.h"

namespace tenon::columnar {

// Counts of buffers and children, lengths, null counts, missing buffers, last offsets. Reads no values; well under
// a microsecond per ten columns. REQUIRES: batch.layout() == nullptr.
Status ValidateCheap(const RecordBatch& batch);

// Also every value: offsets ascend and stay inside, text is UTF-8, decimals fit their precision, choice codes exist,
// unselected slots are null, null choice rows carry code 0, null counts are right, columns declared not nullable have
// no nulls.
Status ValidateFull(const RecordBatch& batch);

}  // namespace tenon::columnar
