// Whole reads and copies of files through the engine.
//
//   files_bench make csv|json PATH MIB           a seeded file, unless it is there with that size's stamp
//   files_bench read PATH threads=2 [name=value …]   every value read into totals (only=a,b: print these);
//                                                other names are options of the read
//   files_bench touch FOLDER                     lists it, opens, asks the size of and reads each file, and no more
//   files_bench copy PATH TARGET threads=2 [name=value …]   into files; to.name=value is an option of the write
//
// Prints one JSON object: answer (the totals, or how many rows), seconds and cpu_seconds of the write, bytes of the
// target, files of the folder that was read.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "connectors/files/files.h"
#include "file_data.h"
#include "file_totals.h"
#include "tenon/job.h"

namespace tenon::bench {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

int Fail(const std::string& text) {
  std::fprintf(stderr, "error: %s\n", text.c_str());
  return 1;
}

struct Arguments {
  int threads = 2;
  std::string only;  // Columns of the answer, with commas; empty: all.
  ReadSpec read;
  WriteSpec write;
};

Status Parse(int argc, char** argv, int from, Arguments* out) {
  for (int i = from; i < argc; ++i) {
    const std::string word = argv[i];
    const size_t equals = word.find('=');
    if (equals == std::string::npos)
      return Status::InvalidArgument("Give name=value: word=" + word);
    const std::string name = word.substr(0, equals), value = word.substr(equals + 1);
    if (name == "threads") {
      out->threads = std::stoi(value);
    } else if (name == "only") {
      out->only = value;
    } else if (name == "format") {
      out->read.format = value;
    } else if (name == "to.format") {
      out->write.format = value;
    } else if (name.starts_with("to.")) {
      out->write.format_options.Set(name.substr(3), value);
    } else {
      out->read.format_options.Set(name, value);
    }
  }
  return Status::Ok();
}

int64_t BytesBelow(const fs::path& path) {
  if (fs::is_regular_file(path)) return static_cast<int64_t>(fs::file_size(path));
  int64_t bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(path)) {
    if (entry.is_regular_file()) bytes += static_cast<int64_t>(entry.file_size());
  }
  return bytes;
}

int64_t FilesIn(const fs::path& path) {
  return fs::is_directory(path) ? std::distance(fs::directory_iterator(path), {}) : 1;
}

Status Run(const std::string& path, const std::string& target, Arguments arguments,
           const fs::path& state) {
  const auto totals = std::make_shared<FileTotals>();
  TENON_ASSIGN_OR_RETURN(
      const std::unique_ptr<Job> job,
      Job::Start({.name = "files-bench",
                  .state_folder = state,
                  .threads = arguments.threads,
                  .connectors = {files::MakeFilesConnector(), MakeTotalsConnector(totals)}}));
  arguments.read.connection_type = "file";
  arguments.read.options.Set("paths", "[\"" + path + "\"]");
  arguments.write.call_site = "bench";
  if (target.empty()) {
    arguments.write.connection_type = "totals";
  } else {
    arguments.write.connection_type = "file";
    arguments.write.options.Set("path", target).Set("mode", "overwrite");
  }
  const Clock::time_point start = Clock::now();
  const double cpu = CpuSeconds();
  TENON_ASSIGN_OR_RETURN(const Frame frame, job->Read(arguments.read));
  TENON_ASSIGN_OR_RETURN(const WriteReport report, job->Write(frame, arguments.write));
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  const double cpu_seconds = CpuSeconds() - cpu;
  TENON_RETURN_IF_ERROR(job->Commit());
  TENON_RETURN_IF_ERROR(job->End(JobEnd::kClean));
  const std::string answer =
      target.empty() ? totals->ToJson(arguments.only) : std::to_string(report.rows);
  std::printf(
      "{\"answer\": %s, \"seconds\": %.6f, \"cpu_seconds\": %.6f, \"errors\": %lld, \"bytes\": %lld, "
      "\"files\": %lld}\n",
      answer.c_str(), seconds, cpu_seconds, static_cast<long long>(report.error_rows),
      static_cast<long long>(target.empty() ? 0 : BytesBelow(target)),
      static_cast<long long>(FilesIn(path)));
  return Status::Ok();
}

int Make(const std::string& kind, const std::string& path, int64_t mib) {
  const fs::path stamp = path + ".made-" + std::to_string(mib);
  if (fs::exists(stamp) && fs::exists(path)) return 0;
  fs::create_directories(fs::path(path).parent_path());
  const Status made =
      kind == "csv" ? MakeOrdersCsv(path, mib << 20) : MakeNestedJson(path, mib << 20);
  if (!made.ok()) return Fail(made.ToString());
  if (std::FILE* const file = std::fopen(stamp.c_str(), "w")) std::fclose(file);
  return 0;
}

// What any reader of small files has to do.
int Touch(const std::string& folder) {
  const Clock::time_point start = Clock::now();
  const double cpu = CpuSeconds();
  std::vector<char> buffer(1 << 16);
  int64_t files = 0, bytes = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const int file = open(entry.path().c_str(), O_RDONLY | O_CLOEXEC);
    struct stat status {};
    if (file < 0 || fstat(file, &status) != 0) return Fail("not read: " + entry.path().string());
    ssize_t got = 0;
    while ((got = read(file, buffer.data(), buffer.size())) > 0) bytes += got;
    close(file);
    ++files;
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  std::printf("{\"answer\": %lld, \"seconds\": %.6f, \"cpu_seconds\": %.6f, \"files\": %lld}\n",
              static_cast<long long>(bytes), seconds, CpuSeconds() - cpu,
              static_cast<long long>(files));
  return 0;
}

int Main(int argc, char** argv) {
  const std::string verb = argc > 1 ? argv[1] : "";
  if (verb == "make" && argc == 5) return Make(argv[2], argv[3], std::stoll(argv[4]));
  if (verb == "touch" && argc == 3) return Touch(argv[2]);
  const int options_at = verb == "copy" ? 4 : 3;
  if ((verb != "read" && verb != "copy") || argc < options_at)
    return Fail("files_bench make|read|touch|copy …: see the head of files_bench.cc");
  Arguments arguments;
  if (const Status parsed = Parse(argc, argv, options_at, &arguments); !parsed.ok())
    return Fail(parsed.ToString());
  const fs::path state =
      fs::temp_directory_path() / ("tenon-files-bench-" + std::to_string(getpid()));
  const Status ended = Run(argv[2], verb == "copy" ? argv[3] : "", std::move(arguments), state);
  fs::remove_all(state);
  return ended.ok() ? 0 : Fail(ended.ToString());
}

}  // namespace
}  // namespace tenon::bench

int main(int argc, char** argv) { return tenon::bench::Main(argc, argv); }
