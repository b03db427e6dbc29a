// Arrow memory for one file, with a bound; large blocks are those of the scan. Buffers may outlive whoever asked for
// them: the pool lives until its owner and its last buffer are gone. Private to the module; any thread.
#pragma once

#include <arrow/memory_pool.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "columnar/kept_blocks.h"

namespace tenon::columnar {

class LentPool : public arrow::MemoryPool {
 public:
  struct Leave {
    void operator()(LentPool* pool) const { pool->Drop(); }
  };
  using Owner = std::unique_ptr<LentPool, Leave>;
  // More than `most_bytes` at once is OutOfMemory.
  static Owner Make(int64_t most_bytes, std::shared_ptr<KeptBlocks> blocks) {
    return Owner(new LentPool(most_bytes, std::move(blocks)));  // Tidy: it deletes itself.
  }

  using arrow::MemoryPool::Allocate;
  using arrow::MemoryPool::Free;
  using arrow::MemoryPool::Reallocate;
  arrow::Status Allocate(int64_t size, int64_t alignment, uint8_t** out) override;
  arrow::Status Reallocate(int64_t old_size, int64_t new_size, int64_t alignment,
                           uint8_t** ptr) override;
  void Free(uint8_t* buffer, int64_t size, int64_t alignment) override;
  int64_t bytes_allocated() const override { return bytes_; }
  int64_t max_memory() const override { return most_bytes_; }
  int64_t total_bytes_allocated() const override { return parent_->total_bytes_allocated(); }
  int64_t num_allocations() const override { return parent_->num_allocations(); }
  std::string backend_name() const override { return parent_->backend_name(); }

 private:
  LentPool(int64_t most_bytes, std::shared_ptr<KeptBlocks> blocks)
      : most_bytes_(most_bytes), blocks_(std::move(blocks)) {}
  ~LentPool() override = default;
  // One use of the pool has ended: the owner's, or a buffer's.
  void Drop();
  arrow::Status Reserve(int64_t bytes);
  arrow::Status TakeMemory(int64_t size, int64_t alignment, uint8_t** out);
  void GiveBack(uint8_t* buffer, int64_t size, int64_t alignment);

  arrow::MemoryPool* const parent_ = arrow::default_memory_pool();
  const int64_t most_bytes_;
  const std::shared_ptr<KeptBlocks> blocks_;
  std::atomic<int64_t> bytes_{0};
  std::atomic<int64_t> uses_{1};
};

}  // namespace tenon::columnar
