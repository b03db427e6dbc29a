// A folder of one process for its temporary files: "spool.<pid>.<start>.<n>.<boot>.<host>". It goes with its owner; after
// a crash it stays until SweepProcessFolders finds that its process, which its name tells, is gone.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "tenon/result.h"

namespace tenon::base {

class ProcessFolder {
 public:
  // Makes it inside `parent`, which is made when missing, for this user alone. `kind`: "sort" or "spool", which alone are
  // swept. The error names the folder (TN4006).
  static Result<ProcessFolder> Make(const std::string& parent, std::string_view kind);
  ProcessFolder() = default;  // None.
  ProcessFolder(ProcessFolder&& other) noexcept;
  ProcessFolder& operator=(ProcessFolder&& other) noexcept;
  ~ProcessFolder();

  // Empty: none.
  const std::string& path() const { return path_; }
  // Removes it when nothing is in it; whether it did.
  bool RemoveIfEmpty();

 private:
  explicit ProcessFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

// Removes what crashed processes left in `parent`: folders of this machine, of any kind, whose process is gone. Returns
// how many; a folder that does not exist has none.
Result<int> SweepProcessFolders(const std::string& parent);

}  // namespace tenon::base
