// The job that the killer kills: two sequences, each into two folders of Parquet files, one made by
// the call (atomic) and one that is there already (recoverable). Run with the same arguments until it
// exits with 0; then every row below --rows is in each of its folders once.
//
//   kill_driver --folder DIR --rows N --round K
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>

#include "base/error_catalog.h"
#include "connectors/files/files.h"
#include "connectors/sequence/sequence.h"
#include "tenon/job.h"

namespace tenon {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kMemoryBytes = 48 << 20;  // Little, so that a spool goes to disk.

struct Arguments {
  fs::path folder;
  std::string rows, round;
};

class Printer final : public JobObserver {
 public:
  void OnProgress(const std::vector<NodeProgress>&) override {}
  void OnMessage(LogLevel, std::string_view text) override {
    std::fprintf(stderr, "%.*s\n", static_cast<int>(text.size()), text.data());
  }
};

Status WriteBoth(Job& job, const Arguments& arguments, const std::string& number) {
  ReadSpec read{.connection_type = "sequence", .context = "source" + number};
  read.options.Set("rows", arguments.rows);
  read.options.Set("types", "long,string");
  read.options.Set("partitions", "3");
  read.options.Set("batch_rows", "100");
  TENON_ASSIGN_OR_RETURN(const Frame frame, job.Read(read));
  for (const bool atomic : {true, false}) {
    WriteSpec write{.connection_type = "file", .format = "parquet"};
    write.context = (atomic ? "atomic" : "recoverable") + number;
    const fs::path folder = arguments.folder / write.context;
    // A folder of its own for each round makes the call atomic.
    write.options.Set("path", atomic ? folder / arguments.round : folder);
    TENON_RETURN_IF_ERROR(job.Write(frame, write).status());
  }
  return Status::Ok();
}

// Reads more rows than fit into the spool's memory.
Status CountMany(Job& job) {
  ReadSpec read{.connection_type = "sequence"};
  read.options.Set("rows", "100000");
  read.options.Set("columns", "8");
  TENON_ASSIGN_OR_RETURN(const Frame frame, job.Read(read));
  TENON_ASSIGN_OR_RETURN(const int64_t rows, job.Count(frame));
  return rows == 100'000 ? Status::Ok() : Status::Internal("Rows are missing");
}

Status Run(const Arguments& arguments) {
  Printer printer;
  for (const char* number : {"1", "2"}) {
    fs::create_directories(arguments.folder / (std::string("recoverable") + number));
    fs::create_directories(arguments.folder / (std::string("atomic") + number));
  }
  TENON_ASSIGN_OR_RETURN(
      const std::unique_ptr<Job> job,
      Job::Start({.name = "killed",
                  .state_folder = arguments.folder / "state",
                  .bookmarks = Bookmarks::kEnable,
                  .memory_bytes = kMemoryBytes,
                  .threads = 2,
                  .connectors = {MakeSequenceConnector(), files::MakeFilesConnector()},
                  .observer = &printer}));
  TENON_RETURN_IF_ERROR(WriteBoth(*job, arguments, "1"));
  TENON_RETURN_IF_ERROR(CountMany(*job));
  TENON_RETURN_IF_ERROR(WriteBoth(*job, arguments, "2"));
  TENON_RETURN_IF_ERROR(job->Commit());
  return job->End(JobEnd::kClean);
}

}  // namespace
}  // namespace tenon

int main(int argc, char** argv) {
  tenon::Arguments arguments;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--folder") == 0) arguments.folder = argv[i + 1];
    if (std::strcmp(argv[i], "--rows") == 0) arguments.rows = argv[i + 1];
    if (std::strcmp(argv[i], "--round") == 0) arguments.round = argv[i + 1];
  }
  if (arguments.folder.empty() || arguments.rows.empty() || arguments.round.empty()) {
    std::fputs("Usage: kill_driver --folder DIR --rows N --round K\n", stderr);
    return 2;
  }
  const tenon::Status status = tenon::Run(arguments);
  if (status.ok()) return 0;
  std::fprintf(stderr, "TN%d %s\n", status.number(), status.ToString().c_str());
  return static_cast<int>(tenon::base::ExitCodeOf(status));
}
