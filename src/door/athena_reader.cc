#include "door/athena_reader.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <new>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>

namespace tenon::athena::internal {
namespace {

constexpr size_t kWaitingBatches = 2;
constexpr int64_t kRowsBetweenStopChecks = 1024;

// What the handler's thread has made and the reader has not yet fetched.
class HandOver {
 public:
  // Waits for room. False: nobody will fetch it.
  bool Push(RecordBatch batch, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    const bool room = moved_.wait(lock, stop, [&] { return batches_.size() < kWaitingBatches; });
    if (!room || stop.stop_requested()) return false;
    batches_.push_back(std::move(batch));
    moved_.notify_all();
    return true;
  }
  void End(Status status) {
    const std::lock_guard lock(mutex_);
    status_ = std::move(status);
    ended_ = true;
    moved_.notify_all();
  }
  // Waits for a batch; nullopt at the end. kCancelled as soon as `stop` is used.
  Result<std::optional<RecordBatch>> Pop(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    moved_.wait(lock, stop, [&] { return ended_ || !batches_.empty(); });
    if (stop.stop_requested()) return Status::Cancelled("The task was cancelled");
    if (batches_.empty()) {
      TENON_RETURN_IF_ERROR(status_);
      return std::nullopt;
    }
    RecordBatch batch = std::move(batches_.front());
    batches_.pop_front();
    moved_.notify_all();
    return batch;
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any moved_;
  std::deque<RecordBatch> batches_;
  bool ended_ = false;
  Status status_;
};

// The engine's task as the handler's thread sees it: its stop also comes when the reader is dropped.
class HandlerHost : public TaskHost {
 public:
  explicit HandlerHost(const TaskContext& task) : task_(task) {}
  BatchLimits Limits() override { return task_.limits(); }
  void AddError(ErrorRecord record) override { task_.AddError(std::move(record)); }
  void Count(std::string_view metric, int64_t n) override { task_.Count(metric, n); }
  void Log(LogLevel level, std::string_view text) override { task_.Log(level, text); }
  bool SplitWanted() override { return false; }
  bool GiveAway(const Partition&, const Partition&) override { return false; }

 private:
  const TaskContext task_;
};

class Spiller : public BlockSpiller {
 public:
  Spiller(const ReadPlan& plan, const TaskContext& task, HandOver& hand_over)
      : chooser_(plan.table_columns, *plan.schema),
        task_(task),
        hand_over_(hand_over),
        rows_(plan.schema, task.limits()) {}

  // What is left goes on. The first thing that went wrong.
  Status Flush() {
    if (status_.ok() && rows_.num_rows() > 0) HandOverBatch();
    return status_;
  }

 protected:
  ColumnBuilder* Find(std::string_view column) override { return Cell(chooser_.ByName(column)); }
  ColumnBuilder* At(int column) override { return Cell(chooser_.ByPosition(column)); }
  bool FinishRow(int cells) override {
    if (!status_.ok()) return false;
    status_ = chooser_.CheckCells(cells);
    if (!status_.ok()) return false;
    rows_.EndRow();
    if (rows_.num_rows() % kRowsBetweenStopChecks == 0 && task_.cancelled()) return false;
    return !rows_.full() || HandOverBatch();
  }

 private:
  ColumnBuilder* Cell(int slot) { return slot < 0 ? nullptr : &rows_.column(slot); }

  bool HandOverBatch() {
    Result<RecordBatch> batch = rows_.Finish();
    rows_.set_limits(task_.limits());
    if (!batch.ok()) {
      status_ = std::move(batch).status();
      return false;
    }
    return hand_over_.Push(*std::move(batch), task_.stop());
  }

  const ColumnChooser chooser_;
  const TaskContext task_;
  HandOver& hand_over_;
  BatchBuilder rows_;
  Status status_;
};

class HandlerReader : public PartitionReader {
 public:
  HandlerReader(std::shared_ptr<const ReadPlan> plan, SplitProperties split,
                const TaskContext& context)
      : plan_(std::move(plan)),
        split_(std::move(split)),
        task_(context),
        host_(context),
        stop_with_task_(context.stop(), [this]() noexcept { stop_.request_stop(); }) {}
  ~HandlerReader() override {
    stop_.request_stop();
    if (thread_.joinable()) thread_.join();
  }

  Result<std::optional<RecordBatch>> Next() override {
    TENON_RETURN_IF_ERROR(task_.CheckCancelled());
    if (!thread_.joinable()) thread_ = std::thread([this] { hand_over_.End(Run()); });
    return hand_over_.Pop(task_.stop());
  }

 private:
  Status Run() noexcept {
    try {
      const TaskContext task(&host_, stop_.get_token());
      Spiller spiller(*plan_, task, hand_over_);
      const ReadRecordsRequest request{
          {plan_->options, task}, plan_->table_name, *plan_->schema, split_, plan_->constraints};
      TENON_RETURN_IF_ERROR(
          plan_->handler->ReadWithConstraint(spiller, request, QueryStatusChecker(task)));
      return spiller.Flush();
    } catch (const std::bad_alloc&) {
      return Status::ResourceExhausted("The connector ran out of memory");
    } catch (const std::exception& thrown) {
      return Status::Internal("The connector threw an exception: what=" +
                              std::string(thrown.what()));
    } catch (...) {
      return Status::Internal("The connector threw something that is no exception");
    }
  }

  const std::shared_ptr<const ReadPlan> plan_;
  const SplitProperties split_;
  const TaskContext task_;
  HandlerHost host_;
  HandOver hand_over_;
  std::stop_source stop_;
  std::thread thread_;
  const std::stop_callback<std::function<void()>> stop_with_task_;  // Last: goes first.
};

}  // namespace

ColumnChooser::ColumnChooser(const std::vector<std::string>& table_columns, const Schema& wanted)
    : names_(wanted.names()) {
  for (const std::string& column : table_columns) slots_.push_back(ByName(column));
}

int ColumnChooser::ByName(std::string_view column) const {
  const auto found = std::find(names_.begin(), names_.end(), column);
  return found == names_.end() ? -1 : static_cast<int>(found - names_.begin());
}

int ColumnChooser::ByPosition(int column) const {
  return column < static_cast<int>(slots_.size()) ? slots_[static_cast<size_t>(column)] : -1;
}

Status ColumnChooser::CheckCells(int cells) const {
  if (cells <= static_cast<int>(slots_.size())) return Status::Ok();
  return Status::Internal("WriteRow has more values than the table has columns: values=" +
                          std::to_string(cells) + " columns=" + std::to_string(slots_.size()));
}

std::unique_ptr<PartitionReader> MakeReader(std::shared_ptr<const ReadPlan> plan,
                                            SplitProperties split, const TaskContext& context) {
  return std::make_unique<HandlerReader>(std::move(plan), std::move(split), context);
}

}  // namespace tenon::athena::internal
