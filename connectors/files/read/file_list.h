// Which files a read means: paths, folders, globs and exclusions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/files/read/hive_folders.h"
#include "connectors/files/read/path_pattern.h"
#include "object_store/store.h"
#include "tenon/result.h"

namespace tenon::files {

struct ListedFile {
  std::string path;
  int64_t bytes = 0;
  int64_t modified_ns = 0;
  std::string etag;  // Of an object store, when it was listed and not pinned.
  bool operator==(const ListedFile&) const = default;
};

struct FileSelection {
  std::vector<std::string> paths;  // Absolute; a path that is not there as it stands may be a glob.
  bool recurse = false;            // Into sub-folders.
  bool hive = false;               // Into sub-folders named key=value in any case.
  std::vector<PathPattern> exclusions;
  std::vector<std::string> left_out_classes;  // Storage classes.
  int64_t most_files = 0;                     // 0: all.
  int64_t most_bytes = 0;                     // Files are taken until these are reached; 0: all.
};

// kNotFound (TN2003) names a path that is not there and the nearest name beside it; of a glob, the folder before its
// first * or ?.
Status CheckPathsExist(object_store::Store& store, const std::vector<std::string>& paths);

// The files in the order of the paths, sorted within a folder, each once. Files and folders whose names start with _ or
// . are left out unless a path names them or, of folders, they are key=value. Folders that `filter` (may be null) rules
// out are not listed. kNotFound (TN2003): a path is not there, is a glob that nothing matches, or is a folder without
// files to read.
Result<std::vector<ListedFile>> ListFiles(object_store::Store& store,
                                          const FileSelection& selection, const HiveFilter* filter);

// The keys of key=value folders, as the first such folder at each level has them, and those of the paths themselves.
// Lists one folder a level.
Result<std::vector<std::string>> FindHiveKeys(object_store::Store& store,
                                              const FileSelection& selection);

}  // namespace tenon::files
