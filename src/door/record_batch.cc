#include "tenon/record_batch.h"

#include <string>
#include <utility>
#include <vector>

namespace tenon {
namespace {

constexpr const void* kNoBuffers[1] = {nullptr};

void ReleaseArray(ArrowArray* array) {
  if (array->release != nullptr) array->release(array);
}

// Checks what a batch of `columns` columns must hold for its cells to be found at all.
Status CheckShape(const Schema& schema, const ArrowArray& array) {
  if (array.release == nullptr) return Status::Internal("Batch was released already");
  if (array.n_children != schema.size()) {
    return Status::Internal("Batch has another number of columns than its schema: columns=" +
                            std::to_string(array.n_children) +
                            " schema=" + std::to_string(schema.size()));
  }
  if (array.length < 0 || array.offset < 0) {
    return Status::Internal("Batch has a negative length: rows=" + std::to_string(array.length) +
                            " offset=" + std::to_string(array.offset));
  }
  for (int i = 0; i < schema.size(); ++i) {
    const ArrowArray& column = *array.children[i];
    const bool long_enough = array.offset == 0 ? column.length == array.length
                                               : column.length >= array.offset + array.length;
    if (!long_enough) {
      return Status::Internal("Column has another length than its batch: column=" +
                              schema.field(i).name + " rows=" + std::to_string(column.length) +
                              " batch=" + std::to_string(array.offset + array.length));
    }
  }
  return Status::Ok();
}

struct OwnedLayout {
  explicit OwnedLayout(ArrowSchema* given) : schema(std::exchange(*given, ArrowSchema{})) {}
  OwnedLayout(const OwnedLayout&) = delete;
  OwnedLayout& operator=(const OwnedLayout&) = delete;
  ~OwnedLayout() {
    if (schema.release != nullptr) schema.release(&schema);
  }
  ArrowSchema schema;
};

// A struct array over some of the columns of another, which it keeps alive.
struct Projection {
  ArrowArray whole;
  std::vector<ArrowArray*> columns;

  static void Release(ArrowArray* array) {
    const std::unique_ptr<Projection> self(static_cast<Projection*>(array->private_data));
    ReleaseArray(&self->whole);
    array->release = nullptr;
  }
};

struct LayoutProjection {
  std::shared_ptr<const ArrowSchema> whole;
  std::vector<ArrowSchema*> columns;
  ArrowSchema layout;
};

std::shared_ptr<const ArrowSchema> ProjectLayout(std::shared_ptr<const ArrowSchema> whole,
                                                 std::span<const int> positions) {
  auto projection = std::make_shared<LayoutProjection>();
  for (int position : positions) projection->columns.push_back(whole->children[position]);
  projection->layout = *whole;
  projection->layout.n_children = static_cast<int64_t>(positions.size());
  projection->layout.children = projection->columns.data();
  projection->whole = std::move(whole);
  const ArrowSchema* layout = &projection->layout;
  return {std::move(projection), layout};
}

}  // namespace

const SchemaPtr& RecordBatch::EmptySchema() {
  static const SchemaPtr empty = std::make_shared<const Schema>();
  return empty;
}

RecordBatch::RecordBatch(RecordBatch&& other) noexcept
    : schema_(std::exchange(other.schema_, EmptySchema())),
      array_(std::exchange(other.array_, ArrowArray{})),
      layout_(std::exchange(other.layout_, nullptr)) {}

RecordBatch& RecordBatch::operator=(RecordBatch&& other) noexcept {
  if (this == &other) return *this;
  ReleaseArray(&array_);
  schema_ = std::exchange(other.schema_, EmptySchema());
  array_ = std::exchange(other.array_, ArrowArray{});
  layout_ = std::exchange(other.layout_, nullptr);
  return *this;
}

RecordBatch::~RecordBatch() { ReleaseArray(&array_); }

Result<RecordBatch> RecordBatch::Take(SchemaPtr schema, ArrowArray* array) {
  RecordBatch batch;
  batch.array_ = std::exchange(*array, ArrowArray{});
  TENON_RETURN_IF_ERROR(CheckShape(*schema, batch.array_));
  batch.schema_ = std::move(schema);
  return batch;
}

Result<RecordBatch> RecordBatch::TakeForeign(ArrowSchema* layout, ArrowArray* array) {
  auto owner = std::make_shared<OwnedLayout>(layout);
  std::shared_ptr<const ArrowSchema> owned(owner, &owner->schema);
  RecordBatch batch;
  batch.array_ = std::exchange(*array, ArrowArray{});
  TENON_ASSIGN_OR_RETURN(Schema schema, ImportSchema(*owned));
  TENON_RETURN_IF_ERROR(CheckShape(schema, batch.array_));
  batch.schema_ = std::make_shared<const Schema>(std::move(schema));
  if (!IsCanonical(*owned)) batch.layout_ = std::move(owned);
  return batch;
}

Result<RecordBatch> RecordBatch::TakeForeign(SchemaPtr schema,
                                             std::shared_ptr<const ArrowSchema> layout,
                                             ArrowArray* array) {
  TENON_ASSIGN_OR_RETURN(RecordBatch batch, Take(std::move(schema), array));
  batch.layout_ = std::move(layout);
  return batch;
}

RecordBatch RecordBatch::RowCount(int64_t rows) {
  RecordBatch batch;
  batch.array_.length = rows;
  batch.array_.n_buffers = 1;
  batch.array_.buffers = const_cast<const void**>(kNoBuffers);
  batch.array_.release = [](ArrowArray* array) { array->release = nullptr; };
  return batch;
}

RecordBatch RecordBatch::Project(std::span<const int> positions, SchemaPtr schema) && {
  RecordBatch batch;
  batch.schema_ = std::move(schema);
  if (layout_ != nullptr) batch.layout_ = ProjectLayout(std::exchange(layout_, nullptr), positions);
  auto projection = std::make_unique<Projection>();
  projection->columns.reserve(positions.size());
  for (int position : positions) projection->columns.push_back(array_.children[position]);
  batch.array_ = array_;
  batch.array_.n_children = static_cast<int64_t>(positions.size());
  batch.array_.children = projection->columns.empty() ? nullptr : projection->columns.data();
  batch.array_.dictionary = nullptr;
  batch.array_.release = Projection::Release;
  projection->whole = std::exchange(array_, ArrowArray{});
  batch.array_.private_data = projection.release();
  schema_ = EmptySchema();
  return batch;
}

ArrowArray RecordBatch::Release() && {
  schema_ = EmptySchema();
  layout_ = nullptr;
  return std::exchange(array_, ArrowArray{});
}

}  // namespace tenon
