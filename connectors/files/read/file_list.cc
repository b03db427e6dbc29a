#include "connectors/files/read/file_list.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <unordered_set>
#include <utility>

#include "base/error_catalog.h"
#include "base/json.h"
#include "tenon/option_spec.h"

namespace tenon::files {
namespace {

using base::Json;
using object_store::ObjectInfo;

std::string_view NameOf(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool IsHidden(std::string_view path) {
  const std::string_view name = NameOf(path);
  return name.starts_with('_') || name.starts_with('.');
}

// What stands beside a path that is not there: "Did you mean …?".
std::string NearestPathHint(const std::string& path) {
  std::filesystem::path missing(path);
  std::error_code ignored;
  while (missing.has_relative_path() && !std::filesystem::exists(missing.parent_path(), ignored)) {
    missing = missing.parent_path();
  }
  const std::filesystem::path folder = missing.parent_path();
  std::vector<std::string> names;
  std::filesystem::directory_iterator entries(folder, ignored);
  for (; !ignored && entries != std::filesystem::directory_iterator(); entries.increment(ignored)) {
    names.push_back(entries->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  const std::string nearest = NearestName(missing.filename().string(), names);
  if (!nearest.empty()) return "Did you mean " + (folder / nearest).string() + "?";
  return "The folder " + folder.string() + (names.empty() ? " is empty." : " has no such name.");
}

Status NotThere(const std::string& path) {
  return Status::NotFound("Path is not there: path=" + path)
      .WithHint(NearestPathHint(path))
      .WithNumber(base::kErrFileNotFound);
}

Result<ObjectInfo> Look(object_store::Store& store, const std::string& path) {
  Result<ObjectInfo> info = store.Stat(path);
  if (!info.ok() && info.status().Is(StatusCode::kNotFound)) return NotThere(path);
  return info;
}

// Collects the files of one path.
class Lister {
 public:
  Lister(object_store::Store& store, const FileSelection& selection)
      : store_(store), selection_(selection) {}

  Status AddPath(const std::string& path) {
    TENON_ASSIGN_OR_RETURN(ObjectInfo info, Look(store_, path));
    if (!info.folder) {
      Add(std::move(info));
      return Status::Ok();
    }
    const size_t before = files_.size();
    int64_t excluded = 0, hidden = 0, folders = 0;
    const size_t root = path.ends_with('/') ? path.size() : path.size() + 1;
    const auto is_excluded = [&](const std::string& each) {
      const std::string_view relative = std::string_view(each).substr(root);
      return std::any_of(selection_.exclusions.begin(), selection_.exclusions.end(),
                         [&](const PathPattern& pattern) { return pattern.Matches(relative); });
    };
    const auto enter = [&](const std::string& folder) {
      ++folders;
      return selection_.recurse && !IsHidden(folder);
    };
    TENON_RETURN_IF_ERROR(store_.List(path, enter, [&](const ObjectInfo& each) {
      if (IsHidden(each.path)) {
        ++hidden;
      } else if (is_excluded(each.path)) {
        ++excluded;
      } else {
        Add(each);
      }
      return Status::Ok();
    }));
    if (files_.size() > before || excluded > 0) return Status::Ok();
    return NothingToRead(path, hidden, folders);
  }

  std::vector<ListedFile> Take() { return std::move(files_); }

 private:
  void Add(const ObjectInfo& info) {
    if (!seen_.insert(info.path).second) return;
    files_.push_back({.path = info.path, .bytes = info.bytes, .modified_ns = info.modified_ns});
  }

  Status NothingToRead(const std::string& path, int64_t hidden, int64_t folders) const {
    std::string hint = "Name a folder that has files, or a file.";
    if (folders > 0 && !selection_.recurse) {
      hint = "It has folders: set recurse to true to read what is in them.";
    } else if (hidden > 0) {
      hint = "Files whose names start with _ or . are left out.";
    }
    return Status::NotFound("Folder has no files to read: path=" + path + " hidden=" +
                            std::to_string(hidden) + " folders=" + std::to_string(folders))
        .WithHint(std::move(hint))
        .WithNumber(base::kErrFileNotFound);
  }

  object_store::Store& store_;
  const FileSelection& selection_;
  std::unordered_set<std::string> seen_;
  std::vector<ListedFile> files_;
};

Status Changed(const ListedFile& file, const std::string& how) {
  return Status::Conflict("File is not what it was when it was first read: path=" + file.path + how)
      .WithHint("Bring the file back, or forget the cut run to read everything anew.")
      .WithNumber(base::kErrSourceChanged);
}

Status CheckUnchanged(object_store::Store& store, const ListedFile& file) {
  Result<ObjectInfo> info = store.Stat(file.path);
  if (!info.ok()) {
    if (info.status().Is(StatusCode::kNotFound)) return Changed(file, " now=gone");
    return std::move(info).status();
  }
  if (info->bytes != file.bytes) {
    return Changed(file,
                   " bytes=" + std::to_string(file.bytes) + " now=" + std::to_string(info->bytes));
  }
  if (info->modified_ns != file.modified_ns) return Changed(file, " changed=modification time");
  return Status::Ok();
}

}  // namespace

Status CheckPathsExist(object_store::Store& store, const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    TENON_RETURN_IF_ERROR(Look(store, path).status());
  }
  return Status::Ok();
}

Result<std::vector<ListedFile>> ListFiles(object_store::Store& store,
                                          const FileSelection& selection) {
  Lister lister(store, selection);
  for (const std::string& path : selection.paths) TENON_RETURN_IF_ERROR(lister.AddPath(path));
  return lister.Take();
}

std::string PinOf(const std::vector<ListedFile>& files) {
  Json list = Json::array();
  for (const ListedFile& file : files)
    list.push_back(Json::array({file.path, file.bytes, file.modified_ns}));
  return base::DumpJson(Json{{"v", 1}, {"files", std::move(list)}});
}

Result<std::vector<ListedFile>> ReadPin(object_store::Store& store, const std::string& pin) {
  const Status malformed = Status::InvalidArgument("Pin is not one of the files connector");
  Result<Json> json = base::ParseJson(pin);
  if (!json.ok() || !json->is_object() || !json->contains("v") || (*json)["v"] != 1 ||
      !json->contains("files"))
    return malformed;
  const Json& list = (*json)["files"];
  if (!list.is_array()) return malformed;
  std::vector<ListedFile> files;
  for (const Json& entry : list) {
    if (!entry.is_array() || entry.size() != 3 || !entry[0].is_string() ||
        !entry[1].is_number_integer() || !entry[2].is_number_integer()) {
      return malformed;
    }
    files.push_back({.path = entry[0].get<std::string>(),
                     .bytes = entry[1].get<int64_t>(),
                     .modified_ns = entry[2].get<int64_t>()});
    TENON_RETURN_IF_ERROR(CheckUnchanged(store, files.back()));
  }
  return files;
}

}  // namespace tenon::files
