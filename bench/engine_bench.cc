// The engine against the same work without one: `engine_bench subject|floor CASE [name=value …]`.
//
//   CASE is checksum or drop: what the sink does with the rows; or job: whole jobs, started and ended, one after
//   another, with their state in shared memory, where a durable write costs nothing. Names: threads, partitions, rows,
//   columns, batch_rows, reuse (each batch made once: the sink then is all the work), transforms (metadata-only ones,
//   in a chain), transform (their name), sleep_ms (of each batch), jobs. The floor opens the same readers and consumes
//   the same batches in a bare loop; for jobs it also makes the same entries in a journal.
//
// Prints one JSON object: answer, batches, seconds and cpu_seconds of the write (or of all the jobs), start_seconds of
// the job around it.
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "connectors/memory/memory.h"
#include "connectors/sequence/sequence.h"
#include "journal_replay.h"
#include "tenon/job.h"

namespace tenon {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

struct Arguments {
  bool subject = false;
  std::string what;
  std::map<std::string, int64_t> numbers{
      {"threads", 1},    {"partitions", 8}, {"rows", 20'000'000},
      {"columns", 16},   {"reuse", 1},      {"batch_rows", 65'536},
      {"transforms", 0}, {"sleep_ms", 0},   {"jobs", 1}};
  std::string transform = "apply_mapping";
  int64_t operator[](const char* name) const { return numbers.at(name); }
};

struct Figures {
  std::string answer;
  double seconds = 0, cpu_seconds = 0, start_seconds = 0;
  int64_t batches = 0;
};

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double Since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::string AnswerOf(int64_t rows, const MemoryChecksum& sum) {
  char text[80];
  std::snprintf(text, sizeof(text), "%016llx%016llx/%lld",
                static_cast<unsigned long long>(sum.high), static_cast<unsigned long long>(sum.low),
                static_cast<long long>(rows));
  return text;
}

Options SequenceOptionsOf(const Arguments& arguments) {
  Options options;
  options.Set("rows", std::to_string(arguments["rows"]));
  options.Set("columns", std::to_string(arguments["columns"]));
  options.Set("types", "long,double,int,long");
  options.Set("partitions", std::to_string(arguments["partitions"]));
  options.Set("batch_rows", std::to_string(arguments["batch_rows"]));
  options.Set("reuse", arguments["reuse"] != 0 ? "true" : "false");
  return options;
}

// Takes each batch as the case says.
class Consumer {
 public:
  explicit Consumer(const Arguments& arguments)
      : sums_(arguments.what == "checksum"), sleep_(arguments["sleep_ms"]) {}

  void Take(const RecordBatch& batch) {
    rows_ += batch.num_rows();
    if (sums_) sum_.Add(batch);
    if (sleep_.count() > 0) std::this_thread::sleep_for(sleep_);
  }
  int64_t rows() const { return rows_; }
  const MemoryChecksum& sum() const { return sum_; }

 private:
  const bool sums_;
  const std::chrono::milliseconds sleep_;
  int64_t rows_ = 0;
  MemoryChecksum sum_;
};

Status ReadAll(const ReaderFactory& readers, const std::vector<Partition>& partitions,
               std::atomic<size_t>& next, Consumer& consumer) {
  const TaskContext context;
  for (size_t i = next++; i < partitions.size(); i = next++) {
    TENON_ASSIGN_OR_RETURN(const std::unique_ptr<PartitionReader> reader,
                           readers.Open(partitions[i], context));
    for (;;) {
      TENON_ASSIGN_OR_RETURN(const std::optional<RecordBatch> batch, reader->Next());
      if (!batch) break;
      consumer.Take(*batch);
    }
  }
  return Status::Ok();
}

Result<Figures> RunFloor(const Arguments& arguments) {
  const std::unique_ptr<Connector> sequence = MakeSequenceConnector();
  const TaskContext context;
  const Options options = SequenceOptionsOf(arguments);
  const Clock::time_point start = Clock::now();
  const double cpu = CpuSeconds();
  TENON_ASSIGN_OR_RETURN(const std::unique_ptr<Source> source,
                         sequence->OpenSource(options, context));
  TENON_ASSIGN_OR_RETURN(const std::unique_ptr<Scan> scan, source->Plan({}, context));
  TENON_ASSIGN_OR_RETURN(const std::unique_ptr<ReaderFactory> readers,
                         sequence->OpenReaders(options, scan->state(), context));
  std::vector<Partition> partitions;
  for (;;) {
    TENON_ASSIGN_OR_RETURN(std::vector<Partition> page, scan->NextPartitions(context));
    if (page.empty()) break;
    partitions.insert(partitions.end(), page.begin(), page.end());
  }
  const auto threads = static_cast<size_t>(arguments["threads"]);
  std::vector<Consumer> consumers(threads, Consumer(arguments));
  std::vector<Status> ends(threads);
  std::atomic<size_t> next{0};
  {
    std::vector<std::jthread> running;
    for (size_t i = 1; i < threads; ++i) {
      running.emplace_back([&, i] { ends[i] = ReadAll(*readers, partitions, next, consumers[i]); });
    }
    ends[0] = ReadAll(*readers, partitions, next, consumers[0]);
  }
  Figures figures{.seconds = Since(start), .cpu_seconds = CpuSeconds() - cpu};
  int64_t rows = 0;
  MemoryChecksum sum;
  for (size_t i = 0; i < threads; ++i) {
    TENON_RETURN_IF_ERROR(ends[i]);
    rows += consumers[i].rows();
    sum += consumers[i].sum();
  }
  figures.answer = AnswerOf(rows, sum);
  return figures;
}

std::string ColumnName(int64_t column) {
  return column == 0 ? "value" : "value_" + std::to_string(column + 1);
}

// Arguments with which the transform moves columns and touches no value, so that the checksum stays.
std::string TransformArguments(const std::string& transform, int64_t columns) {
  std::string mappings, paths;
  for (int64_t i = 0; i < columns; ++i) {
    const std::string name = "\"" + ColumnName(i) + "\"";
    mappings +=
        std::string(i == 0 ? "" : ",") + "{\"source\":" + name + ",\"target\":" + name + "}";
    paths += (i == 0 ? "" : ",") + name;
  }
  if (transform == "apply_mapping") return "{\"mappings\":[" + mappings + "]}";
  if (transform == "select_fields") return "{\"paths\":[" + paths + "]}";
  if (transform == "drop_fields") return R"({"paths":["no_such_column"]})";
  return R"({"old_name":"value","new_name":"value"})";
}

Result<Frame> Transformed(Job& job, Frame frame, const Arguments& arguments) {
  const std::string& transform = arguments.transform;
  const std::string json = TransformArguments(transform, arguments["columns"]);
  for (int64_t i = 0; i < arguments["transforms"]; ++i) {
    TENON_ASSIGN_OR_RETURN(frame, job.Transform(transform, {frame}, json, {}));
  }
  return frame;
}

Result<Figures> RunSubject(const Arguments& arguments, const fs::path& state) {
  const auto store = std::make_shared<MemoryStore>();
  const Clock::time_point begin = Clock::now();
  TENON_ASSIGN_OR_RETURN(
      const std::unique_ptr<Job> job,
      Job::Start({.name = "bench",
                  .state_folder = state,
                  .threads = static_cast<int>(arguments["threads"]),
                  .connectors = {MakeSequenceConnector(), MakeMemoryConnector(store)}}));
  Figures figures{.start_seconds = Since(begin)};
  const Clock::time_point start = Clock::now();
  const double cpu = CpuSeconds();
  TENON_ASSIGN_OR_RETURN(Frame frame, job->Read({.connection_type = "sequence",
                                                 .options = SequenceOptionsOf(arguments)}));
  TENON_ASSIGN_OR_RETURN(frame, Transformed(*job, std::move(frame), arguments));
  WriteSpec to{.connection_type = "memory", .call_site = "bench"};
  to.options.Set("table", "t").Set("mode", arguments.what);
  to.options.Set("sleep_ms", std::to_string(arguments["sleep_ms"]));
  TENON_RETURN_IF_ERROR(job->Write(frame, to).status());
  TENON_ASSIGN_OR_RETURN(const MemoryTable table, store->Read("t"));
  figures.answer = AnswerOf(table.rows, table.checksum);
  figures.batches = table.batches;
  figures.seconds = Since(start);
  figures.cpu_seconds = CpuSeconds() - cpu;
  TENON_RETURN_IF_ERROR(job->Commit());
  TENON_RETURN_IF_ERROR(job->End(JobEnd::kClean));
  return figures;
}

// Whole jobs, one after another. Where a folder in shared memory cannot be had, the disk takes part.
Result<Figures> RunJobs(const Arguments& arguments, const fs::path& state) {
  Arguments one = arguments;
  one.what = "drop";
  Figures all;
  const Clock::time_point start = Clock::now();
  const double cpu = CpuSeconds();
  for (int64_t i = 0; i < arguments["jobs"]; ++i) {
    if (!arguments.subject) TENON_RETURN_IF_ERROR(bench::ReplayJournal(state));
    TENON_ASSIGN_OR_RETURN(const Figures figures,
                           arguments.subject ? RunSubject(one, state) : RunFloor(one));
    all.answer = figures.answer;
  }
  all.seconds = Since(start);
  all.cpu_seconds = CpuSeconds() - cpu;
  return all;
}

int Fail(const std::string& text) {
  std::fprintf(stderr, "error: %s\n", text.c_str());
  return 1;
}

int Main(int argc, char** argv) {
  Arguments arguments;
  if (argc < 3) return Fail("engine_bench subject|floor checksum|drop|job [name=value ...]");
  arguments.subject = std::string(argv[1]) == "subject";
  arguments.what = argv[2];
  for (int i = 3; i < argc; ++i) {
    const std::string word = argv[i];
    const size_t equals = word.find('=');
    if (word.substr(0, equals) == "transform" && equals != std::string::npos) {
      arguments.transform = word.substr(equals + 1);
      continue;
    }
    const auto known = arguments.numbers.find(word.substr(0, equals));
    if (equals == std::string::npos || known == arguments.numbers.end()) {
      return Fail("Argument is not known: " + word);
    }
    known->second = std::stoll(word.substr(equals + 1));
  }
  const bool jobs = arguments.what == "job";
  const fs::path parent =
      jobs && fs::is_directory("/dev/shm") ? "/dev/shm" : fs::temp_directory_path();
  const fs::path state = parent / ("tenon-engine-bench-" + std::to_string(getpid()));
  const Result<Figures> figures = jobs                ? RunJobs(arguments, state)
                                  : arguments.subject ? RunSubject(arguments, state)
                                                      : RunFloor(arguments);
  fs::remove_all(state);
  if (!figures.ok()) return Fail(figures.status().ToString());
  std::printf(
      "{\"answer\": \"%s\", \"seconds\": %.6f, \"cpu_seconds\": %.6f, \"start_seconds\": %.6f, "
      "\"batches\": %lld, \"jobs\": %lld}\n",
      figures->answer.c_str(), figures->seconds, figures->cpu_seconds, figures->start_seconds,
      static_cast<long long>(figures->batches), static_cast<long long>(arguments["jobs"]));
  return 0;
}

}  // namespace
}  // namespace tenon

int main(int argc, char** argv) { return tenon::Main(argc, argv); }
