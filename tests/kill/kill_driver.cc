// The job that the killer kills: two sequences, each into two file sinks. Run with the same
// arguments until it exits with 0; then every row below --rows is in each of the sinks once, or of
// a sink that replaces, every row of this round.
//
//   kill_driver --folder DIR --target PATH --rows N --round K
//               --sinks json-atomic,json-overwrite,parquet-keys,parquet-replaced
//   kill_driver --folder DIR --sweep       # Starts and ends, so that a cut run's leavings go.
//
// State is kept in DIR; the sinks are below PATH, a folder or a prefix of s3://.
// A sink is a format and a kind: `atomic` makes a folder for each round, `recoverable` adds to a
// folder, `overwrite` replaces one, `onefile` makes a file for each round, `replaced` replaces a
// file, `keys` and `newkeys` are recoverable and atomic with folders by a column. `sqlite` has a
// table in a database of its own in DIR: `rows` adds to it, `anew` makes it anew, `emptied` empties
// it first, `upserted` replaces rows by their keys.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_catalog.h"
#include "base/text.h"
#include "connectors/files/files.h"
#include "connectors/sequence/sequence.h"
#include "connectors/sqlite/sqlite.h"
#include "tenon/job.h"

namespace tenon {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kMemoryBytes = 48 << 20;  // Little, so that a spool goes to disk.

struct Arguments {
  fs::path folder;
  std::string target, rows, round;
  bool sweep = false;
  std::vector<std::string> sinks;
};

class Printer final : public JobObserver {
 public:
  void OnProgress(const std::vector<NodeProgress>&) override {}
  void OnMessage(LogLevel, std::string_view text) override {
    std::fprintf(stderr, "%.*s\n", static_cast<int>(text.size()), text.data());
  }
};

WriteSpec TableOf(const Arguments& arguments, const std::string& context, const std::string& kind) {
  WriteSpec write{.connection_type = "sqlite", .context = context};
  const fs::path folder = arguments.folder / "databases";
  fs::create_directories(folder);
  write.options.Set("path", (folder / (context + ".db")).string());
  write.options.Set("dbTable", "sequence");
  write.options.Set("mode", kind == "rows"      ? "append"
                            : kind == "anew"    ? "overwrite"
                            : kind == "emptied" ? "truncate"
                                                : "upsert");
  if (kind == "upserted") write.options.Set("keys", "value");
  return write;
}

// The write of one sink, whose folder is named by its number and its words.
WriteSpec WriteOf(const Arguments& arguments, size_t number) {
  const std::string& sink = arguments.sinks[number];
  const std::string format = sink.substr(0, sink.find('-')), kind = sink.substr(sink.find('-') + 1);
  if (format == "sqlite") return TableOf(arguments, std::to_string(number + 1) + "-" + sink, kind);
  const std::string ending = format == "glueparquet" ? ".parquet" : "." + format;
  const bool far = arguments.target.find("://") != std::string::npos;
  WriteSpec write{.connection_type = far ? "s3" : "file", .format = format};
  write.context = std::to_string(number + 1) + "-" + sink;
  const std::string folder = arguments.target + "/" + write.context;
  if (!far) fs::create_directories(folder);
  std::string path = folder;
  if (kind == "atomic" || kind == "newkeys") path = folder + "/" + arguments.round;
  if (kind == "onefile") path = folder + "/" + arguments.round + ending;
  if (kind == "replaced") path = folder + "/data" + ending;
  write.options.Set("path", path);
  if (kind == "overwrite" || kind == "replaced") write.options.Set("mode", "overwrite");
  if (kind == "keys" || kind == "newkeys") write.options.Set("partitionKeys", "flag");
  return write;
}

// A sequence into two sinks, the first of which is number `first`.
Status WriteBoth(Job& job, const Arguments& arguments, size_t first) {
  ReadSpec read{.connection_type = "sequence", .context = "source" + std::to_string(first)};
  read.options.Set("rows", arguments.rows);
  read.options.Set("types", "long,string,boolean");
  read.options.Set("names", "value,text,flag");
  read.options.Set("partitions", "3");
  read.options.Set("batch_rows", "100");
  TENON_ASSIGN_OR_RETURN(const Frame frame, job.Read(read));
  for (const size_t number : {first, first + 1})
    TENON_RETURN_IF_ERROR(job.Write(frame, WriteOf(arguments, number)).status());
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
  TENON_ASSIGN_OR_RETURN(
      const std::unique_ptr<Job> job,
      Job::Start({.name = "killed",
                  .state_folder = arguments.folder / "state",
                  .bookmarks = Bookmarks::kEnable,
                  .memory_bytes = kMemoryBytes,
                  .threads = 2,
                  .connectors = {MakeSequenceConnector(), files::MakeFilesConnector(),
                                 sqlite::MakeSqliteConnector()},
                  .observer = &printer}));
  if (arguments.sweep) return job->End(JobEnd::kClean);
  TENON_RETURN_IF_ERROR(WriteBoth(*job, arguments, 0));
  TENON_RETURN_IF_ERROR(CountMany(*job));
  TENON_RETURN_IF_ERROR(WriteBoth(*job, arguments, 2));
  TENON_RETURN_IF_ERROR(job->Commit());
  return job->End(JobEnd::kClean);
}

}  // namespace
}  // namespace tenon

int main(int argc, char** argv) {
  using tenon::base::ExitCode;
  tenon::Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--sweep") arguments.sweep = true;
    if (i + 1 == argc) break;
    if (name == "--folder") arguments.folder = argv[i + 1];
    if (name == "--target") arguments.target = argv[i + 1];
    if (name == "--rows") arguments.rows = argv[i + 1];
    if (name == "--round") arguments.round = argv[i + 1];
    if (name == "--sinks") {
      const auto sinks = tenon::base::Split(argv[i + 1], ',');
      arguments.sinks.assign(sinks.begin(), sinks.end());
    }
  }
  const bool whole = !arguments.target.empty() && !arguments.rows.empty() &&
                     !arguments.round.empty() && arguments.sinks.size() == 4;
  if (arguments.folder.empty() || (!whole && !arguments.sweep)) {
    std::fputs(
        "Usage: kill_driver --folder DIR (--target PATH --rows N --round K --sinks FOUR | --sweep)\n",
        stderr);
    return 2;
  }
  const tenon::Status status = tenon::Run(arguments);
  if (status.ok()) return 0;
  std::fprintf(stderr, "TN%d %s\n", status.number(), status.ToString().c_str());
  return static_cast<int>(tenon::base::ExitCodeOf(status));
}
