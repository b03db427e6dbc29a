#include "columnar/parquet/lent_pool.h"

#include <arrow/status.h>

namespace tenon::columnar {

arrow::Status LentPool::Reserve(int64_t bytes) {
  const int64_t now = bytes_.fetch_add(bytes) + bytes;
  if (now <= most_bytes_) return arrow::Status::OK();
  bytes_.fetch_sub(bytes);
  return arrow::Status::OutOfMemory("More memory than one file may take: bytes=", now,
                                    " limit=", most_bytes_);
}

arrow::Status LentPool::Allocate(int64_t size, int64_t alignment, uint8_t** out) {
  ARROW_RETURN_NOT_OK(Reserve(size));
  arrow::Status status = parent_->Allocate(size, alignment, out);
  if (!status.ok()) {
    bytes_.fetch_sub(size);
    return status;
  }
  uses_.fetch_add(1);
  return status;
}

arrow::Status LentPool::Reallocate(int64_t old_size, int64_t new_size, int64_t alignment,
                                   uint8_t** ptr) {
  ARROW_RETURN_NOT_OK(Reserve(new_size - old_size));
  arrow::Status status = parent_->Reallocate(old_size, new_size, alignment, ptr);
  if (!status.ok()) bytes_.fetch_sub(new_size - old_size);
  return status;
}

void LentPool::Free(uint8_t* buffer, int64_t size, int64_t alignment) {
  parent_->Free(buffer, size, alignment);
  bytes_.fetch_sub(size);
  Drop();
}

void LentPool::Drop() {
  if (uses_.fetch_sub(1) == 1) delete this;  // Tidy: the owner and every buffer are gone.
}

}  // namespace tenon::columnar
