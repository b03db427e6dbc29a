#include "connectors/files/write/open_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "base/platform_file.h"

namespace tenon::files {
namespace {

constexpr int64_t kCopyBytes = 1 << 20;

}  // namespace

Result<OpenFile> OpenFile::Read(std::string path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return base::FileError("File cannot be opened", path, errno);
  return OpenFile(std::move(path), descriptor);
}

Result<OpenFile> OpenFile::Make(std::string path) {
  const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) return base::FileError("File cannot be made", path, errno);
  return OpenFile(std::move(path), descriptor);
}

OpenFile::~OpenFile() {
  if (descriptor_ >= 0) close(descriptor_);
}

Result<int64_t> OpenFile::Size() const {
  struct stat facts;
  if (fstat(descriptor_, &facts) != 0)
    return base::FileError("File cannot be looked at", path_, errno);
  return static_cast<int64_t>(facts.st_size);
}

Status OpenFile::ReadAt(int64_t offset, std::span<uint8_t> out) const {
  while (!out.empty()) {
    const ssize_t got = pread(descriptor_, out.data(), out.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return base::FileError("File cannot be read", path_, errno);
    if (got == 0) {
      return Status::DataError("File is shorter than it was: path=" + path_ +
                               " offset=" + std::to_string(offset));
    }
    out = out.subspan(static_cast<size_t>(got));
    offset += got;
  }
  return Status::Ok();
}

Status OpenFile::Append(std::span<const uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t put = write(descriptor_, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return base::FileError("File cannot be written", path_, errno);
    bytes = bytes.subspan(static_cast<size_t>(put));
    bytes_ += put;
  }
  return Status::Ok();
}

Status OpenFile::AppendFrom(const OpenFile& from, int64_t begin, int64_t end) {
  off_t at = static_cast<off_t>(begin);
  while (at < end) {
    const ssize_t put = copy_file_range(from.descriptor_, &at, descriptor_, nullptr,
                                        static_cast<size_t>(end - at), 0);
    if (put < 0 && errno == EINTR) continue;
    if (put > 0) {
      bytes_ += put;
      continue;
    }
    // Not every pair of file systems can; what is left goes through memory.
    if (put < 0 && (errno == ENOSPC || errno == EDQUOT || errno == EFBIG || errno == EIO))
      return base::FileError("File cannot be written", path_, errno);
    break;
  }
  std::vector<uint8_t> block(static_cast<size_t>(std::min<int64_t>(end - at, kCopyBytes)));
  while (at < end) {
    const auto piece = std::span<uint8_t>(block).first(
        static_cast<size_t>(std::min<int64_t>(end - at, kCopyBytes)));
    TENON_RETURN_IF_ERROR(from.ReadAt(at, piece));
    TENON_RETURN_IF_ERROR(Append(piece));
    at += static_cast<off_t>(piece.size());
  }
  return Status::Ok();
}

Status OpenFile::Sync() {
  if (fsync(descriptor_) == 0) return Status::Ok();
  return base::FileError("File cannot be made durable", path_, errno);
}

}  // namespace tenon::files
