// What the boundary of plugin.h costs: `plugin_bench LIBRARY [name=value …]`.
//
// Writes the rows of the connector sequence into a checksum, in turns with the connector that is linked in and with the
// same code loaded as a plug-in (sequence_plugin.cc). Each batch is made once and handed out again and again, so that
// the sink is all the work. Both take turns in one process, because where its memory lies makes more of a difference
// than the boundary; many short turns, because a single one varies by more than what is measured. Names: threads, rows,
// columns, batch_rows, turns.
//
// Prints one JSON object: answer, seconds and cpu_seconds of all writes through the plug-in, and as boundary the median
// over the turns of plug-in seconds / built-in seconds.
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "connectors/memory/memory.h"
#include "connectors/sequence/sequence.h"
#include "tenon/job.h"

namespace tenon {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

struct Arguments {
  std::string library;
  std::map<std::string, std::string> numbers{{"threads", "1"},
                                             {"rows", "6000000"},
                                             {"columns", "16"},
                                             {"batch_rows", "65536"},
                                             {"turns", "61"}};
};

struct Figures {
  std::string answer;
  double seconds = 0, cpu_seconds = 0, boundary = 0;
};

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

Result<Figures> Run(const Arguments& arguments, bool plug_in, const fs::path& state) {
  const auto store = std::make_shared<MemoryStore>();
  JobSettings settings{.name = "bench",
                       .state_folder = state,
                       .threads = std::stoi(arguments.numbers.at("threads")),
                       .connectors = {MakeMemoryConnector(store)}};
  if (plug_in) {
    settings.plugin_paths = {arguments.library};
  } else {
    settings.connectors.push_back(MakeSequenceConnector());
  }
  TENON_ASSIGN_OR_RETURN(const std::unique_ptr<Job> job, Job::Start(std::move(settings)));
  const Clock::time_point start = Clock::now();
  const double cpu = CpuSeconds();
  ReadSpec from{.connection_type = "sequence"};
  from.options.Set("types", "long,double,int,long").Set("partitions", "8").Set("reuse", "true");
  for (const char* name : {"rows", "columns", "batch_rows"}) {
    from.options.Set(name, arguments.numbers.at(name));
  }
  TENON_ASSIGN_OR_RETURN(const Frame frame, job->Read(from));
  WriteSpec to{.connection_type = "memory", .call_site = "bench"};
  to.options.Set("table", "t").Set("mode", "checksum");
  TENON_RETURN_IF_ERROR(job->Write(frame, to).status());
  Figures figures{.seconds = std::chrono::duration<double>(Clock::now() - start).count(),
                  .cpu_seconds = CpuSeconds() - cpu};
  TENON_ASSIGN_OR_RETURN(const MemoryTable table, store->Read("t"));
  figures.answer = std::to_string(table.checksum.high) + "-" + std::to_string(table.checksum.low) +
                   "/" + std::to_string(table.rows);
  TENON_RETURN_IF_ERROR(job->Commit());
  TENON_RETURN_IF_ERROR(job->End(JobEnd::kClean));
  return figures;
}

// Turn by turn; who goes first changes.
Result<Figures> RunInTurns(const Arguments& arguments, const fs::path& state) {
  Figures all;
  std::vector<double> ratios;
  const int turns = std::stoi(arguments.numbers.at("turns"));
  for (int turn = 0; turn < turns; ++turn) {
    double seconds[2] = {};
    for (int i = 0; i < 2; ++i) {
      const bool plug_in = (turn + i) % 2 == 0;
      TENON_ASSIGN_OR_RETURN(const Figures one, Run(arguments, plug_in, state));
      if (!all.answer.empty() && one.answer != all.answer) {
        return Status::DataError("Plug-in and built-in connector differ: " + one.answer + " and " +
                                 all.answer);
      }
      all.answer = one.answer;
      seconds[plug_in ? 1 : 0] = one.seconds;
      if (!plug_in) continue;
      all.seconds += one.seconds;
      all.cpu_seconds += one.cpu_seconds;
    }
    ratios.push_back(seconds[1] / seconds[0]);
  }
  std::nth_element(ratios.begin(), ratios.begin() + std::ssize(ratios) / 2, ratios.end());
  all.boundary = ratios[ratios.size() / 2];
  return all;
}

int Fail(const std::string& text) {
  std::fprintf(stderr, "error: %s\n", text.c_str());
  return 1;
}

int Main(int argc, char** argv) {
  if (argc < 2) return Fail("plugin_bench LIBRARY [name=value ...]");
  Arguments arguments;
  arguments.library = argv[1];
  for (int i = 2; i < argc; ++i) {
    const std::string word = argv[i];
    const size_t equals = word.find('=');
    const auto known = arguments.numbers.find(word.substr(0, equals));
    if (equals == std::string::npos || known == arguments.numbers.end()) {
      return Fail("Argument is not known: " + word);
    }
    known->second = word.substr(equals + 1);
  }
  const fs::path state =
      fs::temp_directory_path() / ("tenon-plugin-bench-" + std::to_string(getpid()));
  const Result<Figures> figures = RunInTurns(arguments, state);
  fs::remove_all(state);
  if (!figures.ok()) return Fail(figures.status().ToString());
  std::printf(
      "{\"answer\": \"%s\", \"seconds\": %.6f, \"cpu_seconds\": %.6f, \"boundary\": %.4f}\n",
      figures->answer.c_str(), figures->seconds, figures->cpu_seconds, figures->boundary);
  return 0;
}

}  // namespace
}  // namespace tenon

int main(int argc, char** argv) { return tenon::Main(argc, argv); }
