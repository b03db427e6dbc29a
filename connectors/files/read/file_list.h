// Which files a read means: paths, folders, exclusions, and the list that a pin brings back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/files/read/path_pattern.h"
#include "object_store/store.h"
#include "tenon/result.h"

namespace tenon::files {

struct ListedFile {
  std::string path;
  int64_t bytes = 0;
  int64_t modified_ns = 0;
  bool operator==(const ListedFile&) const = default;
};

struct FileSelection {
  std::vector<std::string> paths;  // Absolute.
  bool recurse = false;            // Into sub-folders.
  std::vector<PathPattern> exclusions;
};

// kNotFound (TN2003) names a path that is not there and the nearest name beside it.
Status CheckPathsExist(object_store::Store& store, const std::vector<std::string>& paths);

// The files in the order of the paths, sorted within a folder, each once. Files and folders whose
// names start with _ or . are left out unless a path names them. kNotFound (TN2003): a path is not
// there, or is a folder without files to read.
Result<std::vector<ListedFile>> ListFiles(object_store::Store& store,
                                          const FileSelection& selection);

// The list as a pin, and back. ReadPin checks that each file is still what it was: kConflict
// (TN6004) if not.
std::string PinOf(const std::vector<ListedFile>& files);
Result<std::vector<ListedFile>> ReadPin(object_store::Store& store, const std::string& pin);

}  // namespace tenon::files
