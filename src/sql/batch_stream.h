// A stream of batches of one schema: what a query reads and what it gives.
#pragma once

#include <cstdint>
#include <optional>

#include "tenon/record_batch.h"
#include "tenon/result.h"

namespace tenon::sql {

// One thread at a time, which may change from call to call. After an error only the destructor is legal.
class BatchStream {
 public:
  virtual ~BatchStream() = default;
  virtual const SchemaPtr& schema() const = 0;
  // How many there are in all, where it is known. The same at any time.
  virtual std::optional<int64_t> rows() const { return std::nullopt; }
  // The next batch, in canonical layout; nullopt at the end, and from then on always nullopt.
  virtual Result<std::optional<RecordBatch>> Next() = 0;
};

}  // namespace tenon::sql
