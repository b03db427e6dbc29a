#include "job_binding.h"

#include <nanobind/stl/function.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/unique_ptr.h>
#include <nanobind/stl/vector.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "batch_binding.h"
#include "connectors/builtin.h"
#include "errors.h"
#include "functions.h"
#include "job_thread.h"
#include "progress/progress_printer.h"
#include "record_reader.h"
#include "tenon/job.h"

namespace nb = nanobind;

namespace tenon::python {
namespace {

using progress::ProgressMode;
using progress::ProgressOptions;
using progress::ProgressPrinter;
using Pairs = std::vector<std::pair<std::string, std::string>>;

Options ToOptions(const Pairs& pairs) {
  Options options;
  for (const auto& [name, value] : pairs) options.Set(name, value);
  return options;
}

void WriteToStderr(std::string_view text) {
  while (!text.empty()) {
    ssize_t written = write(STDERR_FILENO, text.data(), text.size());
    if (written <= 0) return;
    text.remove_prefix(static_cast<size_t>(written));
  }
}

int TerminalWidth() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 80;
}

// A value of a settings dict, or `otherwise`.
template <typename T>
T Setting(const nb::dict& settings, const char* name, T otherwise) {
  return settings.contains(name) ? nb::cast<T>(settings[name]) : otherwise;
}

ProgressOptions ToProgressOptions(const nb::dict& settings) {
  ProgressOptions options;
  std::string mode = Setting<std::string>(settings, "progress", "none");
  if (mode == "terminal") options.mode = ProgressMode::kTerminal;
  if (mode == "plain") options.mode = ProgressMode::kPlain;
  if (mode == "json") options.mode = ProgressMode::kJson;
  std::string level = Setting<std::string>(settings, "log_level", "warning");
  if (level == "debug") options.least = LogLevel::kDebug;
  if (level == "info") options.least = LogLevel::kInfo;
  if (level == "error") options.least = LogLevel::kError;
  options.json_messages = Setting(settings, "json_messages", false);
  options.colour = Setting(settings, "colour", false);
  options.width = TerminalWidth();
  return options;
}

// Empty when there is no such file: a script may come from elsewhere.
std::string HashOfFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (path.empty() || !file) return "";
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  return base::Sha256Hex(text);
}

JobSettings ToJobSettings(const nb::dict& settings) {
  JobSettings out;
  out.name = Setting<std::string>(settings, "name", "");
  out.state_folder = Setting<std::string>(settings, "state_folder", "");
  out.run = Setting<std::string>(settings, "run", "");
  out.script_hash = HashOfFile(Setting<std::string>(settings, "script", ""));
  out.rerun = static_cast<Rerun>(Setting(settings, "rerun", 0));
  out.on_changed_rerun = static_cast<ChangedRerun>(Setting(settings, "on_changed_rerun", 0));
  out.accept_changed_source = Setting(settings, "accept_changed_source", false);
  out.bookmarks = static_cast<Bookmarks>(Setting(settings, "bookmarks", 0));
  out.memory_bytes = Setting<int64_t>(settings, "memory_bytes", 0);
  out.threads = Setting(settings, "threads", 0);
  out.plugin_paths = Setting<std::vector<std::string>>(settings, "plugin_paths", {});
  out.connectors = BuiltinConnectors();
  out.crash_reports = Setting(settings, "crash_reports", false);
  return out;
}

// A job with the thread that runs it and the printer that watches it.
class JobHolder {
 public:
  static std::unique_ptr<JobHolder> Start(const nb::dict& settings) {
    std::unique_ptr<JobHolder> holder(new JobHolder(ToProgressOptions(settings)));
    JobSettings job_settings = ToJobSettings(settings);
    job_settings.observer = &holder->printer_;
    std::optional<Result<std::unique_ptr<Job>>> started;
    bool undisturbed =
        holder->thread_.Run([&] { started.emplace(Job::Start(std::move(job_settings))); }, [] {});
    if (!undisturbed) throw nb::python_error();
    holder->job_ = ValueOrRaise(*std::move(started));
    return holder;
  }

  ~JobHolder() {
    nb::gil_scoped_release release;
    job_.reset();
  }

  // Runs `call` on the job's thread; gives its value or raises.
  template <typename Call>
  auto Await(const Call& call) {
    using Outcome = decltype(call(*job_));
    std::optional<Outcome> outcome;
    RequireOpen();
    bool undisturbed = thread_.Run([&] { outcome.emplace(call(*job_)); }, [this] { Stop(); });
    if (!undisturbed) raised_->Forget();  // The signal's error is the one.
    if (!undisturbed || raised_->Restore()) throw nb::python_error();
    if constexpr (std::is_same_v<Outcome, Status>) {
      RaiseIfError(*outcome);
    } else {
      return ValueOrRaise(*std::move(outcome));
    }
  }

  template <typename Call>
  auto AwaitAction(const Call& call) {
    struct Shown {
      ProgressPrinter& printer;
      ~Shown() { printer.EndAction(); }
    } shown{printer_};
    printer_.BeginAction();
    return Await(call);
  }

  void End(bool clean) {
    Await([clean](Job& job) { return job.End(clean ? JobEnd::kClean : JobEnd::kFailed); });
    nb::gil_scoped_release release;
    job_.reset();
  }

  void Cancel() {
    if (job_) job_->Cancel();
  }

  // What functions of this job's frames raised.
  const std::shared_ptr<Raised>& raised() const { return raised_; }

  std::string run() {
    RequireOpen();
    return job_->run();
  }

 private:
  explicit JobHolder(ProgressOptions options)
      : printer_(options, &WriteToStderr, [] { return std::chrono::steady_clock::now(); }) {}

  // Without the GIL.
  void Stop() {
    job_->Cancel();
    const nb::gil_scoped_acquire gil;
    raised_->Interrupt();
  }

  void RequireOpen() const {
    if (!job_)
      RaiseIfError(Status::InvalidArgument("Job has ended").WithHint("Start another one."));
  }

  const std::shared_ptr<Raised> raised_ = std::make_shared<Raised>();
  ProgressPrinter printer_;
  JobThread thread_;
  std::unique_ptr<Job> job_;
};

std::string RunToFinish(const nb::dict& settings) {
  const JobSettings job_settings = ToJobSettings(settings);
  nb::gil_scoped_release release;
  return ValueOrRaise(Job::RunToFinish(job_settings));
}

nb::dict ToDict(const WriteReport& report) {
  nb::dict out;
  out["rows"] = report.rows;
  out["bytes"] = report.bytes;
  out["error_rows"] = report.error_rows;
  out["skipped"] = report.skipped;
  out["at_least_once"] = report.at_least_once;
  return out;
}

// Calls Python for each batch, from engine threads; a Python error ends the action and is raised by the caller.
void ForEachBatch(JobHolder& self, const Frame& frame, const nb::callable& visit) {
  PyObject *type = nullptr, *value = nullptr, *trace = nullptr;
  auto call = [&](RecordBatch batch) -> Status {
    nb::gil_scoped_acquire acquire;
    try {
      visit(ToPython(std::move(batch)));
      return Status::Ok();
    } catch (nb::python_error& error) {
      error.restore();
      PyErr_Fetch(&type, &value, &trace);
      return Status::Cancelled("The function that takes the batches raised");
    }
  };
  auto restore = [&] {
    if (type) PyErr_Restore(std::exchange(type, nullptr), value, trace);
  };
  try {
    self.AwaitAction([&](Job& job) { return job.ForEachBatch(frame, call); });
  } catch (nb::python_error&) {
    restore();
    if (!PyErr_Occurred()) throw;
    throw nb::python_error();
  }
}

Frame Read(JobHolder& self, const std::string& connection_type, const Pairs& options,
           const std::string& format, const Pairs& format_options, const std::string& context,
           const std::string& predicate, const std::string& label) {
  ReadSpec spec{.connection_type = connection_type,
                .options = ToOptions(options),
                .format = format,
                .format_options = ToOptions(format_options),
                .context = context,
                .push_down_predicate = predicate,
                .label = label};
  return self.Await([&](Job& job) { return job.Read(spec); });
}

Frame Transform(JobHolder& self, const std::string& name, const std::vector<Frame>& inputs,
                const std::string& arguments, const std::string& context, const std::string& info,
                int64_t stage_threshold, int64_t total_threshold) {
  TransformSpec spec{.context = context,
                     .info = info,
                     .stage_threshold = stage_threshold,
                     .total_threshold = total_threshold};
  return self.Await([&](Job& job) { return job.Transform(name, inputs, arguments, spec); });
}

TransformSpec SpecOf(const std::string& info, int64_t stage_threshold, int64_t total_threshold) {
  return {.info = info, .stage_threshold = stage_threshold, .total_threshold = total_threshold};
}

Frame Map(JobHolder& self, const Frame& frame, nb::object function, nb::object record_type,
          bool with_nulls, bool of_partitions, bool with_index,
          std::optional<std::vector<nb::object>> touched, bool gives_record,
          const std::string& detail, const std::string& info, int64_t stage_threshold,
          int64_t total_threshold) {
  const FunctionStyle style{std::move(record_type), with_nulls,  of_partitions, with_index,
                            std::move(touched),     gives_record};
  auto held = MakeRowFunction(std::move(function), style, self.raised());
  const TransformSpec spec = SpecOf(info, stage_threshold, total_threshold);
  return self.Await([&](Job& job) { return job.Map(frame, std::move(held), detail, spec); });
}

Frame Filter(JobHolder& self, const Frame& frame, nb::object function, nb::object record_type,
             bool with_nulls, std::optional<std::vector<nb::object>> touched,
             const std::string& detail, const std::string& info, int64_t stage_threshold,
             int64_t total_threshold) {
  FunctionStyle style{std::move(record_type), with_nulls};
  style.touched = std::move(touched);
  auto held = MakeRowPredicate(std::move(function), std::move(style), self.raised());
  const TransformSpec spec = SpecOf(info, stage_threshold, total_threshold);
  return self.Await([&](Job& job) { return job.Filter(frame, std::move(held), detail, spec); });
}

std::vector<std::pair<std::string, Frame>> Relationalize(JobHolder& self, const Frame& frame,
                                                         const std::string& root,
                                                         const std::string& info,
                                                         int64_t stage_threshold,
                                                         int64_t total_threshold) {
  const TransformSpec spec = SpecOf(info, stage_threshold, total_threshold);
  std::vector<std::pair<std::string, Frame>> tables;
  for (NamedFrame& table :
       self.AwaitAction([&](Job& job) { return job.Relationalize(frame, root, spec); })) {
    tables.emplace_back(std::move(table.name), std::move(table.frame));
  }
  return tables;
}

// Rows that Python has, as a frame. A value that fits the type its field has in `types` gets that; a type that cannot
// be read is nobody's. Raises TypeError for a record that can be no row.
Frame FromRecords(JobHolder& self, const nb::list& records, const std::string& label,
                  const Pairs& types) {
  std::vector<Field> wanted;
  for (const auto& [name, text] : types) {
    if (Result<DataType> type = DataType::Parse(text); type.ok()) wanted.push_back({name, *type});
  }
  RecordReader reader{Schema(std::move(wanted))};
  std::vector<nb::object> kept;
  for (nb::handle record : records) {
    std::string problem = "no dict";
    if (!PyDict_Check(record.ptr()) || !reader.Look(record.ptr(), &problem)) {
      throw nb::type_error(
          ("Record " + std::to_string(kept.size()) + " can be no row: " + problem).c_str());
    }
    kept.push_back(nb::borrow(record));
  }
  RaiseIfError(reader.Take(kept));
  std::vector<RecordBatch> batches = ValueOrRaise(reader.Finish());
  return self.Await([&](Job& job) { return job.FromBatches(std::move(batches), label); });
}

nb::dict Write(JobHolder& self, const Frame& frame, const std::string& connection_type,
               const Pairs& options, const std::string& format, const Pairs& format_options,
               const std::string& context, const std::string& call_site) {
  WriteSpec spec{.connection_type = connection_type,
                 .options = ToOptions(options),
                 .format = format,
                 .format_options = ToOptions(format_options),
                 .context = context,
                 .call_site = call_site};
  return ToDict(self.AwaitAction([&](Job& job) { return job.Write(frame, spec); }));
}

nb::dict ApplyRetention(JobHolder& self, const std::string& path, int64_t retention_hours,
                        const std::vector<std::string>& excluded_storage_classes,
                        const std::string& to_storage_class, const std::string& manifest_path) {
  RetentionSpec spec{.path = path,
                     .retention_hours = retention_hours,
                     .excluded_storage_classes = excluded_storage_classes,
                     .to_storage_class = to_storage_class,
                     .manifest_path = manifest_path};
  const RetentionReport report = self.Await([&](Job& job) { return job.ApplyRetention(spec); });
  nb::dict out;
  out["files"] = report.files;
  out["bytes"] = report.bytes;
  out["failed"] = report.failed;
  out["first_failure"] = report.first_failure;
  return out;
}

nb::list Head(JobHolder& self, const Frame& frame, int64_t rows) {
  auto batches = self.AwaitAction([&](Job& job) { return job.Head(frame, rows); });
  nb::list out;
  for (RecordBatch& batch : batches) out.append(ToPython(std::move(batch)));
  return out;
}

nb::list Errors(JobHolder& self, const Frame& frame, int64_t max) {
  nb::list out;
  for (const ErrorRecord& error : self.Await([&](Job& job) { return job.Errors(frame, max); })) {
    nb::dict entry;
    entry["message"] = error.message;
    entry["input"] = nb::bytes(error.input.data(), error.input.size());
    entry["where"] = error.where;
    out.append(entry);
  }
  return out;
}

// Errors, plans, and how the run ends.
void BindAnswers(nb::class_<JobHolder>& job) {
  job.def("errors", &Errors, nb::arg("frame"), nb::arg("max") = 1000)
      .def("error_count",
           [](JobHolder& self, const Frame& frame) {
             return self.Await([&](Job& job) { return job.ErrorCount(frame); });
           })
      .def("explain",
           [](JobHolder& self, const Frame& frame) {
             return self.Await([&](Job& job) { return job.Explain(frame); });
           })
      .def("apply_retention", &ApplyRetention, nb::arg("path"), nb::arg("retention_hours"),
           nb::arg("excluded_storage_classes"), nb::arg("to_storage_class"),
           nb::arg("manifest_path"))
      .def("commit", [](JobHolder& self) { self.Await([](Job& job) { return job.Commit(); }); })
      .def("end", &JobHolder::End, nb::arg("clean"))
      .def("cancel", &JobHolder::Cancel)
      .def_prop_ro("run", &JobHolder::run);
}

}  // namespace

void BindJob(nb::module_& module) {
  nb::class_<Frame>(module, "Frame", "A lazy stream of batches: a node of its job's plan.");
  nb::class_<JobHolder> job(
      module, "Job", "One run of a job. Its calls come from one thread; Ctrl-C cancels them.");
  job.def_static("start", &JobHolder::Start, nb::arg("settings"))
      .def_static("run_to_finish", &RunToFinish, nb::arg("settings"))
      .def("read", &Read, nb::arg("connection_type"), nb::arg("options") = Pairs(),
           nb::arg("format") = "", nb::arg("format_options") = Pairs(), nb::arg("context") = "",
           nb::arg("predicate") = "", nb::arg("label") = "")
      .def("transform", &Transform, nb::arg("name"), nb::arg("inputs"), nb::arg("arguments") = "{}",
           nb::arg("context") = "", nb::arg("info") = "", nb::arg("stage_threshold") = 0,
           nb::arg("total_threshold") = 0)
      .def("map", &Map, nb::arg("frame"), nb::arg("function"), nb::arg("record_type"),
           nb::arg("with_nulls") = false, nb::arg("of_partitions") = false,
           nb::arg("with_index") = false, nb::arg("touched") = nb::none(),
           nb::arg("gives_record") = false, nb::arg("detail") = "Map", nb::arg("info") = "",
           nb::arg("stage_threshold") = 0, nb::arg("total_threshold") = 0)
      .def("filter", &Filter, nb::arg("frame"), nb::arg("function"), nb::arg("record_type"),
           nb::arg("with_nulls") = false, nb::arg("touched") = nb::none(),
           nb::arg("detail") = "Filter", nb::arg("info") = "", nb::arg("stage_threshold") = 0,
           nb::arg("total_threshold") = 0)
      .def("relationalize", &Relationalize, nb::arg("frame"), nb::arg("root"), nb::arg("info") = "",
           nb::arg("stage_threshold") = 0, nb::arg("total_threshold") = 0)
      .def("from_records", &FromRecords, nb::arg("records"), nb::arg("label") = "records",
           nb::arg("types") = Pairs())
      .def("errors_frame",
           [](JobHolder& self, const Frame& frame) {
             return self.AwaitAction([&](Job& job) { return job.ErrorsFrame(frame); });
           })
      .def("stage_error_count",
           [](JobHolder& self, const Frame& frame) {
             return self.Await([&](Job& job) { return job.StageErrorCount(frame); });
           })
      .def("is_typed",
           [](JobHolder& self, const Frame& frame) {
             return self.Await([&](Job& job) { return job.IsTyped(frame); });
           })
      .def("count_partitions",
           [](JobHolder& self, const Frame& frame) {
             return self.AwaitAction([&](Job& job) { return job.CountPartitions(frame); });
           })
      .def("write", &Write, nb::arg("frame"), nb::arg("connection_type"),
           nb::arg("options") = Pairs(), nb::arg("format") = "",
           nb::arg("format_options") = Pairs(), nb::arg("context") = "", nb::arg("call_site") = "")
      .def("current_schema",
           [](JobHolder& self, const Frame& frame) {
             return ToPython(self.AwaitAction([&](Job& job) { return job.CurrentSchema(frame); }));
           })
      .def("count",
           [](JobHolder& self, const Frame& frame) {
             return self.AwaitAction([&](Job& job) { return job.Count(frame); });
           })
      .def("head", &Head, nb::arg("frame"), nb::arg("rows"))
      .def("schema_tree",
           [](JobHolder& self, const Frame& frame) {
             return self.AwaitAction([&](Job& job) { return job.SchemaTree(frame); });
           })
      .def("schema_json",
           [](JobHolder& self, const Frame& frame) {
             return self.AwaitAction([&](Job& job) { return job.SchemaJson(frame); });
           })
      .def("show",
           [](JobHolder& self, const Frame& frame, int64_t rows) {
             return self.AwaitAction([&](Job& job) { return job.Show(frame, rows); });
           })
      .def("for_each_batch", &ForEachBatch);
  BindAnswers(job);
}

}  // namespace tenon::python
