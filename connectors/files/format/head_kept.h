// A file whose first bytes have been looked at, which are not read again: of a small file these are all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "object_store/store.h"

namespace tenon::files {

// One thread.
class HeadKept : public object_store::RangeReader {
 public:
  // Reads up to `head_bytes`. `file_bytes`: kUnknownEnd when only reading tells. Errors of the file.
  static Result<std::unique_ptr<HeadKept>> Read(std::unique_ptr<object_store::RangeReader> file,
                                                int64_t file_bytes, int64_t head_bytes);

  // What it keeps: all of the file, or so many bytes. Valid as long as this lives.
  std::string_view head() const {
    return {reinterpret_cast<const char*>(head_.data()), head_.size()};
  }

  Result<size_t> ReadAt(int64_t offset, std::span<uint8_t> out) override;
  void Expect(int64_t begin, int64_t end) override;

 private:
  HeadKept(std::unique_ptr<object_store::RangeReader> file, std::vector<uint8_t> head, bool whole)
      : file_(std::move(file)), head_(std::move(head)), whole_(whole) {}

  const std::unique_ptr<object_store::RangeReader> file_;
  const std::vector<uint8_t> head_;
  const bool whole_;  // There is nothing behind the head.
};

}  // namespace tenon::files
