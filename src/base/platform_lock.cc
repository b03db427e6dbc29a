#include "base/platform_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <thread>
#include <utility>

#include "base/platform_file.h"

namespace tenon::base {
namespace {

constexpr size_t kMaxTextBytes = 4096;
constexpr std::chrono::milliseconds kAskAgain{5};

// 0 when taken, else the errno; EWOULDBLOCK: somebody else has it.
int TakeExclusive(int descriptor) {
  int result;
  do {
    result = flock(descriptor, LOCK_EX | LOCK_NB);
  } while (result != 0 && errno == EINTR);
  return result == 0 ? 0 : errno;
}

}  // namespace

Result<std::unique_ptr<FileLock>> FileLock::TryTake(const std::filesystem::path& file) {
  const int descriptor = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor < 0) return FileError("Lock file cannot be opened", file, errno);
  std::unique_ptr<FileLock> lock(new FileLock(descriptor));
  const int error = TakeExclusive(descriptor);
  if (error == EWOULDBLOCK) return std::unique_ptr<FileLock>();
  if (error != 0) return FileError("File cannot be locked", file, error);
  return lock;
}

Result<std::unique_ptr<FileLock>> FileLock::Take(const std::filesystem::path& file,
                                                 std::chrono::milliseconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  for (;;) {
    TENON_ASSIGN_OR_RETURN(std::unique_ptr<FileLock> lock, TryTake(file));
    if (lock != nullptr || std::chrono::steady_clock::now() >= end) return lock;
    std::this_thread::sleep_for(kAskAgain);
  }
}

FileLock::~FileLock() { close(descriptor_); }

Status FileLock::SetText(std::string_view text) {
  text = text.substr(0, kMaxTextBytes);
  if (pwrite(descriptor_, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()) ||
      ftruncate(descriptor_, static_cast<off_t>(text.size())) != 0)
    return FileError("Lock file cannot be written", "(locked)", errno);
  return Status::Ok();
}

Result<std::string> FileLock::ReadText(const std::filesystem::path& file) {
  const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return FileError("Lock file cannot be read", file, errno);
  std::string text(kMaxTextBytes, '\0');
  const ssize_t count = pread(descriptor, text.data(), text.size(), 0);
  const int error = errno;
  close(descriptor);
  if (count < 0) return FileError("Lock file cannot be read", file, error);
  text.resize(static_cast<size_t>(count));
  return text;
}

Result<bool> FileLock::IsHeld(const std::filesystem::path& file) {
  const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    if (errno == ENOENT) return false;
    return FileError("Lock file cannot be read", file, errno);
  }
  // A shared lock is enough to ask with, and two who ask do not see each other.
  const int error = flock(descriptor, LOCK_SH | LOCK_NB) == 0 ? 0 : errno;
  close(descriptor);
  if (error != 0 && error != EWOULDBLOCK) return FileError("File cannot be locked", file, error);
  return error != 0;
}

}  // namespace tenon::base
