// Rows as text that is equal exactly when the rows are. Private to the door. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tenon/column_view.h"

namespace tenon::internal {

// Adds one text per row of the batch. REQUIRES: batch.layout() == nullptr.
void AppendRowTexts(const RecordBatch& batch, std::vector<std::string>* rows);

void AppendCellText(const ColumnView& column, int64_t row, std::string* text);

}  // namespace tenon::internal
