// Parts of batches, and batches put together. Canonical batches only (layout() == nullptr). Any thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "columnar/share.h"
#include "tenon/record_batch.h"
#include "tenon/result.h"

namespace tenon::columnar {

// Rows [offset, offset + rows) without copying a value; the slice keeps the whole buffers alive. kInternal when the
// range is not inside the batch.
Result<RecordBatch> Slice(const SharedBatch& batch, int64_t offset, int64_t rows);
Result<RecordBatch> Slice(RecordBatch batch, int64_t offset, int64_t rows);

// All rows in order, copied. A single batch is returned as it is; none gives an empty batch without columns.
// kInternal when the schemas differ, kResourceExhausted when the text of one column would pass 2 GiB.
Result<RecordBatch> Concatenate(std::vector<RecordBatch> batches);

// The rows whose bit is set; bit i is bitmap[i / 8] >> (i % 8) & 1. Free when all or no bits are set. kInternal when
// the bitmap is shorter than the batch.
Result<RecordBatch> Filter(RecordBatch batch, const std::vector<uint8_t>& keep_bitmap);

// Row indices[i] becomes row i; rows may repeat. kInternal when one is out of range.
Result<RecordBatch> TakeRows(RecordBatch batch, std::span<const int64_t> indices);

// One column out of several of the same type and length: each row's value is that of the last column that has one.
// kInternal when there is none or they differ.
Result<Column> MergeColumns(const std::vector<Column>& columns);

}  // namespace tenon::columnar
