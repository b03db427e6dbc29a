// One run of a frame: its source, a spool of it, or what is made of other frames, through its transforms into some
// writers.
//
//   TENON_ASSIGN_OR_RETURN(FrameRun run, FrameRun::Prepare(services, node, ActionKind::kOther));
//   TENON_ASSIGN_OR_RETURN(FrameResult result, run.Into({.node = "count", .writers = &drop}));
//
// Prepare opens and plans the source when that is to be read; Into reads. Used by the job's thread.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "engine/column_watch.h"
#include "engine/error_ledger.h"
#include "engine/services.h"
#include "job/actions.h"
#include "job/plan_node.h"
#include "job/read_terms.h"
#include "sql/query.h"

namespace tenon::engine {

struct FrameResult {
  PipelineResult pipeline;
  int64_t error_rows = 0;
};

class FrameRun {
 public:
  // Plans the source unless it is spooled, or those of the frames that this one is made of. For anything but a sink
  // write those frames are read, and all that has to be spooled is spooled here. TN1031: a condition that neither
  // source nor engine understands.
  static Result<FrameRun> Prepare(Services& services, const internal::PlanNode& node,
                                  job::ActionKind kind);
  // A run that stops after `limit` rows and does not count as a read of the source, or none when
  // the source cannot take the limit or its read would have to be the same later.
  static Result<std::optional<FrameRun>> PrepareLimited(Services& services,
                                                        const internal::PlanNode& node,
                                                        int64_t limit);

  FrameRun(FrameRun&&) = default;
  FrameRun& operator=(FrameRun&&) = default;

  // Reads the frames that this one is made of; spools the source first if it cannot promise the same rows again, and
  // what comes before a transform that needs the schema of all rows. Call it once a sink write is decided.
  Status SpoolIfNeeded();
  // The schema of all rows of the frame. A self-describing one has it from a spool, which is made
  // when there is none yet; the run goes on from there.
  Result<SchemaPtr> FrameSchema();
  // The same as far as it is known without another spool; else null.
  Result<SchemaPtr> KnownSchema() const { return AddTransforms(chain_.size(), nullptr); }

  // `shape`: brings each batch under this schema first. May be called again when it read a spool.
  // REQUIRES: of a sink write, SpoolIfNeeded.
  Result<FrameResult> Into(WriteSide to, SchemaPtr shape = nullptr, int threads = 0);
  bool reads_spool() const { return rows_ != nullptr || derived_ != nullptr; }
  // In how many partitions the rows come. REQUIRES: reads_spool().
  Result<int> CountPartitions() const;

 private:
  FrameRun(Services& services, const internal::PlanNode& node)
      : services_(&services),
        source_(node.source.get()),
        derived_(node.derived.get()),
        chain_(job::ChainOf(node)) {}

  // All rows of the frame in a spool. Reads its source without a spool of it where that can be.
  Result<std::shared_ptr<job::SpooledRows>> AllRows();
  Status PlanInputs();
  Status ReadInputs();
  Result<sql::Query> JoinQuery() const;

  Status OpenSource(job::ActionKind kind, std::optional<int64_t> limit);
  Status PlanScan(ScanRequest interval, std::optional<std::vector<std::string>> columns,
                  std::optional<int64_t> limit);
  Status NoteInterval();
  void ReadFrom(std::shared_ptr<job::SpooledRows> rows, size_t begin);
  Result<std::unique_ptr<Scan>> ScanOfRows() const;
  Result<std::unique_ptr<Scan>> ScanOfInputs() const;
  Result<std::unique_ptr<Scan>> ScanOfQuery(
      std::vector<std::shared_ptr<const job::SpooledRows>> inputs, sql::Query query) const;
  bool SpoolsFirst() const;
  const std::string& Label() const;
  Status Sort(size_t step);
  Status SpoolBefore(size_t end);
  Status SpoolWhereNeeded(bool whole_frame);
  Status NoteRead(const PipelineResult& result);
  ReadSide From() const;
  Result<SchemaPtr> AddTransforms(size_t end, std::vector<ChainStep>* steps) const;
  int64_t ErrorsBefore() const;
  Status AddSteps(size_t end, std::vector<ChainStep>* steps,
                  std::vector<const internal::PlanNode*>* nodes) const;
  Result<PipelineResult> Run(Pipeline pipeline, size_t end, int threads);

  Services* services_;
  job::SourceRead* source_;  // One of these two is null.
  job::DerivedRead* derived_;
  std::vector<const internal::PlanNode*> chain_;  // The source first.
  job::ActionKind kind_ = job::ActionKind::kOther;
  bool limited_ = false;
  job::ReadTerms terms_;
  // What is read: the source, the rows of other frames, or (rows_) a spool of the rows that come into the chain at
  // begin_, sorted if `sort_` is set.
  std::shared_ptr<job::SpooledRows> rows_;
  size_t begin_ = 1;
  const internal::PlanNode* sort_ = nullptr;
  // Of other frames: each one's run, where its source was planned here and is not read yet, or null.
  std::vector<std::unique_ptr<FrameRun>> inputs_;
  SchemaPtr derived_schema_;  // Of all rows made of other frames, once those are read.
  std::unique_ptr<Scan> scan_;
  std::unique_ptr<ReaderFactory> own_readers_;
  std::unique_ptr<transform::NarrowTransform> filter_;
  std::unique_ptr<ColumnWatch> watch_;
  std::vector<NodeProgress> told_;  // The nodes of this action that have done their part.
};

}  // namespace tenon::engine
