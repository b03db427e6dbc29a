#include "engine/local/pipeline.h"

#include <algorithm>
#include <condition_variable>
#include <utility>

#include "base/failpoint.h"
#include "engine/local/task_run.h"

namespace tenon::engine {
namespace {

constexpr std::chrono::milliseconds kProgressPeriod{500};

// How many tasks may run at once; 0 = no limit but the workers.
int MaxRunning(const Pipeline& pipeline) {
  const int readers = pipeline.from.max_readers, writers = pipeline.to.max_writers;
  if (readers == 0 || writers == 0) return std::max(readers, writers);
  return std::min(readers, writers);
}

std::vector<NodeProgress> Snapshot(const PipelineRun& run, std::chrono::nanoseconds elapsed,
                                   bool finished) {
  const double seconds = std::max(std::chrono::duration<double>(elapsed).count(), 1e-6);
  const int done = run.queue.done();
  const int partitions = run.queue.all_planned() ? run.queue.planned() : -1;
  std::vector<NodeProgress> nodes;
  for (const auto& counter : run.counters) {
    const int64_t rows = counter->rows();
    nodes.push_back({.node = counter->name(),
                     .rows = rows,
                     .bytes = counter->bytes(),
                     .rows_per_second = static_cast<double>(rows) / seconds,
                     .partitions_done = done,
                     .partitions = partitions,
                     .finished = finished});
  }
  return nodes;
}

// Tells the observer how far a run has come, until it is destroyed.
class ProgressTeller {
 public:
  explicit ProgressTeller(const PipelineRun& run) : run_(run), thread_(run.workshop.pool) {
    if (run_.workshop.on_progress) thread_.Start([this] { Loop(); });
  }
  ProgressTeller(const ProgressTeller&) = delete;
  ProgressTeller& operator=(const ProgressTeller&) = delete;
  ~ProgressTeller() {
    ending_.request_stop();
    thread_.Wait();
    if (run_.workshop.on_progress) {
      run_.workshop.on_progress(Snapshot(run_, Clock::now() - started_, run_.error().ok()));
    }
  }

 private:
  using Clock = std::chrono::steady_clock;

  void Loop() {
    while (Pause(kProgressPeriod, ending_.get_token()).ok()) {
      run_.workshop.on_progress(Snapshot(run_, Clock::now() - started_, false));
    }
  }

  const PipelineRun& run_;
  const Clock::time_point started_ = Clock::now();
  std::stop_source ending_;
  WorkGroup thread_;
};

// The calling thread is the first worker; others join it as far as there is work for them.
void RunWorkers(PipelineRun& run, int workers) {
  WorkGroup others(run.workshop.pool);
  const int useful = std::min(workers, run.queue.UsefulWorkers());
  for (int worker = 1; worker < useful; ++worker) {
    others.Start([&run, worker] { TaskRunner(run, worker).Run(); });
  }
  TaskRunner(run, 0).Run();
}

// The messages in the order of the rows, which is not that of the partitions where some were split.
std::vector<std::string> InOrder(const TaskQueue& queue, std::vector<std::string> messages) {
  std::vector<std::string> ordered;
  for (const int index : queue.Order()) {
    if (index < std::ssize(messages))
      ordered.push_back(std::move(messages[static_cast<size_t>(index)]));
  }
  return ordered.empty() ? std::move(messages) : ordered;
}

}  // namespace

Result<PipelineResult> RunPipeline(const Pipeline& pipeline, const Workshop& workshop) {
  const int max_running = MaxRunning(pipeline);
  int workers = max_running == 0 ? workshop.threads : std::min(workshop.threads, max_running);
  const bool in_order =
      std::any_of(pipeline.chain.begin(), pipeline.chain.end(),
                  [](const ChainStep& step) { return step.transform->in_order(); });
  if (in_order) workers = 1;
  PipelineRun run(pipeline, workshop, workers, max_running);
  std::stop_callback end_with_job(workshop.stop, [&run] { run.stop.request_stop(); });
  {
    ProgressTeller teller(run);
    const auto first_page = [&run] { return run.queue.Begin(); };
    if (Status begun = WithRetry(workshop.retry, run.stop.get_token(), first_page); !begun.ok()) {
      run.Fail(std::move(begun).WithWhere("connector=" + pipeline.from.connector));
    } else {
      RunWorkers(run, workers);
      if (pipeline.to.one_at_least && run.queue.planned() == 0 && run.error().ok()) {
        Status empty = TaskRunner(run, 0).RunEmpty();
        if (!empty.ok()) run.Fail(std::move(empty).WithWhere("connector=" + pipeline.to.connector));
      }
    }
  }
  if (workshop.stop.stop_requested()) return Status::Cancelled("The run was cancelled");
  TENON_RETURN_IF_ERROR(run.error());
  TENON_FAILPOINT("K13");
  PipelineResult result;
  result.messages = InOrder(run.queue, std::move(run.messages));
  result.metrics = std::move(run.metrics);
  if (pipeline.from.checksum) result.checksum = run.checksum;
  result.partitions = run.queue.planned();
  result.ended_early = run.ended_early;
  result.rows_read = run.counters.front()->rows();
  result.bytes_read = run.counters.front()->bytes();
  result.rows_written = run.counters.back()->rows();
  result.bytes_written = run.counters.back()->bytes();
  return result;
}

}  // namespace tenon::engine
