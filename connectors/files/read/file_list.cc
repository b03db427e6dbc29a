#include "connectors/files/read/file_list.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <optional>
#include <system_error>
#include <unordered_set>
#include <utility>

#include "base/error_catalog.h"
#include "tenon/option_spec.h"

namespace tenon::files {
namespace {

using object_store::ObjectInfo;
using object_store::Store;

std::string_view NameOf(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string_view FolderOf(std::string_view path) {
  return path.substr(0, path.size() - NameOf(path).size());
}

bool IsHidden(std::string_view path) {
  const std::string_view name = NameOf(path);
  return name.starts_with('_') || name.starts_with('.');
}

bool IsHiddenFolder(std::string_view path) { return IsHidden(path) && !IsHiveFolder(NameOf(path)); }

// What stands beside a path that is not there: "Did you mean …?".
std::string NearestPathHint(const std::string& path) {
  if (path.find("://") != std::string::npos) return "Check the bucket and the key.";
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

// What is at a path as it stands; nothing when it is a glob instead.
Result<std::optional<ObjectInfo>> Look(Store& store, const std::string& path) {
  Result<ObjectInfo> info = store.Stat(path);
  if (info.ok()) return std::optional<ObjectInfo>(*std::move(info));
  if (!info.status().Is(StatusCode::kNotFound)) return std::move(info).status();
  if (!PathPattern::IsPattern(path)) return NotThere(path);
  const std::string folder =
      path.substr(0, std::max<size_t>(PathPattern::FixedFolderBytes(path), 1));
  info = store.Stat(folder.size() > 1 ? folder.substr(0, folder.size() - 1) : folder);
  if (info.ok()) return std::optional<ObjectInfo>();
  return info.status().Is(StatusCode::kNotFound) ? NotThere(folder) : std::move(info).status();
}

// Ends a listing that has enough.
Status Enough() { return Status::Cancelled("enough files"); }

// Collects the files of one path after another.
class Lister {
 public:
  Lister(Store& store, const FileSelection& selection, const HiveFilter* filter)
      : store_(store),
        selection_(selection),
        filter_(filter != nullptr && !filter->empty() ? filter : nullptr),
        may_meet_twice_(selection.paths.size() > 1) {}

  Status AddPath(const std::string& path) {
    if (full_) return Status::Ok();
    TENON_ASSIGN_OR_RETURN(const std::optional<ObjectInfo> info, Look(store_, path));
    found_ = left_out_ = hidden_ = folders_ = 0;
    if (!info) {
      TENON_RETURN_IF_ERROR(AddGlob(path));
      return found_ + left_out_ > 0 ? Status::Ok() : NothingMatches(path);
    }
    if (!info->folder) {
      const Status status = Visit(*info);
      return full_ ? Status::Ok() : status;
    }
    TENON_RETURN_IF_ERROR(AddFolder(path));
    return found_ + left_out_ > 0 ? Status::Ok() : NothingToRead(path);
  }

  std::vector<ListedFile> Take() { return std::move(files_); }

 private:
  using Enter = std::function<bool(const std::string& folder)>;
  using Wants = std::function<bool(const std::string& path)>;

  Status List(const std::string& folder, const Enter& enter, const Wants& wants) {
    const Status status = store_.ListWanted(folder, enter, wants,
                                            [&](const ObjectInfo& file) { return Visit(file); });
    if (!broken_.ok()) return broken_;
    return full_ ? Status::Ok() : status;
  }

  Status AddFolder(const std::string& path) {
    const size_t root = path.ends_with('/') ? path.size() : path.size() + 1;
    const auto enter = [&](const std::string& folder) { return Enters(folder) && Wanted(folder); };
    return List(path, enter, [&](const std::string& file) {
      return HasWantedName(file, std::string_view(file).substr(root));
    });
  }

  // A pattern may name files, or folders whose files are meant.
  Status AddGlob(const std::string& path) {
    const size_t root = PathPattern::FixedFolderBytes(path);
    TENON_ASSIGN_OR_RETURN(const PathPattern pattern,
                           PathPattern::Parse(std::string_view(path).substr(root)));
    const std::string_view last = NameOf(path);
    const bool names_hidden = last.starts_with('_') || last.starts_with('.');
    // The folder that was matched last: all that is below it follows at once.
    std::string matched;
    const auto in_matched = [&](const std::string& each) {
      return !matched.empty() && each.starts_with(matched);
    };
    const auto enter = [&](const std::string& folder) {
      if (in_matched(folder)) return Enters(folder) && Wanted(folder);
      if (IsHiddenFolder(folder) && !names_hidden) return false;
      const std::string_view relative = std::string_view(folder).substr(root);
      if (pattern.Matches(relative)) {
        if (!Wanted(folder)) return false;
        matched = folder + "/";
        return true;
      }
      return pattern.MatchesBelow(relative) && Wanted(folder);
    };
    const std::string folder = root > 1 ? path.substr(0, root - 1) : path.substr(0, root);
    return List(folder, enter, [&](const std::string& file) {
      const std::string_view relative = std::string_view(file).substr(root);
      if (in_matched(file)) return HasWantedName(file, relative);
      return pattern.Matches(relative) && HasWantedName(file, relative, names_hidden);
    });
  }

  bool Enters(const std::string& folder) {
    ++folders_;
    if (IsHiddenFolder(folder)) return false;
    return selection_.recurse || (selection_.hive && IsHiveFolder(NameOf(folder)));
  }

  // Whether the filter keeps the folder. An error is kept for the listing's end.
  bool Wanted(const std::string& folder) {
    if (filter_ == nullptr || !IsHiveFolder(NameOf(folder))) return true;
    const Result<bool> may = filter_->MayHold(HiveValuesOf(folder), false);
    if (!may.ok() && broken_.ok()) broken_ = may.status();
    const bool wanted = may.ok() && *may;
    if (!wanted) ++left_out_;
    return wanted;
  }

  // Of a file below the folder that was asked for, to which `relative` counts.
  bool HasWantedName(std::string_view path, std::string_view relative, bool also_hidden = false) {
    if (!also_hidden && IsHidden(path)) {
      ++hidden_;
      return false;
    }
    if (IsExcluded(relative)) {
      ++left_out_;
      return false;
    }
    return true;
  }

  Status Visit(const ObjectInfo& file) {
    if (!broken_.ok()) return broken_;
    TENON_ASSIGN_OR_RETURN(const bool kept, IsKept(file));
    if (!kept) {
      ++left_out_;
      return Status::Ok();
    }
    ++found_;
    if (may_meet_twice_ && !seen_.insert(file.path).second) return Status::Ok();
    files_.push_back({.path = file.path,
                      .bytes = file.bytes,
                      .modified_ns = file.modified_ns,
                      .etag = file.etag});
    bytes_ += file.bytes;
    full_ = (selection_.most_files > 0 &&
             static_cast<int64_t>(files_.size()) >= selection_.most_files) ||
            (selection_.most_bytes > 0 && bytes_ >= selection_.most_bytes);
    return full_ ? Enough() : Status::Ok();
  }

  bool IsExcluded(std::string_view relative) const {
    return std::any_of(selection_.exclusions.begin(), selection_.exclusions.end(),
                       [&](const PathPattern& pattern) { return pattern.Matches(relative); });
  }

  // By storage class, and by the values of its folders.
  Result<bool> IsKept(const ObjectInfo& file) {
    for (const std::string& left_out : selection_.left_out_classes) {
      if (EqualsIgnoreCase(left_out, file.storage_class)) return false;
    }
    if (filter_ == nullptr) return true;
    const std::string_view folder = FolderOf(file.path);
    if (folder != last_folder_) {
      TENON_ASSIGN_OR_RETURN(last_kept_, filter_->MayHold(HiveValuesOf(folder), true));
      last_folder_ = folder;
    }
    return last_kept_;
  }

  Status NothingToRead(const std::string& path) const {
    std::string hint = "Name a folder that has files, or a file.";
    if (folders_ > 0 && !selection_.recurse) {
      hint = "It has folders: set recurse to true to read what is in them.";
    } else if (hidden_ > 0) {
      hint = "Files whose names start with _ or . are left out.";
    }
    return Status::NotFound("Folder has no files to read: path=" + path + " hidden=" +
                            std::to_string(hidden_) + " folders=" + std::to_string(folders_))
        .WithHint(std::move(hint))
        .WithNumber(base::kErrFileNotFound);
  }

  Status NothingMatches(const std::string& path) const {
    std::string hint = "* stays within one level, ** crosses levels.";
    if (hidden_ > 0) hint = "Files whose names start with _ or . are left out.";
    return Status::NotFound("No file matches the path: path=" + path +
                            " hidden=" + std::to_string(hidden_))
        .WithHint(std::move(hint))
        .WithNumber(base::kErrFileNotFound);
  }

  Store& store_;
  const FileSelection& selection_;
  const HiveFilter* const filter_;
  const bool may_meet_twice_;
  std::unordered_set<std::string> seen_;
  std::vector<ListedFile> files_;
  int64_t bytes_ = 0;
  bool full_ = false;
  Status broken_;
  std::string last_folder_;  // Of the file looked at last, and whether it is kept.
  bool last_kept_ = true;
  // Of the path at hand.
  int64_t found_ = 0, left_out_ = 0, hidden_ = 0, folders_ = 0;
};

void AddKeysOf(std::string_view folders, std::vector<std::string>* keys) {
  for (HiveValue& value : HiveValuesOf(folders)) {
    if (std::find(keys->begin(), keys->end(), value.key) == keys->end()) {
      keys->push_back(std::move(value.key));
    }
  }
}

// Goes down through the first key=value folder at each level.
Status AddKeysBelow(Store& store, std::string folder, std::vector<std::string>* keys) {
  constexpr int kMostLevels = 64;
  for (int level = 0; level < kMostLevels; ++level) {
    std::string first;
    const auto enter = [&](const std::string& each) {
      if (first.empty() && IsHiveFolder(NameOf(each))) first = each;
      return false;
    };
    const auto stop = [&](const ObjectInfo&) { return first.empty() ? Status::Ok() : Enough(); };
    const Status status = store.List(folder, enter, stop);
    if (!status.ok() && first.empty()) return status;
    if (first.empty()) break;
    folder = std::move(first);
  }
  AddKeysOf(folder, keys);
  return Status::Ok();
}

}  // namespace

Status CheckPathsExist(Store& store, const std::vector<std::string>& paths) {
  for (const std::string& path : paths) TENON_RETURN_IF_ERROR(Look(store, path).status());
  return Status::Ok();
}

Result<std::vector<ListedFile>> ListFiles(Store& store, const FileSelection& selection,
                                          const HiveFilter* filter) {
  Lister lister(store, selection, filter);
  for (const std::string& path : selection.paths) TENON_RETURN_IF_ERROR(lister.AddPath(path));
  return lister.Take();
}

Result<std::vector<std::string>> FindHiveKeys(Store& store, const FileSelection& selection) {
  std::vector<std::string> keys;
  for (const std::string& path : selection.paths) {
    TENON_ASSIGN_OR_RETURN(const std::optional<ObjectInfo> info, Look(store, path));
    if (info && info->folder) {
      TENON_RETURN_IF_ERROR(AddKeysBelow(store, path, &keys));
    } else if (info) {
      AddKeysOf(FolderOf(path), &keys);
    } else {
      // Keys stand in the glob itself, as in year=*/month=*, or in the folders before it.
      AddKeysOf(path, &keys);
      const size_t root = PathPattern::FixedFolderBytes(path);
      if (root > 1) TENON_RETURN_IF_ERROR(AddKeysBelow(store, path.substr(0, root - 1), &keys));
    }
  }
  return keys;
}

}  // namespace tenon::files
