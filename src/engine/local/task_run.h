// One worker of a pipeline: takes task after task and runs each through reader, transforms and
// writer, with as many attempts as it takes. Used by pipeline.cc only.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/local/pipeline.h"
#include "engine/local/progress.h"
#include "engine/local/task_queue.h"

namespace tenon::engine {

// What the workers of one run share.
struct PipelineRun {
  PipelineRun(const Pipeline& pipeline, const Workshop& workshop, int workers, int max_running);

  // The first error wins and cancels the rest.
  void Fail(Status error);
  Status error() const;

  const Pipeline& pipeline;
  const Workshop& workshop;
  std::stop_source stop;
  TaskQueue queue;
  std::vector<std::unique_ptr<NodeCounter>> counters;  // Source, transforms, sink.
  bool ended_early = false;                            // Set by the one worker of a run in order.
  mutable std::mutex mutex;                            // Guards the rest.
  Status first_error;
  std::vector<std::string> messages;
  std::map<std::string, int64_t> metrics;
  columnar::RowChecksum checksum;
};

class TaskRunner {
 public:
  TaskRunner(PipelineRun& run, int worker) : run_(run), worker_(worker) {}

  // Until nothing is left to do. Errors go to run.Fail().
  void Run();

  // One writer, opened and committed: for a scan without partitions.
  Status RunEmpty();

 private:
  Status MakeStages();
  Status RunTask(Task& task);
  Status RunAttempt(Task& task, AttemptHost& host, std::stop_source& stop, std::string* message);
  Status Copy(std::unique_ptr<PartitionReader>& reader, PartitionWriter& writer, Task& task,
              AttemptHost& host);
  Status Pass(RecordBatch batch, PartitionWriter& writer, const Task& task, AttemptHost& host);
  Status PrepareRetry(Task& task, const Status& error);
  bool WantsMore() const;
  void CountRows(size_t node, int64_t rows, int64_t bytes);
  void Uncount();
  Status AtSource(Status error, const Task& task) const;
  Status AtSink(Status error, const Task& task) const;
  int nodes() const { return static_cast<int>(run_.pipeline.chain.size()) + 2; }

  PipelineRun& run_;
  const int worker_;
  std::vector<std::unique_ptr<transform::NarrowStage>> stages_;
  struct Counted {
    int64_t rows = 0, bytes = 0;
  };
  std::vector<Counted> counted_;  // By the present attempt, for each node.
  columnar::RowChecksum checksum_;
};

}  // namespace tenon::engine
