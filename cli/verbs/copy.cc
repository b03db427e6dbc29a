#include "copy.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <utility>

#include "base/error_catalog.h"
#include "base/hash.h"
#include "base/text.h"
#include "connectors/console/console.h"
#include "copy_report.h"
#include "file_job.h"
#include "interrupts.h"
#include "narrate.h"
#include "progress/progress_printer.h"

namespace tenon::cli {
namespace {

using Clock = std::chrono::steady_clock;
using progress::ProgressMode;
using progress::ProgressPrinter;

// As a shell shows a process that a closed pipe ended.
constexpr int kExitPipe = 141;
constexpr int64_t kBadRowsShown = 5;

struct CopyTask {
  FileQuery query;
  Location target;
  WriteSpec write;
  bool overwrites = false;
};

Status CheckConsole(const Request& request) {
  if (request.Find("mode") != nullptr) {
    return Status::InvalidArgument("Option has no meaning for the standard output: option=--mode")
        .WithNumber(base::kErrFlagValue)
        .WithHint("Leave it out, or name a file or folder in place of -.");
  }
  if (request.json) {
    return Status::InvalidArgument("Option has no meaning for the standard output: option=--json")
        .WithNumber(base::kErrFlagValue)
        .WithHint("The rows go there; --to-format json is their form by default.");
  }
  return Status::Ok();
}

std::string TargetFormat(const Request& request, const Location& target) {
  if (const std::string* given = request.Find("to-format")) return base::ToLower(*given);
  if (target.console) return "json";
  return target.folder ? "parquet" : std::string(target.ending.format);
}

Result<CopyTask> ParseCopy(const Request& request, std::stop_token stop) {
  CopyTask task;
  TENON_ASSIGN_OR_RETURN(task.query, ParseFileQuery(request, std::move(stop)));
  TENON_ASSIGN_OR_RETURN(task.target, ParseTarget(request.arguments.at(1)));
  task.query.read.bad_rows_allowed = 0;
  if (const std::string* skip = request.Find("skip-bad-rows")) {
    task.query.read.bad_rows_allowed = base::ParseInteger(*skip).value_or(-1);
  }
  WriteSpec& write = task.write;
  write.context = "target";
  write.format = TargetFormat(request, task.target);
  AddOptions(request, "sink-option", &write.format_options);
  if (task.target.console) {
    TENON_RETURN_IF_ERROR(CheckConsole(request));
    write.connection_type = "console";
    return task;
  }
  write.connection_type = task.target.connection_type;
  write.options.Set("path", task.target.path);
  const std::string* mode = request.Find("mode");
  if (!task.target.folder && mode != nullptr && *mode == "append") {
    return Status::InvalidArgument("Nothing can be added to one file: option=--mode value=append")
        .WithNumber(base::kErrFlagValue)
        .WithHint("Name a folder as the target, or use --mode overwrite.");
  }
  const std::string word = mode != nullptr ? *mode : task.target.folder ? "append" : "overwrite";
  write.options.Set("mode", word);
  task.overwrites = word == "overwrite";
  if (!write.format_options.Has("compression") && !task.target.ending.compression.empty()) {
    write.format_options.Set("compression", std::string(task.target.ending.compression));
  }
  return task;
}

progress::ProgressOptions ProgressFor(const Request& request, const CopyTask& task, FILE* err) {
  progress::ProgressOptions options;
  const std::string* mode = request.Find("progress");
  const std::string word = mode == nullptr ? "auto" : *mode;
  if (word == "json") options.mode = ProgressMode::kJson;
  if (word == "plain") options.mode = ProgressMode::kPlain;
  // Rows on the same terminal would be drawn over.
  if (word == "auto" && !task.target.console) {
    options.mode = isatty(fileno(err)) ? ProgressMode::kTerminal : ProgressMode::kPlain;
  }
  options.json_messages = word == "json";
  options.colour = ColourWanted(err);
  if (winsize size{}; ioctl(fileno(err), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    options.width = size.ws_col;
  }
  const std::string* level = request.Find("log-level");
  // That a screen keeps no register goes without saying.
  if (task.target.console) options.least = LogLevel::kError;
  if (level != nullptr) {
    options.least = *level == "debug"   ? LogLevel::kDebug
                    : *level == "info"  ? LogLevel::kInfo
                    : *level == "error" ? LogLevel::kError
                                        : LogLevel::kWarning;
  }
  return options;
}

// One copy, from the start of its job to its end.
class CopyRun {
 public:
  CopyRun(const Request& request, const CopyTask& task, Interrupts& interrupts, FILE* out,
          FILE* err)
      : request_(request),
        task_(task),
        out_(out),
        err_(err),
        printer_(
            ProgressFor(request, task, err), [err](std::string_view text) { Print(err, text); },
            [] { return Clock::now(); }),
        interrupts_(interrupts) {}

  int Run() {
    const Result<CopyReport> report = Execute();
    if (reader_gone_) return kExitPipe;
    if (!report.ok()) {
      if (interrupts_.signal() != 0) return interrupts_.ExitCode(0);
      return Fail(report.status(), err_);
    }
    if (request_.json) {
      Print(out_, ReportAsJson(*report));
    } else {
      Print(err_, ReportAsText(*report));
    }
    return 0;
  }

 private:
  Result<JobSettings> Settings() {
    JobSettings settings = SettingsFor(request_);
    const std::string target = task_.target.console ? "-" : task_.target.path;
    settings.name = CopyJobName(task_.query.source.path, target);
    settings.observer = &printer_;
    // What is added is not added twice; what is replaced anyway is replaced by the rows of now.
    settings.rerun = task_.overwrites ? Rerun::kAuto : Rerun::kResume;
    if (request_.Find("again") != nullptr) settings.rerun = Rerun::kAgain;
    if (task_.target.console) {
      TENON_ASSIGN_OR_RETURN(temporary_, TemporaryState::Make());
      settings.state_folder = temporary_->folder();
      settings.connectors.push_back(MakeConsoleConnector(
          {.descriptor = fileno(out_), .colour = false, .reader_gone = &reader_gone_}));
    }
    return settings;
  }

  Result<CopyReport> Execute() {
    const Clock::time_point begun = Clock::now();
    TENON_ASSIGN_OR_RETURN(JobSettings settings, Settings());
    CopyReport report{.job = settings.name, .source = task_.query.source.path};
    report.target = task_.target.console ? "-" : task_.target.path;
    TENON_ASSIGN_OR_RETURN(const std::unique_ptr<Job> job, Job::Start(std::move(settings)));
    interrupts_.Watch(job.get());
    Status done = RunJob(*job, &report);
    // Also after an error: what the job leaves open is for the next one.
    Status ended = job->End(done.ok() ? JobEnd::kClean : JobEnd::kFailed);
    interrupts_.Watch(nullptr);
    TENON_RETURN_IF_ERROR(std::move(done));
    TENON_RETURN_IF_ERROR(std::move(ended));
    report.seconds = std::chrono::duration<double>(Clock::now() - begun).count();
    return report;
  }

  Status RunJob(Job& job, CopyReport* report) {
    report->run = job.run();
    TENON_ASSIGN_OR_RETURN(const Frame frame, MakeFrame(job, task_.query));
    printer_.BeginAction();
    Result<WriteReport> written = job.Write(frame, task_.write);
    printer_.EndAction();
    TENON_RETURN_IF_ERROR(written.status());
    report->written = *written;
    TENON_ASSIGN_OR_RETURN(report->bad_rows, job.Errors(frame, kBadRowsShown));
    return job.Commit();
  }

  const Request& request_;
  const CopyTask& task_;
  FILE* const out_;
  FILE* const err_;
  ProgressPrinter printer_;
  std::atomic<bool> reader_gone_{false};
  std::unique_ptr<TemporaryState> temporary_;
  Interrupts& interrupts_;
};

}  // namespace

std::string CopyJobName(const std::string& source, const std::string& target) {
  return "copy-" + base::Sha256Hex(source + "\n" + target).substr(0, 12);
}

int Copy(const Request& request, FILE* out, FILE* err) {
  Interrupts interrupts(err);
  const Result<CopyTask> task = ParseCopy(request, interrupts.stop());
  if (task.ok()) return CopyRun(request, *task, interrupts, out, err).Run();
  return interrupts.signal() != 0 ? interrupts.ExitCode(0) : Fail(task.status(), err);
}

}  // namespace tenon::cli
