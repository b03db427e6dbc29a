#include "base/private_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/failpoint.h"
#include "base/hash.h"
#include "base/platform_file.h"

namespace tenon::base {
namespace {

constexpr mode_t kOwnerOnly = 0600;
constexpr mode_t kOwnersFolder = 0700;

// Closes what it was given.
class Descriptor {
 public:
  explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  int get() const { return descriptor_; }

 private:
  const int descriptor_;
};

std::filesystem::path FolderOf(const std::filesystem::path& file) {
  const std::filesystem::path folder = file.parent_path();
  return folder.empty() ? std::filesystem::path(".") : folder;
}

// 0, or the errno.
int WriteAll(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<size_t>(written));
  }
  return fsync(descriptor) == 0 || errno == EINVAL ? 0 : errno;
}

// What `put` does with the finished file, given its name until then, is the one visible step; it gives 0 or the errno.
template <typename Put>
Status WriteWhole(const std::filesystem::path& file, std::string_view text, const Put& put) {
  TENON_ASSIGN_OR_RETURN(const std::string unique, RandomHex(64));
  const std::filesystem::path unfinished =
      FolderOf(file) / ("." + unique + std::string(kUnfinished));
  int error = 0;
  {
    const Descriptor made(
        open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly));
    if (made.get() < 0) return FileError("File cannot be written", file, errno);
    error = WriteAll(made.get(), text);
  }
  TENON_FAILPOINT("S01", file.filename().string());
  if (error == 0) error = put(unfinished);
  unlink(unfinished.c_str());  // Gone already where it was renamed.
  if (error == EEXIST) return Status::AlreadyExists("File is there: path=" + file.string());
  if (error != 0) return FileError("File cannot be written", file, error);
  TENON_FAILPOINT("S02", file.filename().string());
  return SyncFolder(FolderOf(file));
}

}  // namespace

Status MakePrivateFolder(const std::filesystem::path& folder) {
  struct stat facts;
  if (stat(folder.c_str(), &facts) == 0 && S_ISDIR(facts.st_mode) &&
      (facts.st_mode & 0777) == kOwnersFolder) {
    return Status::Ok();
  }
  TENON_RETURN_IF_ERROR(MakeFolders(folder));
  if (chmod(folder.c_str(), kOwnersFolder) != 0)
    return FileError("Rights of a folder cannot be set", folder, errno);
  return Status::Ok();
}

Status WritePrivateFile(const std::filesystem::path& file, std::string_view text) {
  return WriteWhole(file, text, [&](const std::filesystem::path& unfinished) {
    return rename(unfinished.c_str(), file.c_str()) == 0 ? 0 : errno;
  });
}

Status MakePrivateFile(const std::filesystem::path& file, std::string_view text) {
  return WriteWhole(file, text, [&](const std::filesystem::path& unfinished) {
    return link(unfinished.c_str(), file.c_str()) == 0 ? 0 : errno;
  });
}

void SweepUnfinished(const std::filesystem::path& folder) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    if (entry.path().filename().string().ends_with(kUnfinished)) unlink(entry.path().c_str());
  }
}

Result<std::string> ReadSmallFile(const std::filesystem::path& file, size_t max_bytes) {
  const Descriptor opened(open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (opened.get() < 0) return FileError("File cannot be read", file, errno);
  std::string text(max_bytes + 1, '\0');
  size_t filled = 0;
  while (filled < text.size()) {
    const ssize_t count = read(opened.get(), text.data() + filled, text.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EISDIR) {
      return Status::InvalidArgument("Is a folder and no file: path=" + file.string())
          .WithHint("Name the file in it.");
    }
    if (count < 0) return FileError("File cannot be read", file, errno);
    if (count == 0) break;
    filled += static_cast<size_t>(count);
  }
  if (filled > max_bytes) {
    explicit_bzero(text.data(), text.size());
    return Status::InvalidArgument("File is too large: path=" + file.string() +
                                   " max_bytes=" + std::to_string(max_bytes));
  }
  std::string whole = text.substr(0, filled);
  explicit_bzero(text.data(), text.size());  // It may be a secret's.
  return whole;
}

Status RemoveFile(const std::filesystem::path& file) {
  if (unlink(file.c_str()) != 0) return FileError("File cannot be removed", file, errno);
  return SyncFolder(FolderOf(file));
}

}  // namespace tenon::base
