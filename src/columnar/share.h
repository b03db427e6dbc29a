// A batch that several readers hold at once.
#pragma once

#include <memory>
#include <vector>

#include "columnar/column.h"
#include "tenon/record_batch.h"

namespace tenon::columnar {

// An immutable batch with shared ownership; copies cost a reference count. Any thread.
class SharedBatch {
 public:
  SharedBatch() = default;
  // REQUIRES: batch.layout() == nullptr.
  explicit SharedBatch(RecordBatch batch);

  const SchemaPtr& schema_ptr() const { return schema_; }
  int64_t num_rows() const { return rows_; }
  const std::vector<Column>& columns() const { return *columns_; }
  // A batch of its own over the same buffers: two small allocations a column, no value is touched.
  RecordBatch Share() const;

 private:
  SchemaPtr schema_ = std::make_shared<const Schema>();
  int64_t rows_ = 0;
  std::shared_ptr<const std::vector<Column>> columns_ =
      std::make_shared<const std::vector<Column>>();
};

}  // namespace tenon::columnar
