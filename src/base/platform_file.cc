#include "base/platform_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>

#include "base/error_catalog.h"

namespace tenon::base {
namespace {

Status Sync(const std::filesystem::path& path, int flags) {
  const int descriptor = open(path.c_str(), flags | O_CLOEXEC);
  if (descriptor < 0) return FileError("Cannot be opened to make it durable", path, errno);
  const int error = fsync(descriptor) == 0 ? 0 : errno;
  close(descriptor);
  // A file system that has no fsync for folders says EINVAL, and keeps them durable by itself.
  if (error != 0 && error != EINVAL) return FileError("Cannot be made durable", path, error);
  return Status::Ok();
}

}  // namespace

Status FileError(const char* what, const std::filesystem::path& path, int error) {
  StatusCode code = StatusCode::kUnavailable;
  switch (error) {
    case ENOENT:
    case ENOTDIR: code = StatusCode::kNotFound; break;
    case EACCES:
    case EPERM:
    case EROFS: code = StatusCode::kPermissionDenied; break;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
    case EMFILE:
    case ENFILE: code = StatusCode::kResourceExhausted; break;
    // No second attempt would do better.
    case ENAMETOOLONG: code = StatusCode::kInvalidArgument; break;
    default: break;
  }
  Status status(code, std::string(what) + ": path=" + path.string() +
                          " error=" + std::generic_category().message(error));
  if (code != StatusCode::kPermissionDenied) return status;
  return std::move(status)
      .WithNumber(kErrNoRights)
      .WithHint("Ask for the right to it, or name another place.");
}

Status NoFolder(const char* what, const std::filesystem::path& path, int error) {
  Status refused = FileError(what, path, error);
  if (!refused.Is(StatusCode::kNotFound)) return refused;
  return std::move(refused)
      .WithNumber(kErrNoFolder)
      .WithHint("Name another place: this one takes no folders.");
}

Status SyncFile(const std::filesystem::path& file) { return Sync(file, O_RDONLY); }

Status SyncFolder(const std::filesystem::path& folder) {
  return Sync(folder, O_RDONLY | O_DIRECTORY);
}

Status MakeFolders(const std::filesystem::path& folder) {
  struct stat facts;
  if (stat(folder.c_str(), &facts) == 0) {
    if (S_ISDIR(facts.st_mode)) return Status::Ok();
    return NoFolder("Is no folder", folder, ENOTDIR);
  }
  const std::filesystem::path parent = folder.parent_path();
  if (!parent.empty() && parent != folder) TENON_RETURN_IF_ERROR(MakeFolders(parent));
  // Another process may have been faster.
  if (mkdir(folder.c_str(), 0777) != 0 && errno != EEXIST)
    return NoFolder("Folder cannot be made", folder, errno);
  return SyncFolder(parent.empty() ? std::filesystem::path(".") : parent);
}

}  // namespace tenon::base
