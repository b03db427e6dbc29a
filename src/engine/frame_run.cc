#include "engine/frame_run.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/failpoint.h"
#include "engine/own_stages.h"
#include "engine/query_scan.h"
#include "engine/spool_ends.h"
#include "frame/schema_merge.h"
#include "job/cuts.h"

namespace tenon::engine {

using internal::PlanNode;
using job::ActionKind;
using job::ReadWay;

Result<FrameRun> FrameRun::Prepare(Services& services, const PlanNode& node, ActionKind kind) {
  FrameRun run(services, node);
  run.kind_ = kind;
  if (run.derived_ != nullptr) {
    TENON_RETURN_IF_ERROR(run.PlanInputs());
    if (kind == ActionKind::kOther) TENON_RETURN_IF_ERROR(run.SpoolIfNeeded());
    return run;
  }
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
  if (!node.source) return std::optional<FrameRun>();
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

Result<std::shared_ptr<job::SpooledRows>> FrameRun::AllRows() {
  TENON_RETURN_IF_ERROR(SpoolIfNeeded());
  const bool there = rows_ && !sort_ && begin_ == chain_.size();
  if (!there) TENON_RETURN_IF_ERROR(SpoolBefore(chain_.size()));
  return rows_;
}

// What is read of the sources behind this frame is fixed before the journal says whether anything is to be read at all.
Status FrameRun::PlanInputs() {
  if (derived_->spool || !derived_->input_rows.empty()) return Status::Ok();
  for (const auto& input : derived_->inputs) {
    inputs_.emplace_back();
    if (input->source && (input->source->planned || input->source->spool)) continue;
    TENON_ASSIGN_OR_RETURN(FrameRun run, Prepare(*services_, *input, ActionKind::kSinkWrite));
    inputs_.back() = std::make_unique<FrameRun>(std::move(run));
  }
  return Status::Ok();
}

// What this frame is made of is read, unless an earlier action has done so, or the result is there.
Status FrameRun::ReadInputs() {
  if (scan_) return Status::Ok();
  if (derived_->spool) {
    ReadFrom(derived_->spool, 1);
    return Status::Ok();
  }
  if (derived_->input_rows.empty()) {
    std::vector<std::shared_ptr<job::SpooledRows>> rows;
    for (size_t i = 0; i < derived_->inputs.size(); ++i) {
      // Not until now where the source was planned before: an input before this one may have spooled it.
      if (!inputs_[i]) {
        TENON_ASSIGN_OR_RETURN(FrameRun run,
                               Prepare(*services_, *derived_->inputs[i], ActionKind::kSinkWrite));
        inputs_[i] = std::make_unique<FrameRun>(std::move(run));
      }
      TENON_ASSIGN_OR_RETURN(rows.emplace_back(), inputs_[i]->AllRows());
      inputs_[i].reset();
    }
    derived_->input_rows = std::move(rows);
  }
  inputs_.clear();
  if (derived_->kind == job::DerivedRead::Kind::kJoin) {
    TENON_ASSIGN_OR_RETURN(const sql::Query query, JoinQuery());
    derived_schema_ = query.schema();
  } else {
    frame::SchemaMerger merger;
    for (const auto& rows : derived_->input_rows) merger.Add(rows->schema);
    derived_schema_ = merger.merged();
  }
  TENON_ASSIGN_OR_RETURN(scan_, ScanOfRows());
  return Status::Ok();
}

Result<sql::Query> FrameRun::JoinQuery() const {
  // Rows that are not there have no columns: the keys of an empty frame are null.
  const auto schema_of = [this](size_t side, const std::vector<std::string>& keys) {
    const job::SpooledRows& rows = *derived_->input_rows[side];
    std::vector<Field> fields = rows.schema->fields();
    for (const std::string& key : keys) {
      if (rows.rows == 0 && !rows.schema->IndexOf(key)) fields.push_back({key, DataType::Null()});
    }
    return Schema(std::move(fields));
  };
  return JoinQueryOf(*derived_, schema_of(0, derived_->left_keys),
                     schema_of(1, derived_->right_keys));
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
  scan_ = std::make_unique<SpoolScan>(SharesAsWritten(rows_));
}

// A scan gives its partitions once: each reading of the rows has one of its own.
Result<std::unique_ptr<Scan>> FrameRun::ScanOfRows() const {
  if (!rows_) return ScanOfInputs();
  if (sort_ == nullptr) {
    return std::unique_ptr<Scan>(std::make_unique<SpoolScan>(SharesAsWritten(rows_)));
  }
  std::optional<int64_t> limit;
  if (begin_ < chain_.size() && chain_[begin_]->transform) {
    limit = chain_[begin_]->transform->row_limit();
  }
  TENON_ASSIGN_OR_RETURN(sql::Query query, sql::Query::Sort(*rows_->schema, sort_->order, limit));
  return ScanOfQuery({rows_}, std::move(query));
}

Result<std::unique_ptr<Scan>> FrameRun::ScanOfInputs() const {
  std::vector<std::shared_ptr<const job::SpooledRows>> inputs(derived_->input_rows.begin(),
                                                              derived_->input_rows.end());
  std::vector<SpoolShare> shares;
  if (derived_->kind == job::DerivedRead::Kind::kJoin) {
    const bool nothing_left = inputs[0]->rows == 0, nothing_right = inputs[1]->rows == 0;
    if (nothing_right && derived_->unmatched) shares = SharesAsWritten(inputs[0]);
    if (nothing_left || nothing_right) {
      return std::unique_ptr<Scan>(std::make_unique<SpoolScan>(std::move(shares)));
    }
    TENON_ASSIGN_OR_RETURN(sql::Query query, JoinQuery());
    return ScanOfQuery(std::move(inputs), std::move(query));
  }
  for (const auto& rows : inputs) {
    std::vector<SpoolShare> some = derived_->kind == job::DerivedRead::Kind::kPartitions
                                       ? SharesOf(rows, derived_->partitions, derived_->even)
                                       : SharesAsWritten(rows);
    shares.insert(shares.end(), std::make_move_iterator(some.begin()),
                  std::make_move_iterator(some.end()));
  }
  return std::unique_ptr<Scan>(std::make_unique<SpoolScan>(std::move(shares)));
}

Result<std::unique_ptr<Scan>> FrameRun::ScanOfQuery(
    std::vector<std::shared_ptr<const job::SpooledRows>> inputs, sql::Query query) const {
  TENON_ASSIGN_OR_RETURN(sql::Database * database, services_->sql());
  return std::unique_ptr<Scan>(std::make_unique<QueryScan>(
      std::move(inputs), std::move(query), *database, services_->memory().wide_bytes));
}

Result<int> FrameRun::CountPartitions() const {
  TENON_ASSIGN_OR_RETURN(const std::unique_ptr<Scan> scan, ScanOfRows());
  TENON_ASSIGN_OR_RETURN(const std::vector<Partition> partitions,
                         scan->NextPartitions(services_->context()));
  return static_cast<int>(partitions.size());
}

// From here on the rows of the spool come in the order of this step of the chain.
Status FrameRun::Sort(size_t step) {
  sort_ = chain_[step];
  begin_ = step + 1;
  TENON_ASSIGN_OR_RETURN(scan_, ScanOfRows());
  return Status::Ok();
}

bool FrameRun::SpoolsFirst() const {
  if (source_ != nullptr) return DecideRead(*source_, kind_).way == ReadWay::kSpool;
  // The rows of other frames lie in spools of theirs already.
  return kind_ == ActionKind::kOther && derived_->kind == job::DerivedRead::Kind::kJoin;
}

Status FrameRun::SpoolIfNeeded() {
  if (derived_ != nullptr) TENON_RETURN_IF_ERROR(ReadInputs());
  if (!rows_ && SpoolsFirst()) TENON_RETURN_IF_ERROR(SpoolBefore(1));
  return SpoolWhereNeeded(false);
}

Status FrameRun::SpoolWhereNeeded(bool whole_frame) {
  while (const std::optional<job::Cut> cut =
             job::NextCut(chain_, begin_, reads_spool(), whole_frame)) {
    const bool there = reads_spool() && sort_ == nullptr && cut->at == begin_ &&
                       (rows_ != nullptr || !cut->sorts());
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
  if (end == 1 && derived_ != nullptr) derived_->spool = rows;
  if (end == 1 && source_ != nullptr && !terms_.accepted.columns) source_->spool = rows;
  ReadFrom(std::move(rows), end);
  return Status::Ok();
}

Result<SchemaPtr> FrameRun::FrameSchema() {
  TENON_RETURN_IF_ERROR(SpoolWhereNeeded(true));
  return KnownSchema();
}

const std::string& FrameRun::Label() const {
  return source_ != nullptr ? source_->label : chain_.front()->label;
}

ReadSide FrameRun::From() const {
  const ReaderFactory* local = scan_->local_readers();
  if (rows_) {
    return {.node = (sort_ ? "sort " : "spool ") + Label(),
            .connector = sort_ ? "sort" : "spool",
            .scan = scan_.get(),
            .readers = local};
  }
  if (derived_ != nullptr) {
    return {.node = Label(), .connector = Label(), .scan = scan_.get(), .readers = local};
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
  if (!schema && reads_spool()) schema = rows_ ? rows_->schema : derived_schema_;
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
  if (!reads_spool()) return count;
  for (const PlanNode* node : job::AllNodesOf(*chain_[begin_ - 1])) count += node->errors->count;
  return count;
}

// The source was read to its end: what it gave is remembered, and compared with an earlier read.
Status FrameRun::NoteRead(const PipelineResult& result) {
  // One that was left early has shown only what was looked at.
  if (reads_spool() || limited_ || result.ended_early) return Status::Ok();
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
  nodes->push_back(reads_spool() ? nullptr : chain_.front());
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
  if (reads_spool()) {
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
  for (const PlanNode* node : job::AllNodesOf(*chain_.back())) {
    result.error_rows += node->errors->count;
  }
  return result;
}

}  // namespace tenon::engine
