// Rows of a batch as text that keeps every type apart, so that a test can compare rows whatever
// columns they share a batch with: {"a":int 1,"b":[long 3000000000,null]}. Names are sorted;
// members that are null are left out, because absent and null are one thing; doubles are
// hexadecimal, so that equal text is equal bits.
#pragma once

#include <string>

#include "tenon/column_view.h"
#include "tenon/record_batch.h"

namespace tenon::testing {

std::string TypedText(const ColumnView& column, int64_t row);
// REQUIRES: batch.layout() == nullptr.
std::string TypedRow(const RecordBatch& batch, int64_t row);

// The text of a value of each kind, for what should come out.
std::string TypedDouble(double value);
std::string TypedString(std::string_view value);

}  // namespace tenon::testing
