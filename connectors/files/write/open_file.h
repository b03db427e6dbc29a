// A file of the local disk that is put together out of others. One thread at a time; closed at its end.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "tenon/result.h"

namespace tenon::files {

class OpenFile {
 public:
  // Every error of this class names the file and says what the system said.
  static Result<OpenFile> Read(std::string path);
  // An empty file, whatever was there.
  static Result<OpenFile> Make(std::string path);

  OpenFile(OpenFile&& other) noexcept
      : path_(std::move(other.path_)),
        descriptor_(std::exchange(other.descriptor_, -1)),
        bytes_(other.bytes_) {}
  OpenFile& operator=(OpenFile&&) = delete;
  ~OpenFile();

  Result<int64_t> Size() const;
  // kDataError: the file is shorter.
  Status ReadAt(int64_t offset, std::span<uint8_t> out) const;

  Status Append(std::span<const uint8_t> bytes);
  // Bytes [begin, end) of another file, by the kernel where it can.
  Status AppendFrom(const OpenFile& from, int64_t begin, int64_t end);
  // How many were appended.
  int64_t bytes() const { return bytes_; }
  // Returns when the content is on the disk.
  Status Sync();

 private:
  OpenFile(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}

  std::string path_;
  int descriptor_;
  int64_t bytes_ = 0;
};

}  // namespace tenon::files
