// Finds the rows of a batch for which a predicate is true. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <vector>

#include "tenon/expression.h"
#include "tenon/record_batch.h"
#include "tenon/result.h"

namespace tenon::expression {

// One bit a row, the lowest first, set where the predicate is true: not where it is false, not where it is null. Bits
// beyond the last row are 0. Literals need not be bound: they are compared as bind.h would. A column that the batch
// lacks is null in every row, because batches of a self-describing source omit what is absent; a choice is compared in
// the type of each row, and rows whose type cannot be compared with the literal count as null.
// Errors: TN1030 a value that cannot be the column's, TN1031 a text. REQUIRES: batch.layout() == nullptr.
Result<std::vector<uint8_t>> Evaluate(const Predicate& predicate, const RecordBatch& batch);
// True for all of them.
Result<std::vector<uint8_t>> EvaluateAll(const std::vector<Predicate>& conjuncts,
                                         const RecordBatch& batch);

// How many bits are set.
int64_t CountTrue(const std::vector<uint8_t>& bitmap);

}  // namespace tenon::expression
