#include "engine/local/task_run.h"

#include <algorithm>
#include <utility>

#include "base/failpoint.h"
#include "columnar/memory.h"
#include "engine/local/read_ahead.h"
#include "engine/local/read_pace.h"

namespace tenon::engine {
namespace {

constexpr size_t kReadAheadBatches = 2;

// Names the place, unless what is deeper down has named it, more exactly, already.
Status AtPlace(Status error, const std::string& connector, const Task& task) {
  if (error.where().find("connector=") != std::string_view::npos) return error;
  return std::move(error).WithWhere("connector=" + connector +
                                    " partition=" + std::to_string(task.index));
}

// Uses the stop token of an attempt that ends early, before its reader and writer are destroyed: a
// thread that reads ahead may be blocked.
class StopUnlessDone {
 public:
  explicit StopUnlessDone(std::stop_source& stop) : stop_(stop) {}
  StopUnlessDone(const StopUnlessDone&) = delete;
  StopUnlessDone& operator=(const StopUnlessDone&) = delete;
  ~StopUnlessDone() {
    if (!done_) stop_.request_stop();
  }
  void Done() { done_ = true; }

 private:
  std::stop_source& stop_;
  bool done_ = false;
};

}  // namespace

PipelineRun::PipelineRun(const Pipeline& what, const Workshop& with, int workers, int max_running)
    : pipeline(what),
      workshop(with),
      queue(*what.from.scan, TaskContext(nullptr, stop.get_token()), max_running) {
  counters.push_back(std::make_unique<NodeCounter>(what.from.node, workers));
  for (const ChainStep& step : what.chain) {
    counters.push_back(std::make_unique<NodeCounter>(std::string(step.transform->name()), workers));
  }
  counters.push_back(std::make_unique<NodeCounter>(what.to.node, workers));
}

void PipelineRun::Fail(Status error) {
  {
    std::lock_guard guard(mutex);
    // What ends because of the first error says kCancelled, and must not stand in its place.
    if (first_error.ok()) first_error = std::move(error);
  }
  stop.request_stop();
}

Status PipelineRun::error() const {
  std::lock_guard guard(mutex);
  return first_error;
}

void TaskRunner::Run() {
  if (Status made = MakeStages(); !made.ok()) return run_.Fail(std::move(made));
  for (;;) {
    Result<std::shared_ptr<Task>> task = run_.queue.Take();
    if (!task.ok()) {
      return run_.Fail(
          std::move(task).status().WithWhere("connector=" + run_.pipeline.from.connector));
    }
    if (*task == nullptr) return;
    Status status = RunTask(**task);
    if (!status.ok()) run_.Fail(std::move(status));
    run_.queue.Finish(**task);
    TENON_FAILPOINT("K06");
    if (!WantsMore()) {
      run_.ended_early = true;
      return;
    }
  }
}

Status TaskRunner::RunEmpty() {
  Task task;
  AttemptHost host(run_.queue, task, run_.workshop.gauge, run_.workshop.log, nodes(),
                   run_.stop.get_token());
  const TaskContext writing = host.Context(nodes() - 1);
  TENON_ASSIGN_OR_RETURN(std::unique_ptr<PartitionWriter> writer,
                         run_.pipeline.to.writers->Open({0, 0}, writing));
  TENON_ASSIGN_OR_RETURN(std::string message, writer->Commit());
  if (run_.pipeline.to.keep_messages) run_.messages.push_back(std::move(message));
  return Status::Ok();
}

Status TaskRunner::MakeStages() {
  for (const auto& [transform, schema] : run_.pipeline.chain) {
    TENON_ASSIGN_OR_RETURN(std::unique_ptr<transform::NarrowStage> stage,
                           schema ? transform->NewStageFor(schema) : transform->NewStage());
    stages_.push_back(std::move(stage));
  }
  return Status::Ok();
}

Status TaskRunner::RunTask(Task& task) {
  for (;; ++task.attempt) {
    // The attempt's own: it ends a blocked read when only this attempt is lost.
    std::stop_source stop;
    std::stop_callback end_with_run(run_.stop.get_token(), [&stop] { stop.request_stop(); });
    AttemptHost host(run_.queue, task, run_.workshop.gauge, run_.workshop.log, nodes(),
                     stop.get_token());
    for (const auto& stage : stages_) stage->BeginAttempt(task.attempt);
    checksum_ = {};
    counted_.assign(static_cast<size_t>(nodes()), {});
    std::string message;
    Status status = RunAttempt(task, host, stop, &message);
    if (status.ok()) {
      std::lock_guard guard(run_.mutex);
      host.Win(*run_.pipeline.errors, &run_.metrics);
      run_.checksum.Merge(checksum_);
      if (run_.pipeline.to.keep_messages) {
        const auto index = static_cast<size_t>(task.index);
        if (run_.messages.size() <= index) run_.messages.resize(index + 1);
        run_.messages[index] = std::move(message);
      }
      return status;
    }
    Uncount();
    if (run_.stop.stop_requested()) return Status::Cancelled("The run was cancelled");
    TENON_RETURN_IF_ERROR(PrepareRetry(task, status));
  }
}

// Ok when the task is to be tried again, after having waited; else the error to end with.
Status TaskRunner::PrepareRetry(Task& task, const Status& error) {
  const int attempts = task.attempt + 1;
  if (!MayRetry(run_.workshop.retry, error, attempts)) return error;
  if (!run_.pipeline.from.replayable) {
    return Status(error).WithHint("This source cannot read a partition twice: run the job again.");
  }
  if (!run_.pipeline.to.may_retry) {
    return Status(error).WithHint(
        "This sink writes everything in one transaction, which was given up: run the job again.");
  }
  const auto delay = RetryDelay(run_.workshop.retry, error, attempts);
  if (run_.workshop.log) {
    run_.workshop.log(LogLevel::kWarning,
                      "Partition is tried again: attempt=" + std::to_string(attempts + 1) +
                          " wait_ms=" + std::to_string(delay.count()) +
                          " cause=" + error.ToString());
  }
  if (error.retry() == Retry::kSlowDown) run_.queue.SlowDown();
  run_.queue.Suspend(task);
  Status paused = Pause(delay, run_.stop.get_token());
  if (paused.ok()) return run_.queue.Resume(task);
  return paused;
}

Status TaskRunner::RunAttempt(Task& task, AttemptHost& host, std::stop_source& stop,
                              std::string* message) {
  const Partition partition = run_.queue.PartitionOf(task);
  const TaskContext reading = host.Context(0), writing = host.Context(nodes() - 1);
  Result<std::unique_ptr<PartitionReader>> reader =
      run_.pipeline.from.readers->Open(partition, reading);
  if (!reader.ok()) return AtSource(std::move(reader).status(), task);
  TENON_FAILPOINT("K03");
  Result<std::unique_ptr<PartitionWriter>> writer =
      run_.pipeline.to.writers->Open({task.index, task.attempt}, writing);
  if (!writer.ok()) return AtSink(std::move(writer).status(), task);
  StopUnlessDone ending(stop);  // After reader and writer: its destructor runs first.
  TENON_RETURN_IF_ERROR(Copy(*reader, **writer, task, host));
  TENON_FAILPOINT("K07");
  // A reader that ends early when it is stopped must not look like one that came to its end.
  TENON_RETURN_IF_ERROR(reading.CheckCancelled());
  Result<std::string> committed = (*writer)->Commit();
  if (!committed.ok()) return AtSink(std::move(committed).status(), task);
  TENON_FAILPOINT("K11");
  *message = *std::move(committed);
  if (host.has_errors()) TENON_RETURN_IF_ERROR(host.CheckErrors(*run_.pipeline.errors));
  ending.Done();
  return Status::Ok();
}

Status TaskRunner::Copy(std::unique_ptr<PartitionReader>& reader, PartitionWriter& writer,
                        Task& task, AttemptHost& host) {
  ReadPace pace;
  bool ahead = false;
  for (int64_t batches = 0;; ++batches) {
    pace.BeforeRead();
    Result<std::optional<RecordBatch>> next = reader->Next();
    pace.AfterRead();
    if (!next.ok()) return AtSource(std::move(next).status(), task);
    if (!next->has_value()) return Status::Ok();
    RecordBatch batch = **std::move(next);
    const int64_t bytes = columnar::BufferBytes(batch);
    const MemoryHold hold(run_.workshop.gauge, bytes);
    CountRows(0, batch.num_rows(), bytes);
    task.rows_read.fetch_add(batch.num_rows(), std::memory_order_relaxed);
    if (run_.pipeline.from.checksum) checksum_.Add(batch);
    if (batches == 0) TENON_FAILPOINT("K04");
    TENON_RETURN_IF_ERROR(Pass(std::move(batch), writer, task, host));
    if (batches == 0) TENON_FAILPOINT("K09");
    TENON_FAILPOINT("K05");
    if (host.has_errors()) TENON_RETURN_IF_ERROR(host.CheckErrors(*run_.pipeline.errors));
    if (!WantsMore()) return Status::Ok();
    if (ahead) continue;
    pace.AfterWrite();
    const bool spare = run_.workshop.threads > run_.queue.running() && !task.partition.splittable;
    if (pace.ReadAheadPays(spare)) {
      reader = std::make_unique<ReadAhead>(std::move(reader), run_.workshop.pool, kReadAheadBatches,
                                           run_.workshop.gauge);
      ahead = true;
    }
  }
}

// One batch through the transforms into the writer.
Status TaskRunner::Pass(RecordBatch batch, PartitionWriter& writer, const Task& task,
                        AttemptHost& host) {
  std::optional<RecordBatch> rows(std::move(batch));
  for (size_t i = 0; i < stages_.size(); ++i) {
    const TaskContext context = host.Context(static_cast<int>(i) + 1);
    Result<std::optional<RecordBatch>> out = stages_[i]->Apply(*std::move(rows), {context});
    if (!out.ok()) {
      return std::move(out).status().WithWhere(
          "transform=" + std::string(run_.pipeline.chain[i].transform->name()) +
          " partition=" + std::to_string(task.index));
    }
    rows = *std::move(out);
    if (!rows) return Status::Ok();
    CountRows(i + 1, rows->num_rows(), 0);
  }
  const int64_t count = rows->num_rows();
  const int64_t bytes = columnar::BufferBytes(*rows);
  if (Status written = writer.Write(*std::move(rows)); !written.ok()) {
    return AtSink(std::move(written), task);
  }
  CountRows(stages_.size() + 1, count, bytes);
  return Status::Ok();
}

bool TaskRunner::WantsMore() const {
  return std::all_of(stages_.begin(), stages_.end(),
                     [](const auto& stage) { return stage->wants_more(); });
}

void TaskRunner::CountRows(size_t node, int64_t rows, int64_t bytes) {
  run_.counters[node]->Add(worker_, rows, bytes);
  counted_[node].rows += rows;
  counted_[node].bytes += bytes;
}

// Takes back what a lost attempt has counted.
void TaskRunner::Uncount() {
  for (size_t node = 0; node < counted_.size(); ++node) {
    run_.counters[node]->Add(worker_, -counted_[node].rows, -counted_[node].bytes);
  }
}

Status TaskRunner::AtSource(Status error, const Task& task) const {
  return AtPlace(std::move(error), run_.pipeline.from.connector, task);
}

Status TaskRunner::AtSink(Status error, const Task& task) const {
  return AtPlace(std::move(error), run_.pipeline.to.connector, task);
}

}  // namespace tenon::engine
