#include "engine/frame_run.h"

#include <algorithm>
#include <utility>

#include "base/failpoint.h"
#include "engine/own_stages.h"
#include "engine/spool_ends.h"

namespace tenon::engine {

using internal::PlanNode;
using job::ActionKind;
using job::ReadWay;

Result<FrameRun> FrameRun::Prepare(Services& services, const PlanNode& node, ActionKind kind) {
  FrameRun run(services, node);
  run.kind_ = kind;
  const job::ReadDecision decision = DecideRead(*run.source_, kind);
  if (decision.way == ReadWay::kFromSpool) {
    run.OpenSpool(run.source_->spool);
    return run;
  }
  TENON_RETURN_IF_ERROR(run.OpenSource(kind, std::nullopt));
  if (kind == ActionKind::kOther) TENON_RETURN_IF_ERROR(run.SpoolSource());
  return run;
}

Result<std::optional<FrameRun>> FrameRun::PrepareLimited(Services& services, const PlanNode& node,
                                                         int64_t limit) {
  const job::SourceRead& source = *node.source;
  const std::vector<const PlanNode*> chain = job::ChainOf(node);
  const bool keeps_rows = std::none_of(chain.begin(), chain.end(), [](const PlanNode* step) {
    return step->transform && step->transform->changes_rows();
  });
  // A bookmarked source, or one that was opened, has its rows fixed for this run: no separate look.
  if (source.spool || source.plan || source.bookmarked || !source.info.can.replayable ||
      !keeps_rows) {
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
  if (DecideRead(*source_, kind).way == ReadWay::kStream) {
    columns = job::NeededColumns(job::ChainOf(*node_));
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

void FrameRun::OpenSpool(std::shared_ptr<job::SpooledRows> rows) {
  own_readers_.reset();
  filter_.reset();
  scan_ = std::make_unique<SpoolScan>(std::move(rows));
  from_spool_ = true;
}

Status FrameRun::SpoolIfNeeded() {
  if (from_spool_ || DecideRead(*source_, kind_).way != ReadWay::kSpool) return Status::Ok();
  return SpoolSource();
}

Status FrameRun::SpoolSource() {
  TENON_ASSIGN_OR_RETURN(source_->spool, RunIntoSpool(false, &spool_errors_));
  OpenSpool(source_->spool);
  return Status::Ok();
}

Status FrameRun::SpoolFrame() {
  // Without transforms the source's spool is the frame's.
  const bool own_rows = from_spool_ && node_->input == nullptr;
  if (own_rows) {
    frame_spool_ = source_->spool;
    return Status::Ok();
  }
  TENON_ASSIGN_OR_RETURN(frame_spool_, RunIntoSpool(true, &spool_errors_));
  OpenSpool(frame_spool_);
  return Status::Ok();
}

Result<std::shared_ptr<job::SpooledRows>> FrameRun::RunIntoSpool(bool whole_frame,
                                                                 int64_t* error_rows) {
  TENON_ASSIGN_OR_RETURN(std::unique_ptr<SpoolWriters> writers,
                         SpoolWriters::Make({.memory_bytes = services_->memory().spool_bytes,
                                             .folder = services_->spill_folder(),
                                             .partitions = 0}));
  std::vector<const PlanNode*> nodes;
  Pipeline pipeline = MakePipeline(whole_frame, &nodes);
  pipeline.to = {.node = "spool", .connector = "spool", .writers = writers.get()};
  nodes.push_back(nullptr);
  ErrorLedger ledger(nodes);
  pipeline.errors = &ledger;
  TENON_ASSIGN_OR_RETURN(PipelineResult result, RunPipeline(pipeline, services_->workshop()));
  TENON_RETURN_IF_ERROR(NoteRead(result));
  ledger.Keep();
  *error_rows += ledger.total();
  return writers->Finish(result.messages, result.rows_written);
}

// Source, filter and transforms; `nodes` gets one entry per node but the last, the writers'.
Pipeline FrameRun::MakePipeline(bool transforms, std::vector<const PlanNode*>* nodes) const {
  Pipeline pipeline;
  const std::vector<const PlanNode*> chain = job::ChainOf(*node_);
  const ReaderFactory* local = scan_->local_readers();
  pipeline.from = {.node = from_spool_ ? "spool " + source_->label : chain.front()->label,
                   .connector = from_spool_ ? "spool" : source_->info.name,
                   .scan = scan_.get(),
                   .readers = local ? local : own_readers_.get(),
                   .replayable = from_spool_ || source_->info.can.replayable,
                   .max_readers = from_spool_ ? 0 : source_->info.can.max_readers};
  // With a pin the read is exact by itself; without a bookmark nobody will compare it later.
  pipeline.from.checksum = !from_spool_ && source_->bookmarked && source_->plan &&
                           source_->plan->bookmarked && source_->pin.empty();
  nodes->push_back(from_spool_ ? nullptr : chain.front());
  if (filter_) {
    pipeline.chain.push_back(filter_.get());
    nodes->push_back(nullptr);
  }
  if (!transforms || frame_spool_) return pipeline;
  for (const PlanNode* step : chain) {
    if (!step->transform) continue;
    pipeline.chain.push_back(step->transform.get());
    nodes->push_back(step);
  }
  return pipeline;
}

// The source was read to its end: what it gave is remembered, and compared with an earlier read.
Status FrameRun::NoteRead(const PipelineResult& result) {
  if (from_spool_ || limited_) return Status::Ok();
  runstate::Fingerprint fingerprint;
  fingerprint.rows = result.rows_read;
  if (result.checksum) fingerprint.row_hash = result.checksum->ToString();
  if (terms_.accepted.columns) fingerprint.hash_columns = *terms_.accepted.columns;
  ++source_->reads;
  source_->fingerprint = fingerprint;
  if (source_->closed) return Status::Ok();
  return services_->attempt()->SourceRead(source_->context, std::move(fingerprint));
}

Result<FrameResult> FrameRun::Into(WriteSide to, SchemaPtr shape, int threads) {
  std::vector<const PlanNode*> nodes;
  Pipeline pipeline = MakePipeline(true, &nodes);
  std::unique_ptr<transform::NarrowTransform> conform;
  if (shape) {
    conform = MakeConform(std::move(shape));
    pipeline.chain.push_back(conform.get());
    nodes.push_back(nullptr);
  }
  nodes.push_back(nullptr);
  pipeline.to = std::move(to);
  ErrorLedger ledger(nodes);
  pipeline.errors = &ledger;
  Workshop workshop = services_->workshop();
  if (threads > 0) workshop.threads = threads;
  FrameResult result;
  TENON_ASSIGN_OR_RETURN(result.pipeline, RunPipeline(pipeline, workshop));
  TENON_RETURN_IF_ERROR(NoteRead(result.pipeline));
  ledger.Keep();
  result.error_rows = ledger.total() + spool_errors_;
  return result;
}

}  // namespace tenon::engine
