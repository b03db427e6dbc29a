// A job run on this machine: the implementation behind Job::Start. The parts that do the work are
// FrameRun (actions), SinkWrite (sink calls) and Settler (recovery); this class holds the plan and
// the order of things.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/json.h"
#include "connector/plugin_loader.h"
#include "engine/services.h"
#include "engine/settle.h"
#include "job/plan_node.h"
#include "runstate/journal.h"
#include "tenon/job.h"

namespace tenon::engine {

// The connectors a job may use: those of the settings and those of plug-ins, each held to its
// contract.
struct Connectors {
  connector::Registry registry;
  connector::LoadedPlugins
      plugins;  // Where plug-ins were looked for, and what became of each place.
};
Result<Connectors> FindConnectors(const JobSettings& settings);

// The settings in the run state's words.
runstate::AttemptRequest AttemptRequestOf(const JobSettings& settings);

class LocalJob final : public Job {
 public:
  static Result<std::unique_ptr<Job>> Start(JobSettings settings);
  ~LocalJob() override;

  Result<Frame> Read(const ReadSpec& spec) override;
  Result<Frame> FromBatches(std::vector<RecordBatch> batches, std::string_view label) override;
  Result<Frame> Transform(std::string_view name, const std::vector<Frame>& inputs,
                          std::string_view arguments, const TransformSpec& spec) override;
  Result<Frame> Map(const Frame& frame, std::shared_ptr<const RowFunction> function,
                    std::string_view detail, const TransformSpec& spec) override;
  Result<Frame> Filter(const Frame& frame, std::shared_ptr<const RowPredicate> predicate,
                       std::string_view detail, const TransformSpec& spec) override;
  Result<std::vector<NamedFrame>> Relationalize(const Frame& frame, std::string_view root,
                                                const TransformSpec& spec) override;
  Result<WriteReport> Write(const Frame& frame, const WriteSpec& spec) override;
  Result<SchemaPtr> CurrentSchema(const Frame& frame) override;
  Result<bool> IsTyped(const Frame& frame) override;
  Result<int64_t> Count(const Frame& frame) override;
  Result<std::vector<RecordBatch>> Head(const Frame& frame, int64_t rows) override;
  Result<std::string> SchemaTree(const Frame& frame) override;
  Result<std::string> SchemaJson(const Frame& frame) override;
  Result<std::vector<std::string>> Show(const Frame& frame, int64_t rows) override;
  Result<int> CountPartitions(const Frame& frame) override;
  Status ForEachBatch(const Frame& frame, const std::function<Status(RecordBatch)>& visit) override;
  Result<std::vector<ErrorRecord>> Errors(const Frame& frame, int64_t max) override;
  Result<int64_t> ErrorCount(const Frame& frame) override;
  Result<int64_t> StageErrorCount(const Frame& frame) override;
  Result<Frame> ErrorsFrame(const Frame& frame) override;
  Result<std::string> Explain(const Frame& frame) override;
  Result<RetentionReport> ApplyRetention(const RetentionSpec& spec) override;
  Status Commit() override;
  Status End(JobEnd how) override;
  void Cancel() override;
  const std::string& run() const override { return run_; }

 private:
  LocalJob(JobSettings settings, Connectors connectors, MemoryPlan memory);

  Status Begin();
  // Redacts what leaves by this door.
  template <typename T>
  Result<T> Leave(Result<T> result) {
    if (result.ok()) return result;
    return services_.redactor().Redact(std::move(result).status());
  }
  Status Leave(Status status) { return services_.redactor().Redact(std::move(status)); }
  Result<const internal::PlanNode*> NodeOf(const Frame& frame) const;
  Frame AddNode(internal::PlanNode node);

  Result<Frame> ReadSource(const ReadSpec& spec);
  Result<Frame> AddTransform(std::string_view name, const std::vector<Frame>& inputs,
                             std::string_view arguments, const TransformSpec& spec);
  Result<Frame> AddNarrow(const Frame& frame, std::string label,
                          std::shared_ptr<const transform::NarrowTransform> transform,
                          const TransformSpec& spec);
  Result<Frame> AddRows(std::vector<RecordBatch> batches, std::string label,
                        std::vector<std::shared_ptr<const internal::PlanNode>> inputs);
  Result<Frame> Derive(std::string_view name, const std::vector<Frame>& inputs,
                       const base::Json& arguments, const TransformSpec& spec);
  Result<std::vector<NamedFrame>> TakeApart(const Frame& frame, const std::string& root,
                                            const TransformSpec& spec);
  Result<WriteReport> WriteFrame(const Frame& frame, const WriteSpec& spec);
  Result<RetentionReport> TakeOldFiles(const RetentionSpec& spec);
  Result<SchemaPtr> SchemaOf(const internal::PlanNode& node);
  Result<int64_t> CountRows(const internal::PlanNode& node);
  Result<std::vector<RecordBatch>> FirstRows(const internal::PlanNode& node, int64_t rows);
  Result<std::string> ExplainNode(const internal::PlanNode& node);
  Status Sweep(std::stop_token stop);

  const JobSettings settings_;
  const connector::LoadedPlugins plugins_;
  std::unique_ptr<runstate::Journal> journal_;
  Services services_;  // After the journal, which its attempt uses.
  std::string run_;
  std::vector<std::shared_ptr<job::SourceRead>> sources_;
  std::map<int, SchemaPtr> schemas_;  // Of self-describing frames, by node, once computed.
  int next_node_ = 1;
  bool ended_ = false;
};

}  // namespace tenon::engine
