// Rows of a shared batch as an Arrow array of their own, without copying a value: DuckDB takes 2,048 at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "tenon/record_batch.h"

namespace tenon::sql {

// Rows [first, first + rows) of these columns of `batch`. The array keeps the batch alive until it is released.
ArrowArray SliceColumns(std::shared_ptr<const RecordBatch> batch, std::span<const int> columns,
                        int64_t first, int64_t rows);

}  // namespace tenon::sql
