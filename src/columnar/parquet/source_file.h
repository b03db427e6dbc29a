// A ByteSource as Arrow's file, which keeps the source's own errors and may hold ranges that were fetched ahead.
// Private to the module. ReadAt may be called concurrently; Fetch and Forget by nobody beside them.
#pragma once

#include <arrow/buffer.h>
#include <arrow/io/interfaces.h>
#include <arrow/result.h>
#include <arrow/status.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "columnar/byte_source.h"
#include "tenon/status.h"

namespace tenon::columnar {

struct ByteRange {
  int64_t offset = 0;
  int64_t bytes = 0;
};

// Neighbours put together when at most `most_gap` lies between them and the sum stays within `most_bytes`; sorted.
std::vector<ByteRange> Coalesce(std::vector<ByteRange> ranges, int64_t most_gap,
                                int64_t most_bytes);

class SourceFile : public arrow::io::RandomAccessFile {
 public:
  // Borrows `source`.
  SourceFile(ByteSource& source, arrow::MemoryPool* pool);

  arrow::Result<int64_t> ReadAt(int64_t position, int64_t bytes, void* out) override;
  arrow::Result<std::shared_ptr<arrow::Buffer>> ReadAt(int64_t position, int64_t bytes) override;
  arrow::Result<int64_t> GetSize() override { return source_.size(); }
  arrow::Result<int64_t> Tell() const override { return position_; }
  arrow::Status Seek(int64_t position) override {
    position_ = position;
    return arrow::Status::OK();
  }
  arrow::Result<int64_t> Read(int64_t bytes, void* out) override;
  arrow::Result<std::shared_ptr<arrow::Buffer>> Read(int64_t bytes) override;
  arrow::Status Close() override { return arrow::Status::OK(); }
  bool closed() const override { return false; }

  // Reads these ranges, several at a time, until `most_bytes` are held; ReadAt is served from them.
  arrow::Status Fetch(const std::vector<ByteRange>& ranges, int64_t most_bytes);
  void Forget() { fetched_.clear(); }

  // The source's error if there was one, else `status` in our words: what the file holds is wrong, or asks for more
  // memory than it may have. `place`: "row_group=3", or empty.
  Status Explain(const arrow::Status& status, std::string_view place) const;

 private:
  struct Fetched {
    int64_t offset;
    std::shared_ptr<arrow::Buffer> bytes;
  };

  const Fetched* Find(int64_t position, int64_t bytes) const;
  arrow::Result<int64_t> ReadSource(int64_t position, int64_t bytes, void* out);

  ByteSource& source_;
  arrow::MemoryPool* const pool_;
  int64_t position_ = 0;
  std::vector<Fetched> fetched_;  // Sorted.
  mutable std::mutex mutex_;      // Of error_.
  Status error_;
};

}  // namespace tenon::columnar
