// What `copy`, `preview` and `schema` have in common: from options to the frame of a job.
#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "entry.h"
#include "location.h"
#include "tenon/job.h"

namespace tenon::cli {

// The words of a command about files, checked; nothing is touched but a source's folder, for its format.
struct FileQuery {
  Location source;
  ReadSpec read;
  std::string select;    // Arguments of apply_mapping; empty: all columns.
  std::string order_by;  // Arguments of sort; empty: none.
  int64_t limit = 0;     // 0: none.
};

// kInvalidArgument: TN1103 for an option that cannot be read, TN1003 for a format that nothing tells. `stop` ends waits
// for a far store.
Result<FileQuery> ParseFileQuery(const Request& request, std::stop_token stop);

// The frame that the query asks for: where, order-by, limit, select.
Result<Frame> MakeFrame(Job& job, const FileQuery& query);

// Every value of a repeated option NAME=VALUE. Goes to `*options`.
void AddOptions(const Request& request, std::string_view option, Options* options);

// Threads and memory of the request, and the connectors of this build.
JobSettings SettingsFor(const Request& request);

// A folder that goes when this does, for the run state of a job that leaves nothing behind. Leavings of processes that
// are gone are removed first.
class TemporaryState {
 public:
  static Result<std::unique_ptr<TemporaryState>> Make();
  TemporaryState(const TemporaryState&) = delete;
  TemporaryState& operator=(const TemporaryState&) = delete;
  ~TemporaryState();
  const std::string& folder() const { return folder_; }

 private:
  explicit TemporaryState(std::string folder) : folder_(std::move(folder)) {}
  const std::string folder_;
};

}  // namespace tenon::cli
