// Runs jobs: the embedder's entry. The CLI, the Python library and the server stand on it like anybody else.
//
//   TENON_ASSIGN_OR_RETURN(std::unique_ptr<Job> job, Job::Start({.name = "orders", .state_folder = ".tenon"}));
//   TENON_ASSIGN_OR_RETURN(Frame orders, job->Read({.connection_type = "file", .format = "json", …}));
//   TENON_ASSIGN_OR_RETURN(Frame mapped, job->Transform("apply_mapping", {orders}, R"({"mappings":[…]})", {}));
//   TENON_ASSIGN_OR_RETURN(WriteReport report, job->Write(mapped, {.connection_type = "file", .format = "parquet", …}));
//   TENON_RETURN_IF_ERROR(job->Commit());
//   return job->End(JobEnd::kClean);
//
// Frames are lazy: Read and Transform check their arguments at once and move no rows. Write, Count, CurrentSchema,
// Head and ForEachBatch are actions: they run. Rows of a Write are visible when it returns. Read, Transform, actions
// and Commit are called by one thread; Cancel by any. Several jobs may live in one process.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/connector.h"
#include "tenon/options.h"
#include "tenon/record_batch.h"
#include "tenon/result.h"
#include "tenon/task_context.h"

namespace tenon {

namespace internal {
struct PlanNode;
}

// A lazy stream of self-describing batches: a value that names a node of its job's plan. Of use to that job only.
class Frame {
 public:
  Frame() = default;
  explicit Frame(std::shared_ptr<const internal::PlanNode> node) : node_(std::move(node)) {}
  const std::shared_ptr<const internal::PlanNode>& node() const { return node_; }
  bool valid() const { return node_ != nullptr; }

 private:
  std::shared_ptr<const internal::PlanNode> node_;
};

struct MadeRows {
  std::vector<RecordBatch> batches;  // One after another, of any schemas.
  // When set, `batches` are only what became of the columns of these names in the rows whose bit is set, the lowest
  // first. A column that they lack is gone; those of other names stay as they were.
  struct Edited {
    std::vector<std::string> names;
    std::vector<uint8_t> rows;
  };
  std::optional<Edited> edited;
};

// What an embedder does to rows with code of its own. Called by several threads at once, for whole batches, canonical
// ones; again for a batch whose attempt failed. Bad rows go to context.AddError; an error ends the action.
class RowFunction {
 public:
  virtual ~RowFunction() = default;
  virtual Result<MadeRows> Apply(const RecordBatch& batch, const TaskContext& context) const = 0;
};

class RowPredicate {
 public:
  virtual ~RowPredicate() = default;
  // One bit a row, the lowest first: set where the row stays.
  virtual Result<std::vector<uint8_t>> Keep(const RecordBatch& batch,
                                            const TaskContext& context) const = 0;
};

struct NamedFrame {
  std::string name;
  Frame frame;
};

enum class Rerun : int32_t {
  kAuto =
      0,  // After a cut run without bookmarks: anew if everything it published was an overwrite, else an error.
  kResume = 1,  // Finish the cut run: sinks that have the rows are skipped.
  kAgain = 2,   // Start anew; what the cut run published stays as it is.
};

// When a run finishes a cut one, and a sink has rows of the same interval from it, but not by this very call: another
// target, other filters, other sources.
enum class ChangedRerun : int32_t {
  kFail = 0,            // kConflict TN6003.
  kTreatAsWritten = 1,  // The call is skipped.
  kWriteAnyway = 2,     // Its rows are written beside those.
};

enum class Bookmarks : int32_t { kDisable = 0, kEnable = 1, kPause = 2 };

struct NodeProgress {
  std::string node;  // "read persons", "write #1"
  int64_t rows = 0, bytes = 0;
  double rows_per_second = 0;
  int partitions_done = 0, partitions = -1;  // -1: not all planned yet.
  bool finished = false;
};

// What a job tells while it runs. Called from engine threads, one call at a time; must return soon.
class JobObserver {
 public:
  virtual ~JobObserver() = default;
  // About twice a second during an action, and once at its end.
  virtual void OnProgress(const std::vector<NodeProgress>& nodes) = 0;
  // What a user should know: "sink orders has these rows already", "will be sent again". Redacted.
  virtual void OnMessage(LogLevel level, std::string_view text) = 0;
};

struct JobSettings {
  std::string name;
  std::string state_folder;  // Holds the run state; made when missing.
  std::string run;           // Its id: RunToFinish()'s, or a new one; empty: drawn.
  std::string script_hash;   // Tells a changed script from an unchanged one; may be empty.
  Rerun rerun = Rerun::kAuto;
  ChangedRerun on_changed_rerun = ChangedRerun::kFail;
  // When a cut run is finished and a source has other rows in its interval than its written sinks got: go on with
  // those, in place of kConflict TN6004.
  bool accept_changed_source = false;
  Bookmarks bookmarks = Bookmarks::kDisable;
  int64_t memory_bytes = 0;  // 0: a share of the machine or of its cgroup.
  int threads = 0;           // 0: as many as cores.
  std::string spill_folder;  // Empty: inside the state folder.
  // The process ends after the job, by _exit: what the system takes back faster than a library would is left to it.
  bool process_ends = false;
  // Those the job may name, besides plug-ins: BuiltinConnectors() of connectors/builtin.h, and an embedder's own.
  std::vector<std::shared_ptr<Connector>> connectors;
  std::vector<std::string>
      plugin_paths;  // Folders and libraries to look for connectors, besides the usual ones.
  JobObserver* observer = nullptr;  // Borrowed; may be null.
  // Handlers for fatal signals, which write `crashes/crash-<run>-<attempt>.txt` in the state folder and one line to
  // stderr: connector, partition, signal. Only for a process that belongs to the job, and to one job at a time; the
  // handlers that were there run afterwards.
  bool crash_reports = false;
};

struct ReadSpec {
  std::string connection_type;  // "custom.spark", "file", "s3", "sequence"…
  Options options;
  std::string format;  // "json"; empty where the store has no formats.
  Options format_options;
  std::string context;  // transformation_ctx; empty: not bookmarked.
  std::string push_down_predicate;
  // Given: these columns and those of the predicate must be there (TN2001 with the nearest that is). A self-describing
  // source tells only when it has been read to its end; then nothing is published. None: what is not there is null.
  std::optional<std::vector<std::string>> required_columns;
  // Bad rows of the source that may be left out; one more ends the action (TN2010) and is named. -1: any number.
  int64_t bad_rows_allowed = -1;
  std::string label;  // Shown in progress and errors; empty: made from the rest.
};

struct TransformSpec {
  std::string context;
  std::string info;             // Attached to error records.
  int64_t stage_threshold = 0;  // Errors of this step at which it fails; 0 = never.
  int64_t total_threshold = 0;
};

struct WriteSpec {
  std::string connection_type;
  Options options;
  std::string format;
  Options format_options;
  std::string context;
  std::string call_site;  // "job.py:main:write(…)": names the sink when context is empty.
};

struct WriteReport {
  int64_t rows = 0, bytes = 0, error_rows = 0;
  bool skipped = false;        // An earlier attempt had written these rows.
  bool at_least_once = false;  // The sink keeps no register.
};

// What is done to the files below a path that have been kept long enough.
struct RetentionSpec {
  std::string path;  // A folder with all below it, or one file; local or of S3.
  int64_t retention_hours = 168;
  std::vector<std::string> excluded_storage_classes;  // Objects of these stay as they are.
  // Of S3: the class to move objects to. Empty: files are removed.
  std::string to_storage_class;
  // Success.csv and Failed.csv in this folder name each file that was taken. Empty: none.
  std::string manifest_path;
};

struct RetentionReport {
  int64_t files = 0, bytes = 0;  // Removed or moved.
  int64_t failed = 0;
  std::string first_failure;
};

// A stored run, for listing.
struct RunSummary {
  std::string job, run, state;  // state: running, cut, done, failed, ended, unknown.
  int64_t started_at_us = 0, ended_at_us = 0;
  int64_t attempt = 0;
  int64_t rows =
      0;  // Written, by all its attempts and to all its sinks, as far as it is known to be published.
  int pending_slots = 0;
  std::string holder;        // "pid 4711 on host" of a running one.
  std::string crash_report;  // Path, when its last attempt ended in a crash that was reported.
};

enum class JobEnd { kClean, kFailed };

class Job {
 public:
  virtual ~Job() = default;  // Without End: as End(kFailed).

  // Takes the job's lock, settles what an earlier attempt left open. kConflict: it is running (the text names pid,
  // host and since when). kUnavailable with number 9001: a sink gave no answer, the outcome is unknown.
  static Result<std::unique_ptr<Job>> Start(JobSettings settings);

  virtual Result<Frame> Read(const ReadSpec& spec) = 0;
  // A frame of these rows, which stay in memory or a spool. It has no source: a write of it has nothing to be finished
  // from when its run is cut, but by a script that makes it again.
  virtual Result<Frame> FromBatches(std::vector<RecordBatch> batches, std::string_view label) = 0;
  // Names: apply_mapping, coalesce, drop_fields, filter, join (two frames; "kind": inner or left_anti), limit,
  // rename_field, repartition, resolve_choice, select_fields, sort, union (two frames or more), unnest,
  // with_frame_schema.
  // `arguments` is a JSON object: the transform's own parameters. kInvalidArgument names unknown transforms and
  // parameters with the nearest known ones.
  virtual Result<Frame> Transform(std::string_view name, const std::vector<Frame>& inputs,
                                  std::string_view arguments, const TransformSpec& spec) = 0;

  // `detail` is shown in plans ("Map job.py:12:clean"), and tells this function from another when a cut run is finished.
  virtual Result<Frame> Map(const Frame& frame, std::shared_ptr<const RowFunction> function,
                            std::string_view detail, const TransformSpec& spec) = 0;
  // Keeps the frame's schema.
  virtual Result<Frame> Filter(const Frame& frame, std::shared_ptr<const RowPredicate> predicate,
                               std::string_view detail, const TransformSpec& spec) = 0;
  // Takes the rows apart into flat tables, the root first: structs into columns "a.b", arrays and maps into tables of
  // their own ("root_a.b": id, index, "a.b.val…") whose ids stand in place of them. An action: it reads the frame.
  virtual Result<std::vector<NamedFrame>> Relationalize(const Frame& frame, std::string_view root,
                                                        const TransformSpec& spec) = 0;

  virtual Result<WriteReport> Write(const Frame& frame, const WriteSpec& spec) = 0;
  // Computed from all rows for a self-describing frame. `const` schema sharing: the pointer is the caller's too.
  virtual Result<SchemaPtr> CurrentSchema(const Frame& frame) = 0;
  // Whether all batches of the frame are known to have one schema, without reading any.
  virtual Result<bool> IsTyped(const Frame& frame) = 0;
  virtual Result<int64_t> Count(const Frame& frame) = 0;
  // The first `rows` rows, in batches.
  virtual Result<std::vector<RecordBatch>> Head(const Frame& frame, int64_t rows) = 0;
  // As AWS Glue prints them: the tree of printSchema(), the JSON of schema().jsonValue(), and a JSON text per row.
  virtual Result<std::string> SchemaTree(const Frame& frame) = 0;
  virtual Result<std::string> SchemaJson(const Frame& frame) = 0;
  virtual Result<std::vector<std::string>> Show(const Frame& frame, int64_t rows) = 0;
  // In how many partitions the rows come: what is planned of a source, or what the frame was brought into.
  virtual Result<int> CountPartitions(const Frame& frame) = 0;
  // Every batch, one call at a time, in no promised order. An error of `visit` ends the action and is returned.
  virtual Status ForEachBatch(const Frame& frame,
                              const std::function<Status(RecordBatch)>& visit) = 0;
  // The frame's bad rows so far; counts are of actions that have run.
  virtual Result<std::vector<ErrorRecord>> Errors(const Frame& frame, int64_t max) = 0;
  virtual Result<int64_t> ErrorCount(const Frame& frame) = 0;
  // Of the frame's last step alone.
  virtual Result<int64_t> StageErrorCount(const Frame& frame) = 0;
  // The bad rows as a frame: error: struct<callsite: struct<site, info>, msg, input, source>. An action: it reads the
  // frame, and keeps up to 10,000 of each step.
  virtual Result<Frame> ErrorsFrame(const Frame& frame) = 0;
  // Sources, what is pushed down, transforms, spools with their reason, sinks: text for people.
  virtual Result<std::string> Explain(const Frame& frame) = 0;

  // Removes files, or moves them to another storage class, by their age: at once, whatever becomes of the run. A file
  // that cannot be taken does not end it. kNotFound: no such bucket; nothing below the path is no error.
  virtual Result<RetentionReport> ApplyRetention(const RetentionSpec& spec) = 0;

  // Moves the positions of the sources opened since the last commit, in one durable step.
  virtual Status Commit() = 0;
  // Ends the run. kClean without a Commit closes it as AWS does, and warns when bookmarks were on.
  virtual Status End(JobEnd how) = 0;
  // Running actions return kCancelled within two seconds.
  virtual void Cancel() = 0;
  virtual const std::string& run() const = 0;

  // Run-state verbs of the CLI, on a state folder.
  static Result<std::vector<RunSummary>> ListRuns(const std::string& state_folder,
                                                  std::string_view job);
  // The id of the cut run that Start() with these settings finishes, if its sinks hold something of it; empty when it
  // begins a new one. Given to Start() as `run`, it lets a program tell the id before it.
  static Result<std::string> RunToFinish(const JobSettings& settings);
  // Settles open slots without running the script. The text says what was found and done.
  static Result<std::string> Recover(const JobSettings& settings);
  // Settles, then drops pending slots; the text says which sink holds which interval that others lack.
  // `undecided_too`: also calls for which no sink answers any more (TN9001 without it), whose rows may be there.
  static Result<std::string> Forget(const JobSettings& settings, bool undecided_too = false);
};

// One document about this build: versions, connectors, their options: for `tenon doctor` and completion. JSON.
std::string DescribeHost();

}  // namespace tenon
