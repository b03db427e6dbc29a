#include "columnar/share.h"

#include <utility>

namespace tenon::columnar {

SharedBatch::SharedBatch(RecordBatch batch)
    : schema_(batch.schema_ptr()),
      rows_(batch.num_rows()),
      columns_(std::make_shared<const std::vector<Column>>(TakeColumns(std::move(batch)))) {}

RecordBatch SharedBatch::Share() const {
  // The columns came out of one batch, so they make one again.
  return MakeBatch(schema_, *columns_, rows_).value();
}

}  // namespace tenon::columnar
