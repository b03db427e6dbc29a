// Memory for the columns of batches that keeps what comes back for the next batch, which needs as much again: the
// system clears each fresh page, which costs more than to fill it. One for all readers of a scan; whoever holds a block
// keeps this alive. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace tenon::columnar {

class KeptBlocks {
 public:
  // Smaller ones are not worth it.
  static constexpr size_t kLeastBytes = 32 << 10;
  static constexpr size_t kAlignment = 64;

  // At most so many bytes wait to be used again.
  explicit KeptBlocks(size_t most_bytes) : most_bytes_(most_bytes) {}
  ~KeptBlocks() { Stop(); }
  KeptBlocks(const KeptBlocks&) = delete;
  KeptBlocks& operator=(const KeptBlocks&) = delete;

  // The bytes that Take gives for `size`: in steps of a quarter of a power of two, so that columns of about the same
  // length share blocks.
  static size_t BlockBytes(size_t size);

  // BlockBytes(size) bytes with anything in them, aligned; null: there is no memory. The caller gives them back.
  uint8_t* Take(size_t size);
  // `size` as it was taken.
  void GiveBack(uint8_t* block, size_t size);
  // What comes back from here on is freed, what waits too: the last reader is gone.
  void Stop();
  size_t waiting_bytes() const;

 private:
  struct Block {
    uint8_t* bytes = nullptr;
    size_t size = 0;
  };

  const size_t most_bytes_;
  mutable std::mutex mutex_;  // Of what follows.
  std::vector<Block> waiting_;
  size_t waiting_bytes_ = 0;
  bool stopped_ = false;
};

}  // namespace tenon::columnar
