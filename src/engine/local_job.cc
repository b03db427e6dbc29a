#include "engine/local_job.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "base/error_catalog.h"
#include "base/failpoint.h"
#include "base/json.h"
#include "base/memory_limit.h"
#include "base/process_folder.h"
#include "base/time.h"
#include "columnar/normalise.h"
#include "connector/checked.h"
#include "engine/crash_notes.h"
#include "engine/frame_run.h"
#include "engine/own_stages.h"
#include "engine/query_scan.h"
#include "engine/row_functions.h"
#include "engine/sink_write.h"
#include "engine/table_writers.h"
#include "expression/bind.h"
#include "expression/parse.h"
#include "job/derive.h"
#include "job/sort_keys.h"
#include "object_store/location.h"
#include "object_store/retention.h"
#include "object_store/route/open_store.h"
#include "runstate/job_lock.h"
#include "sql/query.h"
#include "transform/make_transform.h"

namespace tenon::engine {
namespace {

constexpr std::chrono::milliseconds kRecoverPatience{30'000};
constexpr int64_t kMostRetentionHours = 100 * 365 * 24;

int ThreadsOf(const JobSettings& settings) {
  if (settings.threads > 0) return settings.threads;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

// Typed for the source's schema; as it stands for a source that only its batches describe.
Result<std::vector<Predicate>> ConjunctsOf(const Predicate& predicate,
                                           const std::optional<Schema>& schema) {
  if (schema) return expression::BindPredicate(predicate, *schema);
  if (predicate.op == Op::kAnd) return predicate.args;
  return std::vector<Predicate>{predicate};
}

// A typed source is checked by whoever names its columns.
void AddRequired(const std::vector<std::string>& named, job::SourceRead* source) {
  if (source->schema) return;
  source->required = named;
  for (const Predicate& conjunct : source->where) {
    for (const std::string& path : conjunct.Columns()) {
      source->required.push_back(path.substr(0, path.find('.')));
    }
  }
}

// Of rows made of typed frames: what each of their batches will have. None: the batches tell.
Result<std::optional<Schema>> TypedSchemaOf(const job::DerivedRead& derived) {
  const std::optional<Schema>& first = derived.inputs.front()->schema;
  for (const auto& input : derived.inputs) {
    if (!input->schema) return std::optional<Schema>();
  }
  if (derived.kind == job::DerivedRead::Kind::kJoin) {
    TENON_ASSIGN_OR_RETURN(const sql::Query query,
                           JoinQueryOf(derived, *first, *derived.inputs[1]->schema));
    return std::optional<Schema>(*query.schema());
  }
  for (const auto& input : derived.inputs) {
    if (!(*input->schema == *first)) return std::optional<Schema>();
  }
  return first;
}

// A step that some rows pass: {"where": "a > 1 AND b = 'x'", "keep": "matching" | "others"}.
Result<std::shared_ptr<const transform::NarrowTransform>> FilterOf(
    const base::Json& arguments, const std::optional<Schema>& input) {
  TENON_ASSIGN_OR_RETURN(const base::JsonObject object, base::JsonObject::From(arguments));
  TENON_RETURN_IF_ERROR(object.RefuseOthers({"where", "keep"}));
  TENON_ASSIGN_OR_RETURN(const std::string where, object.String("where"));
  TENON_ASSIGN_OR_RETURN(const std::string keep, object.StringOr("keep", "matching"));
  if (keep != "matching" && keep != "others") {
    return Status::InvalidArgument("A filter keeps matching or others: keep=" + keep)
        .WithNumber(base::kErrTransformArgument);
  }
  TENON_ASSIGN_OR_RETURN(const Predicate parsed, expression::ParsePredicate(where));
  TENON_ASSIGN_OR_RETURN(std::vector<Predicate> conjuncts, ConjunctsOf(parsed, input));
  for (const Predicate& conjunct : conjuncts) {
    if (conjunct.op != Op::kText) continue;
    return Status::Unsupported("Condition of a filter is not understood: condition=" +
                               conjunct.ToString())
        .WithNumber(base::kErrTextPredicate)
        .WithHint("Write it with comparisons, AND, OR, NOT, IN, LIKE 'text%' or IS NULL.");
  }
  return std::shared_ptr<const transform::NarrowTransform>(
      MakeFilter(std::move(conjuncts), keep == "others"));
}

Status CheckSettings(const JobSettings& settings) {
  if (settings.name.empty()) {
    return Status::InvalidArgument("A job needs a name: setting=name")
        .WithNumber(base::kErrMissingOption);
  }
  if (settings.state_folder.empty()) {
    return Status::InvalidArgument("A job needs a folder for its run state: setting=state_folder")
        .WithNumber(base::kErrMissingOption);
  }
  return Status::Ok();
}

// Looked up once in a process: it takes a dozen files.
int64_t UsableMemory() {
  static const int64_t usable = base::ReadMachineMemory().usable();
  return usable;
}

}  // namespace

runstate::AttemptRequest AttemptRequestOf(const JobSettings& settings) {
  runstate::AttemptRequest request;
  request.job = settings.name;
  request.run = settings.run;
  request.script_hash = settings.script_hash;
  switch (settings.bookmarks) {
    case Bookmarks::kDisable: request.bookmarks = runstate::BookmarkMode::kDisabled; break;
    case Bookmarks::kEnable: request.bookmarks = runstate::BookmarkMode::kEnabled; break;
    case Bookmarks::kPause: request.bookmarks = runstate::BookmarkMode::kPaused; break;
  }
  switch (settings.rerun) {
    case Rerun::kAuto: request.cut_run = runstate::CutRun::kAsk; break;
    case Rerun::kResume: request.cut_run = runstate::CutRun::kResume; break;
    case Rerun::kAgain: request.cut_run = runstate::CutRun::kAgain; break;
  }
  switch (settings.on_changed_rerun) {
    case ChangedRerun::kFail: break;
    case ChangedRerun::kTreatAsWritten:
      request.on_changed_rerun = runstate::ChangedRerun::kTreatAsWritten;
      break;
    case ChangedRerun::kWriteAnyway:
      request.on_changed_rerun = runstate::ChangedRerun::kWriteAnyway;
      break;
  }
  request.accept_changed_source = settings.accept_changed_source;
  return request;
}

Result<Connectors> FindConnectors(const JobSettings& settings) {
  // Builds that check their own beliefs check what connectors do as strictly. Elsewhere those that are linked in have
  // passed their tests; a plug-in is somebody else's.
#if defined(TENON_DCHECKS) && TENON_DCHECKS
  constexpr auto kLinkedIn = connector::CheckLevel::kFull;
  constexpr auto kPlugin = connector::CheckLevel::kFull;
#else
  constexpr auto kLinkedIn = connector::CheckLevel::kCheap;
  constexpr auto kPlugin = connector::CheckLevel::kSampled;
#endif
  Connectors found;
  for (const std::shared_ptr<Connector>& connector : settings.connectors) {
    TENON_RETURN_IF_ERROR(found.registry.Add(connector::Checked(connector, kLinkedIn)));
  }
  const auto places =
      connector::PluginPlaces::FromEnvironment(settings.plugin_paths, settings.state_folder);
  TENON_ASSIGN_OR_RETURN(found.plugins, connector::LoadPlugins(places));
  for (const std::shared_ptr<Connector>& plugin : found.plugins.connectors) {
    TENON_RETURN_IF_ERROR(found.registry.Add(connector::Checked(plugin, kPlugin)));
  }
  return found;
}

LocalJob::LocalJob(JobSettings settings, Connectors connectors, MemoryPlan memory)
    : settings_(std::move(settings)),
      plugins_(std::move(connectors.plugins)),
      services_(settings_, std::move(connectors.registry), memory) {}

LocalJob::~LocalJob() {
  if (!ended_ && services_.attempt() != nullptr) static_cast<void>(End(JobEnd::kFailed));
}

Result<std::unique_ptr<Job>> LocalJob::Start(JobSettings settings) {
  TENON_RETURN_IF_ERROR(CheckSettings(settings));
  TENON_RETURN_IF_ERROR(ReportCrashes(settings, "", 0));
  TENON_ASSIGN_OR_RETURN(const MemoryPlan memory,
                         PlanMemory(settings.memory_bytes, UsableMemory(), ThreadsOf(settings)));
  TENON_ASSIGN_OR_RETURN(Connectors connectors, FindConnectors(settings));
  std::unique_ptr<LocalJob> job(new LocalJob(std::move(settings), std::move(connectors), memory));
  if (Status begun = job->Begin(); !begun.ok()) return job->Leave(std::move(begun));
  return std::unique_ptr<Job>(std::move(job));
}

// Lock, epoch, recovery; then the run begins.
Status LocalJob::Begin() {
  TENON_ASSIGN_OR_RETURN(journal_, runstate::Journal::Open(settings_.state_folder));
  TENON_ASSIGN_OR_RETURN(std::unique_ptr<runstate::JobLock> lock,
                         runstate::JobLock::Take(settings_.state_folder, settings_.name));
  TENON_ASSIGN_OR_RETURN(
      std::unique_ptr<runstate::Attempt> attempt,
      runstate::Attempt::Start(*journal_, std::move(lock), AttemptRequestOf(settings_)));
  if (const auto& last = attempt->last_run()) {
    const std::string crash = CrashNote(settings_.state_folder, *last);
    if (!crash.empty()) services_.Message(LogLevel::kWarning, crash + ". It is settled first");
  }
  const Settler settler(services_.registry(), services_.names(), services_.host(), services_.stop(),
                        kRecoverPatience, kLongestSettling);
  const auto tell = [this](const std::string& text) { services_.Message(LogLevel::kInfo, text); };
  TENON_RETURN_IF_ERROR(SettleAll(*attempt, settler, tell));
  TENON_RETURN_IF_ERROR(attempt->Begin());
  TENON_RETURN_IF_ERROR(ReportCrashes(settings_, attempt->run(), attempt->attempt_number()));
  TENON_FAILPOINT("K01");
  run_ = attempt->run();
  services_.set_attempt(std::move(attempt));
  services_.TellNotes();
  TENON_RETURN_IF_ERROR(Sweep(services_.stop()));
  // What a killed process spilled is of no use to anybody.
  static_cast<void>(base::SweepProcessFolders(services_.spill_folder()));
  TENON_FAILPOINT("K24");
  return Status::Ok();
}

Status LocalJob::Sweep(std::stop_token stop) {
  const Settler settler(services_.registry(), services_.names(), services_.host(), std::move(stop),
                        services_.cancelled() ? kSweepPatienceCancelled : kSweepPatience);
  return RemoveGarbage(*services_.attempt(), settler, journal_->home_id(), settings_.name);
}

Result<const internal::PlanNode*> LocalJob::NodeOf(const Frame& frame) const {
  if (!frame.valid()) return Status::InvalidArgument("The frame is empty: it names no plan");
  if (frame.node()->owner != this) {
    return Status::InvalidArgument("The frame belongs to another job");
  }
  if (ended_) return Status::InvalidArgument("The job has ended: job=" + settings_.name);
  return frame.node().get();
}

Frame LocalJob::AddNode(internal::PlanNode node) {
  node.id = next_node_++;
  node.owner = this;
  node.errors = std::make_shared<job::NodeErrors>();
  return Frame(std::make_shared<const internal::PlanNode>(std::move(node)));
}

Result<Frame> LocalJob::Read(const ReadSpec& spec) { return Leave(ReadSource(spec)); }

Result<Frame> LocalJob::ReadSource(const ReadSpec& spec) {
  services_.redactor().AddSecrets(spec.options);
  services_.redactor().AddSecrets(spec.format_options);
  Result<job::ResolvedStore> resolved =
      job::ResolveRead(services_.registry(), services_.names(), spec);
  if (!resolved.ok()) return plugins_.Explain(std::move(resolved).status());
  job::ResolvedStore store = *std::move(resolved);
  auto source = std::make_shared<job::SourceRead>();
  source->number = static_cast<int>(sources_.size()) + 1;
  source->label =
      spec.label.empty() ? job::LabelOf(spec.connection_type, spec.options) : spec.label;
  source->bookmarked = !spec.context.empty();
  source->context = source->bookmarked
                        ? spec.context
                        : "source#" + std::to_string(source->number) + " " + store.info.name;
  source->connector = std::move(store.connector);
  source->info = std::move(store.info);
  source->options = std::move(store.options);
  const TaskContext context = services_.context();
  const auto open = [&] { return source->connector->OpenSource(source->options, context); };
  TENON_ASSIGN_OR_RETURN(source->source, services_.Retried(open));
  const auto describe = [&] { return source->source->schema(context); };
  TENON_ASSIGN_OR_RETURN(source->schema, services_.Retried(describe));
  if (!spec.push_down_predicate.empty()) {
    TENON_ASSIGN_OR_RETURN(const Predicate parsed,
                           expression::ParsePredicate(spec.push_down_predicate));
    TENON_ASSIGN_OR_RETURN(source->where, ConjunctsOf(parsed, source->schema));
    source->predicate = spec.push_down_predicate;
  }
  if (spec.required_columns) AddRequired(*spec.required_columns, source.get());
  if (source->number > 1) TENON_FAILPOINT("K19");
  sources_.push_back(source);
  internal::PlanNode node{
      .label = "read " + source->label, .source = source, .schema = source->schema};
  if (spec.bad_rows_allowed >= 0) node.spec.stage_threshold = spec.bad_rows_allowed + 1;
  return AddNode(std::move(node));
}

Result<Frame> LocalJob::FromBatches(std::vector<RecordBatch> batches, std::string_view label) {
  return Leave(AddRows(std::move(batches), std::string(label), {}));
}

Result<Frame> LocalJob::AddRows(std::vector<RecordBatch> batches, std::string label,
                                std::vector<std::shared_ptr<const internal::PlanNode>> inputs) {
  TENON_ASSIGN_OR_RETURN(std::unique_ptr<frame::Spool> spool,
                         frame::Spool::Make({.shared_memory = services_.spool_memory(),
                                             .folder = services_.spill_folder()}));
  for (RecordBatch& batch : batches) {
    TENON_ASSIGN_OR_RETURN(batch, columnar::Normalise(std::move(batch)));
    TENON_RETURN_IF_ERROR(spool->Append(0, std::move(batch)));
  }
  TENON_RETURN_IF_ERROR(spool->Finish());
  auto rows = std::make_shared<job::SpooledRows>();
  rows->partitions = {0};
  rows->schema = spool->merged_schema();
  rows->rows = spool->rows();
  rows->spool = std::move(spool);
  auto derived = std::make_shared<job::DerivedRead>();
  derived->kind = job::DerivedRead::Kind::kTable;
  derived->inputs = std::move(inputs);
  derived->detail = "Rows of " + label;
  derived->spool = std::move(rows);
  return AddNode({.label = std::move(label), .derived = std::move(derived)});
}

Result<Frame> LocalJob::Transform(std::string_view name, const std::vector<Frame>& inputs,
                                  std::string_view arguments, const TransformSpec& spec) {
  return Leave(AddTransform(name, inputs, arguments, spec));
}

Result<Frame> LocalJob::AddTransform(std::string_view name, const std::vector<Frame>& inputs,
                                     std::string_view arguments, const TransformSpec& spec) {
  TENON_ASSIGN_OR_RETURN(const base::Json parsed,
                         base::ParseJson(arguments.empty() ? "{}" : arguments));
  if (job::IsDerived(name)) return Derive(name, inputs, parsed, spec);
  if (inputs.size() != 1) {
    return Status::InvalidArgument("Transform takes one frame: transform=" + std::string(name) +
                                   " given=" + std::to_string(inputs.size()))
        .WithNumber(base::kErrTransformArgument);
  }
  TENON_ASSIGN_OR_RETURN(const internal::PlanNode* input, NodeOf(inputs.front()));
  if (name == "sort") {
    TENON_ASSIGN_OR_RETURN(std::vector<SortKey> order, job::ParseSortKeys(parsed));
    if (input->schema) TENON_RETURN_IF_ERROR(sql::Query::Sort(*input->schema, order).status());
    return AddNode({.label = std::string(name),
                    .source = input->source,
                    .derived = input->derived,
                    .input = inputs.front().node(),
                    .order = std::move(order),
                    .spec = spec,
                    .schema = input->schema});
  }
  std::shared_ptr<const transform::NarrowTransform> transform;
  if (name == "filter") {
    TENON_ASSIGN_OR_RETURN(transform, FilterOf(parsed, input->schema));
  } else {
    TENON_ASSIGN_OR_RETURN(transform, transform::MakeTransform(name, parsed));
  }
  return AddNarrow(inputs.front(), std::string(name), std::move(transform), spec);
}

Result<Frame> LocalJob::AddNarrow(const Frame& frame, std::string label,
                                  std::shared_ptr<const transform::NarrowTransform> transform,
                                  const TransformSpec& spec) {
  TENON_ASSIGN_OR_RETURN(const internal::PlanNode* input, NodeOf(frame));
  TENON_ASSIGN_OR_RETURN(std::optional<Schema> schema, transform->OutputSchema(input->schema));
  return AddNode({.label = std::move(label),
                  .source = input->source,
                  .derived = input->derived,
                  .input = frame.node(),
                  .transform = std::move(transform),
                  .spec = spec,
                  .schema = std::move(schema)});
}

Result<Frame> LocalJob::Map(const Frame& frame, std::shared_ptr<const RowFunction> function,
                            std::string_view detail, const TransformSpec& spec) {
  return Leave(AddNarrow(frame, "map", MakeMap(std::move(function), std::string(detail)), spec));
}

Result<Frame> LocalJob::Filter(const Frame& frame, std::shared_ptr<const RowPredicate> predicate,
                               std::string_view detail, const TransformSpec& spec) {
  return Leave(
      AddNarrow(frame, "filter", MakeRowFilter(std::move(predicate), std::string(detail)), spec));
}

Result<Frame> LocalJob::Derive(std::string_view name, const std::vector<Frame>& inputs,
                               const base::Json& arguments, const TransformSpec& spec) {
  std::vector<std::shared_ptr<const internal::PlanNode>> nodes;
  for (const Frame& frame : inputs) {
    TENON_RETURN_IF_ERROR(NodeOf(frame).status());
    nodes.push_back(frame.node());
  }
  TENON_ASSIGN_OR_RETURN(std::shared_ptr<job::DerivedRead> derived,
                         job::MakeDerived(name, arguments, std::move(nodes)));
  TENON_ASSIGN_OR_RETURN(std::optional<Schema> schema, TypedSchemaOf(*derived));
  return AddNode({.label = std::string(name),
                  .derived = std::move(derived),
                  .spec = spec,
                  .schema = std::move(schema)});
}

Result<std::vector<NamedFrame>> LocalJob::Relationalize(const Frame& frame, std::string_view root,
                                                        const TransformSpec& spec) {
  return Leave(TakeApart(frame, std::string(root), spec));
}

Result<std::vector<NamedFrame>> LocalJob::TakeApart(const Frame& frame, const std::string& root,
                                                    const TransformSpec& spec) {
  TENON_ASSIGN_OR_RETURN(const internal::PlanNode* node, NodeOf(frame));
  if (root.empty()) {
    return Status::InvalidArgument("Name of the root table is empty: root_table_name=")
        .WithNumber(base::kErrTransformArgument);
  }
  TENON_ASSIGN_OR_RETURN(FrameRun run,
                         FrameRun::Prepare(services_, *node, job::ActionKind::kSinkWrite));
  TENON_RETURN_IF_ERROR(run.SpoolIfNeeded());
  TableWriters writers(root,
                       {.shared_memory = services_.spool_memory(),
                        .folder = services_.spill_folder(),
                        .partitions = 0},
                       node->schema);
  TENON_ASSIGN_OR_RETURN(const FrameResult result, run.Into({.node = "relationalize",
                                                             .connector = "relationalize",
                                                             .writers = &writers,
                                                             .one_at_least = true}));
  TENON_ASSIGN_OR_RETURN(std::vector<SpooledTable> tables,
                         writers.Finish(result.pipeline.messages));
  std::vector<NamedFrame> frames;
  for (SpooledTable& table : tables) {
    auto derived = std::make_shared<job::DerivedRead>();
    derived->kind = job::DerivedRead::Kind::kTable;
    derived->inputs = {frame.node()};
    derived->detail = "Relationalize: table " + table.name;
    std::optional<Schema> schema;
    if (node->schema) schema = *table.rows->schema;
    derived->spool = std::move(table.rows);
    frames.push_back({table.name, AddNode({.label = "relationalize",
                                           .derived = std::move(derived),
                                           .spec = spec,
                                           .schema = std::move(schema)})});
  }
  return frames;
}

Result<WriteReport> LocalJob::Write(const Frame& frame, const WriteSpec& spec) {
  return Leave(WriteFrame(frame, spec));
}

Result<WriteReport> LocalJob::WriteFrame(const Frame& frame, const WriteSpec& spec) {
  services_.redactor().AddSecrets(spec.options);
  services_.redactor().AddSecrets(spec.format_options);
  TENON_ASSIGN_OR_RETURN(const internal::PlanNode* node, NodeOf(frame));
  const Result<job::ResolvedSink> sink =
      job::ResolveWrite(services_.registry(), services_.names(), spec);
  if (!sink.ok()) return plugins_.Explain(sink.status());
  SinkWrite write(services_, *node, *sink, spec);
  return write.Run();
}

Result<RetentionReport> LocalJob::ApplyRetention(const RetentionSpec& spec) {
  return Leave(TakeOldFiles(spec));
}

Result<RetentionReport> LocalJob::TakeOldFiles(const RetentionSpec& spec) {
  if (ended_) return Status::InvalidArgument("The job has ended: job=" + settings_.name);
  if (spec.retention_hours < 0 || spec.retention_hours > kMostRetentionHours) {
    return Status::InvalidArgument(
               "Value of an option is out of bounds: option=retentionPeriod value=" +
               std::to_string(spec.retention_hours) +
               " least=0 most=" + std::to_string(kMostRetentionHours))
        .WithNumber(base::kErrOptionBounds);
  }
  object_store::RetentionRule rule;
  TENON_ASSIGN_OR_RETURN(rule.path, object_store::NormalPath(spec.path));
  if (!spec.manifest_path.empty()) {
    TENON_ASSIGN_OR_RETURN(rule.manifest_folder, object_store::NormalPath(spec.manifest_path));
  }
  rule.keep_ns = spec.retention_hours * 3600 * 1'000'000'000;
  rule.excluded_classes = spec.excluded_storage_classes;
  rule.to_class = spec.to_storage_class;
  rule.folder = spec.path.ends_with('/');
  const auto store = object_store::OpenStore({.stop = services_.stop()});
  const auto manifests = object_store::OpenStore({});
  TENON_ASSIGN_OR_RETURN(
      object_store::RetentionOutcome outcome,
      object_store::ApplyRetention(*store, *manifests, rule, base::NowMicros() * 1000));
  return RetentionReport{.files = outcome.objects,
                         .bytes = outcome.bytes,
                         .failed = outcome.failed,
                         .first_failure = std::move(outcome.first_failure)};
}

Status LocalJob::Commit() {
  if (ended_) return Status::InvalidArgument("The job has ended: job=" + settings_.name);
  TENON_RETURN_IF_ERROR(Leave(services_.context().CheckCancelled()));
  Status committed = services_.attempt()->Commit();
  services_.TellNotes();
  if (!committed.ok()) return Leave(std::move(committed));
  for (const std::shared_ptr<job::SourceRead>& source : sources_) {
    if (source->plan) source->closed = true;
  }
  TENON_RETURN_IF_ERROR(Leave(Sweep(services_.stop())));
  TENON_FAILPOINT("K27");
  return Status::Ok();
}

Status LocalJob::End(JobEnd how) {
  if (std::exchange(ended_, true)) return Status::Ok();
  const auto ending = how == JobEnd::kClean ? runstate::Ending::kClean : runstate::Ending::kFailed;
  Status ended = services_.attempt()->End(ending);
  TENON_FAILPOINT("K28");
  services_.TellNotes();
  // Not the job's stop token: what a cancelled job left is removed too, while its user waits for a moment.
  if (ended.ok()) ended = Sweep({});
  services_.set_attempt(nullptr);  // Gives the job back: another run may begin.
  return Leave(std::move(ended));
}

void LocalJob::Cancel() { services_.Cancel(); }

}  // namespace tenon::engine
