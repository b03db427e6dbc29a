// Brings a batch of a self-describing source under the merged schema of its frame.
#pragma once

#include "tenon/record_batch.h"
#include "tenon/result.h"

namespace tenon::columnar {

struct ConformResult {
  RecordBatch batch;
  int64_t impossible = 0;  // Values that became null: decimals beyond the precision of the target.
};

// The rows under `target`: columns in its order and by name, at any depth; those the batch lacks are null, a null
// column becomes null of the target's type, a value becomes its member of a choice. Columns that are as the target
// wants them keep their buffers; when all are, the call is free. kInternal names a column that the target lacks or
// holds in a type the batch's cannot become: `target` was then not merged from this batch's schema. Any thread.
Result<ConformResult> Conform(RecordBatch batch, const SchemaPtr& target);

}  // namespace tenon::columnar
