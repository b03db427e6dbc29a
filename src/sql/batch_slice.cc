#include "sql/batch_slice.h"

#include <vector>

namespace tenon::sql {
namespace {

struct Slice {
  std::shared_ptr<const RecordBatch> batch;
  std::vector<ArrowArray> columns;
  std::vector<ArrowArray*> pointers;
  const void* no_validity = nullptr;
};

// The columns borrow from the batch, which the parent's private data keeps alive: a column that was moved out of the
// parent holds its own share.
struct Share {
  std::shared_ptr<const RecordBatch> batch;
};

void ReleaseColumn(ArrowArray* column) {
  const std::unique_ptr<Share> share(static_cast<Share*>(column->private_data));
  column->release = nullptr;
}

void ReleaseSlice(ArrowArray* array) {
  const std::unique_ptr<Slice> slice(static_cast<Slice*>(array->private_data));
  for (ArrowArray& column : slice->columns) {
    if (column.release != nullptr) column.release(&column);
  }
  array->release = nullptr;
}

}  // namespace

ArrowArray SliceColumns(std::shared_ptr<const RecordBatch> batch, std::span<const int> columns,
                        int64_t first, int64_t rows) {
  auto slice = std::make_unique<Slice>();
  slice->columns.reserve(columns.size());
  for (int index : columns) {
    ArrowArray column = *batch->array().children[index];
    column.offset += batch->array().offset + first;
    column.length = rows;
    if (column.null_count != 0) column.null_count = -1;  // Of the whole column; unknown for a part.
    column.private_data = std::make_unique<Share>(Share{batch}).release();
    column.release = ReleaseColumn;
    slice->columns.push_back(column);
  }
  for (ArrowArray& column : slice->columns) slice->pointers.push_back(&column);
  slice->batch = std::move(batch);

  ArrowArray array{};
  array.length = rows;
  array.n_buffers = 1;
  array.buffers = &slice->no_validity;
  array.n_children = static_cast<int64_t>(slice->pointers.size());
  array.children = slice->pointers.data();
  array.release = ReleaseSlice;
  array.private_data = slice.release();
  return array;
}

}  // namespace tenon::sql
