// How many bytes a batch keeps alive.
#pragma once

#include <cstdint>

#include "tenon/record_batch.h"

namespace tenon::columnar {

// Of all buffers, children included, as far as their contents tell: spare capacity behind the last value is not
// seen; bytes before a slice's offset are counted, since they stay alive. A buffer used twice counts twice. Works for
// canonical and foreign layouts, of which dictionaries are counted. Any thread.
int64_t BufferBytes(const RecordBatch& batch);

}  // namespace tenon::columnar
