#include "base/process_folder.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "base/platform_file.h"
#include "base/platform_process.h"
#include "base/text.h"

namespace tenon::base {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kKinds[] = {"sort", "spool"};
constexpr size_t kUuidLength = 36;
constexpr size_t kUuidDashes[] = {8, 13, 18, 23};

bool IsBootId(std::string_view text) {
  const auto dash = [&](size_t at) { return text[at] == '-'; };
  return text.empty() || (text.size() == kUuidLength &&
                          std::all_of(std::begin(kUuidDashes), std::end(kUuidDashes), dash));
}

std::string NameOf(std::string_view kind, const ProcessIdentity& process, int n) {
  return std::string(kind) + "." + std::to_string(process.pid) + "." +
         std::to_string(process.start) + "." + std::to_string(n) + "." + process.boot_id + "." +
         process.host;
}

std::optional<ProcessIdentity> OwnerOf(const std::string& name) {
  const std::vector<std::string_view> parts = Split(name, '.');
  if (parts.size() < 6 || !IsBootId(parts[4])) return std::nullopt;
  if (std::count(std::begin(kKinds), std::end(kKinds), parts[0]) == 0) return std::nullopt;
  const std::optional<int64_t> pid = ParseInteger(parts[1]), start = ParseInteger(parts[2]);
  if (!pid || !start || !ParseInteger(parts[3])) return std::nullopt;
  // The host's name may have dots of its own.
  const auto host = static_cast<size_t>(parts[5].data() - name.data());
  return ProcessIdentity{
      .pid = *pid, .boot_id = std::string(parts[4]), .host = name.substr(host), .start = *start};
}

}  // namespace

Result<ProcessFolder> ProcessFolder::Make(const std::string& parent, std::string_view kind) {
  std::error_code error;
  fs::create_directories(parent, error);
  if (error) return NoFolder("Spill folder could not be made", parent, error.value());
  const ProcessIdentity process = CurrentProcess();
  for (int n = 0;; ++n) {
    std::string folder = parent + "/" + NameOf(kind, process, n);
    if (::mkdir(folder.c_str(), 0700) == 0) return ProcessFolder(std::move(folder));
    if (errno != EEXIST) return NoFolder("Spill folder could not be made", folder, errno);
  }
}

ProcessFolder::ProcessFolder(ProcessFolder&& other) noexcept
    : path_(std::exchange(other.path_, {})) {}

ProcessFolder& ProcessFolder::operator=(ProcessFolder&& other) noexcept {
  std::swap(path_, other.path_);
  return *this;
}

ProcessFolder::~ProcessFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

bool ProcessFolder::RemoveIfEmpty() {
  if (path_.empty() || ::rmdir(path_.c_str()) != 0) return false;
  path_.clear();
  return true;
}

Result<int> SweepProcessFolders(const std::string& parent) {
  std::error_code error;
  fs::directory_iterator entries(parent, error);
  if (error == std::errc::no_such_file_or_directory) return 0;
  if (error) return FileError("Spill folder could not be read", parent, error.value());
  int swept = 0;
  Status first_failure;
  for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
    const fs::path& path = entries->path();
    const std::optional<ProcessIdentity> owner = OwnerOf(path.filename().string());
    std::error_code failure;
    if (!owner || MayBeAlive(*owner) || !fs::is_directory(entries->symlink_status(failure)))
      continue;
    fs::remove_all(path, failure);
    if (!failure) {
      ++swept;
    } else if (first_failure.ok()) {
      first_failure =
          FileError("Folder of a process that is gone could not be removed", path, failure.value());
    }
  }
  TENON_RETURN_IF_ERROR(std::move(first_failure));
  return swept;
}

}  // namespace tenon::base
