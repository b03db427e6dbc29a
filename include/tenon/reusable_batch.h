// One immutable batch that is handed out again and again: each hand-out is a batch of its own over the same buffers.
//
//   ReusableBatch rows(std::move(batch));
//   RecordBatch again = rows.Share();           // All rows; costs a few small allocations, no value is touched.
//   RecordBatch some = rows.Share(100, 50);     // Rows [100, 150).
//
// For sources that serve the same rows repeatedly and for tables in memory. A value; copies share. Any thread.
#pragma once

#include <cstdint>
#include <memory>

#include "tenon/record_batch.h"

namespace tenon {

class ReusableBatch {
 public:
  // REQUIRES: batch.layout() == nullptr.
  explicit ReusableBatch(RecordBatch batch);

  const SchemaPtr& schema_ptr() const;
  int64_t num_rows() const;
  RecordBatch Share() const { return Share(0, num_rows()); }
  // REQUIRES: 0 <= offset and 0 <= rows and offset + rows <= num_rows().
  RecordBatch Share(int64_t offset, int64_t rows) const;

 private:
  struct Core;
  std::shared_ptr<const Core> core_;
};

}  // namespace tenon
