#include "columnar/parquet/lent_pool.h"

#include <arrow/status.h>

#include <algorithm>
#include <cstddef>

namespace tenon::columnar {
namespace {

// Whether a buffer is a block of the scan.
bool IsKept(int64_t size, int64_t alignment) {
  return size >= static_cast<int64_t>(KeptBlocks::kLeastBytes) &&
         alignment <= static_cast<int64_t>(KeptBlocks::kAlignment);
}

}  // namespace

arrow::Status LentPool::Reserve(int64_t bytes) {
  const int64_t now = bytes_.fetch_add(bytes) + bytes;
  if (now <= most_bytes_) return arrow::Status::OK();
  bytes_.fetch_sub(bytes);
  return arrow::Status::OutOfMemory("More memory than one file may take: bytes=", now,
                                    " limit=", most_bytes_);
}

arrow::Status LentPool::TakeMemory(int64_t size, int64_t alignment, uint8_t** out) {
  if (!IsKept(size, alignment)) return parent_->Allocate(size, alignment, out);
  *out = blocks_->Take(static_cast<size_t>(size));
  if (*out != nullptr) return arrow::Status::OK();
  return arrow::Status::OutOfMemory("The system has no memory: bytes=", size);
}

void LentPool::GiveBack(uint8_t* buffer, int64_t size, int64_t alignment) {
  if (!IsKept(size, alignment)) return parent_->Free(buffer, size, alignment);
  blocks_->GiveBack(buffer, static_cast<size_t>(size));
}

arrow::Status LentPool::Allocate(int64_t size, int64_t alignment, uint8_t** out) {
  ARROW_RETURN_NOT_OK(Reserve(size));
  arrow::Status status = TakeMemory(size, alignment, out);
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
  arrow::Status status;
  const bool was_kept = IsKept(old_size, alignment), is_kept = IsKept(new_size, alignment);
  if (was_kept && is_kept &&
      KeptBlocks::BlockBytes(static_cast<size_t>(old_size)) ==
          KeptBlocks::BlockBytes(static_cast<size_t>(new_size)))
    return status;
  if (!was_kept && !is_kept) {
    status = parent_->Reallocate(old_size, new_size, alignment, ptr);
  } else {
    uint8_t* moved = nullptr;
    status = TakeMemory(new_size, alignment, &moved);
    if (status.ok()) {
      std::copy_n(*ptr, std::min(old_size, new_size), moved);
      GiveBack(*ptr, old_size, alignment);
      *ptr = moved;
    }
  }
  if (!status.ok()) bytes_.fetch_sub(new_size - old_size);
  return status;
}

void LentPool::Free(uint8_t* buffer, int64_t size, int64_t alignment) {
  GiveBack(buffer, size, alignment);
  bytes_.fetch_sub(size);
  Drop();
}

void LentPool::Drop() {
  if (uses_.fetch_sub(1) == 1) delete this;  // Tidy: the owner and every buffer are gone.
}

}  // namespace tenon::columnar
