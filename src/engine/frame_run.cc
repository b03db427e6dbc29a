#include "engine/frame_run.h"

#include <algorithm>
#include <utility>

#include "base/failpoint.h"
#include "engine/own_stages.h"
#include "engine/sort_scan.h"
#include "engine/spool_ends.h"
#include "job/cuts.h"

namespace tenon::engine {

using internal::PlanNode;
using job::ActionKind;
using job::ReadWay;

Result<FrameRun> FrameRun::Prepare(Services& services, const PlanNode& node, ActionKind kind) {
  FrameRun run(services, node);
  run.kind_ = kind;
  const job::ReadDecision decision = DecideRead(*run.source_, kind);
  if (decision.way == ReadWay::kFromSpool) {
    run.ReadFrom(run.source_->spool, 1);
  } else {
    TENON_RETURN_IF_ERROR(run.OpenSource(kind, std::nullopt));
  }
  if (kind == ActionKind::kOther) TENON_RETURN_IF_ERROR(run.SpoolIfNeeded());
  return run;
}

Result<std::optional<FrameRun>> FrameRun::PrepareLimited(Services& services, const PlanNode& node,
                                                         int64_t limit) {
  const job::SourceRead& source = *node.source;
  const std::vector<const PlanNode*> chain = job::ChainOf(node);
  const bool keeps_rows = std::none_of(chain.begin(), chain.end(),
                                       [](const PlanNode* step) { return step->changes_rows(); });
  const bool needs_all_rows = job::NextCut(chain, 1, false, false).has_value();
  // A bookmarked source, or one that was opened, has its rows fixed for this run: no separate look.
  if (source.spool || source.plan || source.bookmarked || !source.info.can.replayable ||
      !keeps_rows || needs_all_rows) {
    return std::optional<FrameRun>();
  }
  FrameRun run(services, node);
  ScanRequest interval{.wanted_partitions = 1};
  TENON_ASSIGN_OR_RETURN(run.terms_, job::NegotiateRead(source, interval, job::NeededColumns(chain),
                                                        limit, services.context()));
  if (!run.terms_.limited) return std::optional<FrameRun>();
  run.limited_ = true;
  TENON_RETURN_IF_ERROR(run.PlanScan(std::move(interval), job::NeededColumns(chain), limit));
  return std::optional<FrameRun>(std::move(run));
}

Status FrameRun::OpenSource(ActionKind kind, std::optional<int64_t> limit) {
  runstate::Attempt& attempt = *services_->attempt();
  if (!source_->plan) {
    TENON_ASSIGN_OR_RETURN(source_->plan, attempt.OpenSource(source_->context));
  }
  const runstate::ReadPlan& plan = *source_->plan;
  ScanRequest interval{.wanted_partitions = services_->memory().workers};
  if (source_->bookmarked) interval.after = plan.after;
  if (source_->planned) {
    interval.until = source_->end;
    interval.pin = source_->pin;
  } else {
    if (source_->bookmarked) interval.until = plan.until;
    interval.pin = plan.pin;
  }
  // A spool is for every later consumer: it holds all columns.
  std::optional<std::vector<std::string>> columns;
  // Nor is any left out where the nearest to a misspelt one is to be told.
  if (DecideRead(*source_, kind).way == ReadWay::kStream && source_->required.empty()) {
    columns = job::NeededColumns(chain_);
  }
  TENON_RETURN_IF_ERROR(PlanScan(std::move(interval), std::move(columns), limit));
  TENON_FAILPOINT("K02");
  return NoteInterval();
}

Status FrameRun::PlanScan(ScanRequest interval, std::optional<std::vector<std::string>> columns,
                          std::optional<int64_t> limit) {
  const TaskContext context = services_->context();
  TENON_ASSIGN_OR_RETURN(terms_, job::NegotiateRead(*source_, std::move(interval),
                                                    std::move(columns), limit, context));
  const auto plan = [&] { return source_->source->Plan(terms_.accepted, context); };
  TENON_ASSIGN_OR_RETURN(scan_, services_->Retried(plan));
  if (scan_->local_readers() == nullptr) {
    const auto open = [&] {
      return source_->connector->OpenReaders(source_->options, scan_->state(), context);
    };
    TENON_ASSIGN_OR_RETURN(own_readers_, services_->Retried(open));
  }
  if (!terms_.recheck.empty()) filter_ = MakeFilter(terms_.recheck);
  if (!source_->required.empty()) watch_ = std::make_unique<ColumnWatch>(source_->required);
  return Status::Ok();
}

// The first plan of a source fixes what it reads in this run.
Status FrameRun::NoteInterval() {
  if (source_->planned) return Status::Ok();
  source_->end = scan_->end();
  source_->pin = scan_->pin();
  source_->planned = true;
  return services_->attempt()->SourcePlanned(
      source_->context, source_->bookmarked ? source_->end : std::nullopt, source_->pin);
}

void FrameRun::ReadFrom(std::shared_ptr<job::SpooledRows> rows, size_t begin) {
  own_readers_.reset();
  filter_.reset();
  watch_.reset();
  sort_ = nullptr;
  rows_ = std::move(rows);
  begin_ = begin;
  scan_ = std::make_unique<SpoolScan>(rows_);
}

// A scan gives its partitions once: each reading of the rows has one of its own.
Result<std::unique_ptr<Scan>> FrameRun::ScanOfRows() const {
  if (sort_ == nullptr) return std::unique_ptr<Scan>(std::make_unique<SpoolScan>(rows_));
  std::optional<int64_t> limit;
  if (begin_ < chain_.size() && chain_[begin_]->transform) {
    limit = chain_[begin_]->transform->row_limit();
  }
  TENON_ASSIGN_OR_RETURN(sql::Database * database, services_->sql());
  TENON_ASSIGN_OR_RETURN(std::unique_ptr<SortScan> scan,
                         SortScan::Make(rows_, sort_->order, limit, *database));
  return std::unique_ptr<Scan>(std::move(scan));
}

// From here on the rows of the spool come in the order of this step of the chain.
Status FrameRun::Sort(size_t step) {
  sort_ = chain_[step];
  begin_ = step + 1;
  TENON_ASSIGN_OR_RETURN(scan_, ScanOfRows());
  return Status::Ok();
}

Status FrameRun::SpoolIfNeeded() {
  if (!rows_ && DecideRead(*source_, kind_).way == ReadWay::kSpool) {
    TENON_RETURN_IF_ERROR(SpoolBefore(1));
  }
  return SpoolWhereNeeded(false);
}

Status FrameRun::SpoolWhereNeeded(bool whole_frame) {
  while (const std::optional<job::Cut> cut =
             job::NextCut(chain_, begin_, rows_ != nullptr, whole_frame)) {
    const bool there = rows_ != nullptr && sort_ == nullptr && cut->at == begin_;
    if (!there) TENON_RETURN_IF_ERROR(SpoolBefore(cut->at));
    if (cut->sorts()) TENON_RETURN_IF_ERROR(Sort(cut->at));
  }
  return Status::Ok();
}

// Runs everything before the chain's entry `end` into a spool, and goes on from there.
Status FrameRun::SpoolBefore(size_t end) {
  TENON_ASSIGN_OR_RETURN(std::unique_ptr<SpoolWriters> writers,
                         SpoolWriters::Make({.shared_memory = services_->spool_memory(),
                                             .folder = services_->spill_folder(),
                                             .partitions = 0}));
  const Pipeline pipeline{.from = From(),
                          .to = {.node = "spool", .connector = "spool", .writers = writers.get()}};
  TENON_ASSIGN_OR_RETURN(PipelineResult result, Run(pipeline, end, 0));
  TENON_ASSIGN_OR_RETURN(std::shared_ptr<job::SpooledRows> rows,
                         writers->Finish(result.messages, result.rows_written));
  // All that the source has: nobody needs to read it again.
  if (end == 1 && !terms_.accepted.columns) source_->spool = rows;
  ReadFrom(std::move(rows), end);
  return Status::Ok();
}

Result<SchemaPtr> FrameRun::FrameSchema() {
  TENON_RETURN_IF_ERROR(SpoolWhereNeeded(true));
  return KnownSchema();
}

ReadSide FrameRun::From() const {
  const ReaderFactory* local = scan_->local_readers();
  if (rows_) {
    return {.node = (sort_ ? "sort " : "spool ") + source_->label,
            .connector = sort_ ? "sort" : "spool",
            .scan = scan_.get(),
            .readers = local};
  }
  ReadSide from{.node = chain_.front()->label,
                .connector = source_->info.name,
                .scan = scan_.get(),
                .readers = local ? local : own_readers_.get(),
                .replayable = source_->info.can.replayable,
                .max_readers = source_->info.can.max_readers};
  // With a pin the read is exact by itself; without a bookmark nobody will compare it later.
  from.checksum =
      source_->bookmarked && source_->plan && source_->plan->bookmarked && source_->pin.empty();
  return from;
}

// The steps from begin_ to `end`, each with the frame schema it may rely on; `steps` may be null.
// Gives the schema of the last one's output, or null where it is not known.
Result<SchemaPtr> FrameRun::AddTransforms(size_t end, std::vector<ChainStep>* steps) const {
  const auto typed = [](const PlanNode& node) {
    return node.schema ? std::make_shared<const Schema>(*node.schema) : nullptr;
  };
  SchemaPtr schema = typed(*chain_[begin_ - 1]);
  if (!schema && rows_) schema = rows_->schema;
  for (size_t i = begin_; i < end; ++i) {
    const transform::NarrowTransform& transform = *chain_[i]->transform;
    if (steps != nullptr) steps->push_back({&transform, schema});
    if (chain_[i]->schema) {
      schema = typed(*chain_[i]);
    } else if (schema && transform.changes_rows()) {
      schema = nullptr;
    } else if (schema) {
      TENON_ASSIGN_OR_RETURN(Schema after, transform.FrameSchemaAfter(*schema));
      schema = std::make_shared<const Schema>(std::move(after));
    }
  }
  return schema;
}

// Bad rows that came before the rows this run reads.
int64_t FrameRun::ErrorsBefore() const {
  int64_t count = 0;
  for (size_t i = 0; rows_ && i < begin_; ++i) count += chain_[i]->errors->count;
  return count;
}

// The source was read to its end: what it gave is remembered, and compared with an earlier read.
Status FrameRun::NoteRead(const PipelineResult& result) {
  // One that was left early has shown only what was looked at.
  if (rows_ || limited_ || result.ended_early) return Status::Ok();
  runstate::Fingerprint fingerprint;
  fingerprint.rows = result.rows_read;
  if (result.checksum) fingerprint.row_hash = result.checksum->ToString();
  if (terms_.accepted.columns) fingerprint.hash_columns = *terms_.accepted.columns;
  ++source_->reads;
  source_->fingerprint = fingerprint;
  if (source_->closed) return Status::Ok();
  return services_->attempt()->SourceRead(source_->context, std::move(fingerprint));
}

// The engine's own stages and the transforms up to the chain's entry `end`, and the node behind each, the source first.
Status FrameRun::AddSteps(size_t end, std::vector<ChainStep>* steps,
                          std::vector<const PlanNode*>* nodes) const {
  nodes->push_back(rows_ ? nullptr : chain_.front());
  for (const transform::NarrowTransform* own :
       {watch_ ? &watch_->transform() : nullptr,
        static_cast<const transform::NarrowTransform*>(filter_.get())}) {
    if (own == nullptr) continue;
    steps->push_back({own, nullptr});
    nodes->push_back(nullptr);
  }
  TENON_RETURN_IF_ERROR(AddTransforms(end, steps).status());
  nodes->insert(nodes->end(), chain_.begin() + static_cast<ptrdiff_t>(begin_),
                chain_.begin() + static_cast<ptrdiff_t>(end));
  return Status::Ok();
}

// `pipeline` has its ends; what lies between goes in here: the filter, and the transforms up to the
// chain's entry `end`, before the steps it has.
Result<PipelineResult> FrameRun::Run(Pipeline pipeline, size_t end, int threads) {
  std::vector<ChainStep> steps;
  std::vector<const PlanNode*> nodes;
  TENON_RETURN_IF_ERROR(AddSteps(end, &steps, &nodes));
  nodes.resize(nodes.size() + pipeline.chain.size() + 1, nullptr);
  pipeline.chain.insert(pipeline.chain.begin(), steps.begin(), steps.end());
  ErrorLedger ledger(std::move(nodes), ErrorsBefore());
  pipeline.errors = &ledger;
  Workshop workshop = services_->workshop();
  if (threads > 0) workshop.threads = threads;
  std::vector<NodeProgress> nodes_told;
  if (workshop.on_progress) {
    workshop.on_progress = [&, tell = std::move(workshop.on_progress)](
                               const std::vector<NodeProgress>& running) {
      nodes_told = told_;
      // A spool that this action has filled stands there already, as what it was filled with.
      nodes_told.insert(nodes_told.end(), running.begin() + (told_.empty() ? 0 : 1), running.end());
      tell(nodes_told);
    };
  }
  TENON_ASSIGN_OR_RETURN(PipelineResult result, RunPipeline(pipeline, workshop));
  told_ = std::move(nodes_told);
  TENON_RETURN_IF_ERROR(ledger.CheckAll());
  if (watch_ && !result.ended_early) TENON_RETURN_IF_ERROR(watch_->Check());
  TENON_RETURN_IF_ERROR(NoteRead(result));
  ledger.Keep();
  return result;
}

Result<FrameResult> FrameRun::Into(WriteSide to, SchemaPtr shape, int threads) {
  if (rows_) {
    TENON_ASSIGN_OR_RETURN(scan_, ScanOfRows());
  }
  Pipeline pipeline{.from = From(), .to = std::move(to)};
  std::unique_ptr<transform::NarrowTransform> conform;
  if (shape) {
    conform = MakeConform(std::move(shape));
    pipeline.chain.push_back({conform.get(), nullptr});
  }
  FrameResult result;
  TENON_ASSIGN_OR_RETURN(result.pipeline, Run(std::move(pipeline), chain_.size(), threads));
  for (const PlanNode* node : chain_) result.error_rows += node->errors->count;
  return result;
}

}  // namespace tenon::engine
