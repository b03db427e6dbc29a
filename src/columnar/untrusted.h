// Checks values that came out of a file somebody else wrote, where a decoder takes them as they are.
#pragma once

#include <vector>

#include "tenon/record_batch.h"
#include "tenon/status.h"

namespace tenon::columnar {

// kDataError names the column that holds text which is not UTF-8, a decimal beyond its precision, or a time outside of
// a day. Columns for which `checked` is set are passed over. Any thread.
// REQUIRES: a canonical batch without choices whose lengths and offsets are right.
Status CheckUntrusted(const RecordBatch& batch, const std::vector<bool>& checked = {});

}  // namespace tenon::columnar
