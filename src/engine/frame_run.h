// One run of a frame: its source, or a spool of it, through its transforms into some writers.
//
//   TENON_ASSIGN_OR_RETURN(FrameRun run, FrameRun::Prepare(services, node, ActionKind::kOther));
//   TENON_ASSIGN_OR_RETURN(FrameResult result, run.Into({.node = "count", .writers = &drop}));
//
// Prepare opens and plans the source when that is to be read; Into reads. Used by the job's thread.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "engine/error_ledger.h"
#include "engine/services.h"
#include "job/actions.h"
#include "job/plan_node.h"
#include "job/read_terms.h"

namespace tenon::engine {

struct FrameResult {
  PipelineResult pipeline;
  int64_t error_rows = 0;
};

class FrameRun {
 public:
  // Plans the source unless it is spooled. For anything but a sink write the source is spooled here
  // when it is not yet. TN1031: a condition that neither source nor engine understands.
  static Result<FrameRun> Prepare(Services& services, const internal::PlanNode& node,
                                  job::ActionKind kind);
  // A run that stops after `limit` rows and does not count as a read of the source, or none when
  // the source cannot take the limit or its read would have to be the same later.
  static Result<std::optional<FrameRun>> PrepareLimited(Services& services,
                                                        const internal::PlanNode& node,
                                                        int64_t limit);

  FrameRun(FrameRun&&) = default;
  FrameRun& operator=(FrameRun&&) = default;

  // Spools the source first if it cannot promise the same rows again. Call it once a sink write is
  // decided.
  Status SpoolIfNeeded();
  // Runs the whole frame into a spool and goes on from there. The spool has the frame's schema.
  Status SpoolFrame();
  // The spool this run reads when it is one of the frame's own rows; else null.
  const job::SpooledRows* frame_spool() const { return frame_spool_.get(); }

  // `shape`: brings each batch under this schema first.
  Result<FrameResult> Into(WriteSide to, SchemaPtr shape = nullptr, int threads = 0);

 private:
  FrameRun(Services& services, const internal::PlanNode& node)
      : services_(&services), node_(&node), source_(node.source.get()) {}

  Status OpenSource(job::ActionKind kind, std::optional<int64_t> limit);
  Status PlanScan(ScanRequest interval, std::optional<std::vector<std::string>> columns,
                  std::optional<int64_t> limit);
  Status NoteInterval();
  void OpenSpool(std::shared_ptr<job::SpooledRows> rows);
  Status SpoolSource();
  Status NoteRead(const PipelineResult& result);
  Result<std::shared_ptr<job::SpooledRows>> RunIntoSpool(bool whole_frame, int64_t* error_rows);
  Pipeline MakePipeline(bool transforms, std::vector<const internal::PlanNode*>* nodes) const;

  Services* services_;
  const internal::PlanNode* node_;
  job::SourceRead* source_;
  job::ActionKind kind_ = job::ActionKind::kOther;
  bool from_spool_ = false;
  bool limited_ = false;
  job::ReadTerms terms_;
  std::shared_ptr<job::SpooledRows> frame_spool_;
  int64_t spool_errors_ = 0;
  std::unique_ptr<Scan> scan_;
  std::unique_ptr<ReaderFactory> own_readers_;
  std::unique_ptr<transform::NarrowTransform> filter_;
};

}  // namespace tenon::engine
