// Batches that break a rule of record_batch.h, so that whoever checks the rules can be tested.
#pragma once

#include <cstdint>
#include <string_view>

#include "tenon/record_batch.h"

namespace tenon::sequence {

// Breaks the rule named so (an allowed value of the option lie) in the batch of this number; other lies are told
// elsewhere and leave it alone.
Status Lie(std::string_view lie, int64_t batch_number, RecordBatch* batch);

}  // namespace tenon::sequence
