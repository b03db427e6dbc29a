#include "tenon/reusable_batch.h"

#include <atomic>
#include <utility>
#include <vector>

#include "door/check.h"

namespace tenon {
namespace {

int64_t CountBelow(const ArrowArray& array) {
  int64_t count = array.n_children;
  for (int64_t i = 0; i < array.n_children; ++i) count += CountBelow(*array.children[i]);
  return count;
}

}  // namespace

struct ReusableBatch::Core {
  explicit Core(RecordBatch given) : batch(std::move(given)), nodes(CountBelow(batch.array())) {}
  RecordBatch batch;
  int64_t nodes;  // Arrays below the top one.
};

namespace {

// The array structures of one hand-out. A consumer may move any of them out and release it by itself, so the block
// lives until the last one was released; the buffers live as long as the block.
class SharedArrays {
 public:
  SharedArrays(std::shared_ptr<const void> owner, int64_t nodes) : owner_(std::move(owner)) {
    nodes_.reserve(static_cast<size_t>(nodes));
    pointers_.reserve(static_cast<size_t>(nodes));
  }

  // `array` and all below it, as structures of this block.
  ArrowArray Copy(const ArrowArray& array) {
    ArrowArray copy = array;
    // Room for the pointers of this level first: they must stand side by side.
    const size_t first = pointers_.size();
    pointers_.resize(first + static_cast<size_t>(array.n_children));
    for (int64_t i = 0; i < array.n_children; ++i) {
      const ArrowArray child = Copy(*array.children[i]);
      nodes_.push_back(child);
      pointers_[first + static_cast<size_t>(i)] = &nodes_.back();
    }
    copy.children = array.n_children > 0 ? pointers_.data() + first : nullptr;
    copy.release = Release;
    copy.private_data = this;
    references_.fetch_add(1, std::memory_order_relaxed);
    return copy;
  }

 private:
  static void Release(ArrowArray* array) {
    for (int64_t i = 0; i < array->n_children; ++i) {
      if (array->children[i]->release != nullptr) array->children[i]->release(array->children[i]);
    }
    array->release = nullptr;
    auto* block = static_cast<SharedArrays*>(array->private_data);
    if (block->references_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      std::unique_ptr<SharedArrays> last(block);
    }
  }

  std::shared_ptr<const void> owner_;
  std::vector<ArrowArray> nodes_;
  std::vector<ArrowArray*> pointers_;
  std::atomic<int64_t> references_{0};
};

}  // namespace

ReusableBatch::ReusableBatch(RecordBatch batch) {
  TENON_DOOR_CHECK(batch.layout() == nullptr);
  core_ = std::make_shared<const Core>(std::move(batch));
}

const SchemaPtr& ReusableBatch::schema_ptr() const { return core_->batch.schema_ptr(); }

int64_t ReusableBatch::num_rows() const { return core_->batch.num_rows(); }

RecordBatch ReusableBatch::Share(int64_t offset, int64_t rows) const {
  TENON_DOOR_CHECK(offset >= 0 && rows >= 0 && offset + rows <= num_rows());
  if (core_->batch.num_columns() == 0) return RecordBatch::RowCount(rows);
  auto block = std::make_unique<SharedArrays>(core_, core_->nodes);
  ArrowArray array = block.release()->Copy(core_->batch.array());
  if (rows != num_rows()) {
    // The slice is taken in each column, so that the batch itself begins at 0.
    for (int64_t i = 0; i < array.n_children; ++i) {
      ArrowArray& column = *array.children[i];
      column.offset += array.offset + offset;
      column.length = rows;
      if (column.null_count != 0) column.null_count = -1;  // Not counted.
    }
    array.offset = 0;
    array.length = rows;
  }
  // The shape was checked when the batch was made.
  Result<RecordBatch> shared = RecordBatch::Take(core_->batch.schema_ptr(), &array);
  return shared.ok() ? *std::move(shared) : RecordBatch();
}

}  // namespace tenon
