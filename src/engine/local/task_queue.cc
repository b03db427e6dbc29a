#include "engine/local/task_queue.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tenon::engine {
namespace {

// What a running task still has to do, as far as anybody knows: rows, else bytes, else "a lot".
int64_t Remaining(const Task& task) {
  if (task.partition.rows >= 0) return std::max<int64_t>(task.partition.rows - task.rows_read, 0);
  if (task.partition.bytes >= 0) return task.partition.bytes;
  return INT64_MAX;
}

}  // namespace

TaskQueue::TaskQueue(Scan& scan, TaskContext context, int max_running, SpeedUpRule speed_up)
    : scan_(scan),
      context_(std::move(context)),
      speed_up_(std::move(speed_up)),
      usual_max_(max_running),
      max_running_(max_running) {}

Status TaskQueue::Begin() {
  std::unique_lock lock(mutex_);
  return AskForPage(lock);
}

Status TaskQueue::AskForPage(std::unique_lock<std::mutex>& lock) {
  asking_ = true;
  lock.unlock();
  Result<std::vector<Partition>> page = scan_.NextPartitions(context_);
  lock.lock();
  asking_ = false;
  Changed();
  if (!page.ok()) {
    failed_ = true;
    return std::move(page).status();
  }
  if (page->empty()) all_planned_ = true;
  for (Partition& partition : *page) {
    auto task = std::make_shared<Task>();
    task->index = next_index_++;
    task->partition = std::move(partition);
    task->place = order_.insert(order_.end(), task->index);
    waiting_.push_back(std::move(task));
  }
  return Status::Ok();
}

Result<std::shared_ptr<Task>> TaskQueue::Take() {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (failed_ || context_.cancelled()) return std::shared_ptr<Task>();
    SpeedUpWhenQuiet();
    if (!waiting_.empty() && MayStart()) {
      std::shared_ptr<Task> task = std::move(waiting_.front());
      waiting_.pop_front();
      Run(*task);
      return task;
    }
    if (waiting_.empty() && !all_planned_ && !asking_) {
      TENON_RETURN_IF_ERROR(AskForPage(lock));
      continue;
    }
    if (waiting_.empty() && all_planned_ && running_ == 0) return std::shared_ptr<Task>();
    ++idle_;
    RequestSplits();
    Await(lock, [this, seen = changes_] { return changes_ != seen; });
    --idle_;
  }
}

void TaskQueue::Finish(Task& task) {
  std::lock_guard guard(mutex_);
  ++done_;
  if (task.running) Leave(task);
  if (slowed() && ++tasks_at_pace_ >= speed_up_.tasks) SpeedUp();
  Changed();
}

void TaskQueue::Suspend(Task& task) {
  std::lock_guard guard(mutex_);
  Leave(task);
}

Status TaskQueue::Resume(Task& task) {
  std::unique_lock lock(mutex_);
  while (!failed_ && !context_.cancelled() && !MayStart()) {
    Await(lock, [this, seen = changes_] { return changes_ != seen; });
    SpeedUpWhenQuiet();
  }
  if (failed_ || context_.cancelled()) return Status::Cancelled("The run was cancelled");
  Run(task);
  return Status::Ok();
}

void TaskQueue::Run(Task& task) {
  ++running_;
  task.running = true;
  task.split_wanted = false;
  task.rows_read = 0;
  if (task.partition.splittable) splittable_.push_back(&task);
  RequestSplits();
}

void TaskQueue::Leave(Task& task) {
  --running_;
  task.running = false;
  std::erase(splittable_, &task);
  RequestSplits();
  Changed();
}

void TaskQueue::Changed() {
  ++changes_;
  changed_.notify_all();
}

// Waits for `met` or a stop, and no longer than until the queue may speed up.
void TaskQueue::Await(std::unique_lock<std::mutex>& lock, const std::function<bool()>& met) {
  if (!slowed()) {
    changed_.wait(lock, context_.stop(), met);
    return;
  }
  const auto left = pace_since_ + speed_up_.quiet - speed_up_.now();
  changed_.wait_for(lock, context_.stop(), left, met);
}

void TaskQueue::SpeedUpWhenQuiet() {
  if (slowed() && speed_up_.now() - pace_since_ >= speed_up_.quiet) SpeedUp();
}

void TaskQueue::SpeedUp() {
  max_running_ = max_running_ + 1 < full_speed_ ? max_running_ + 1 : usual_max_;
  tasks_at_pace_ = 0;
  pace_since_ = speed_up_.now();
  RequestSplits();
  Changed();
}

// Asks as many of the largest running tasks as there are workers with nothing to do, and takes back
// the wish from the others.
void TaskQueue::RequestSplits() {
  if (splittable_.empty()) return;
  int wanted = 0;
  if (all_planned_ && waiting_.empty()) {
    wanted = idle_;
    if (max_running_ > 0) wanted = std::min(wanted, max_running_ - running_);
  }
  if (wanted > 1) {
    std::partial_sort(splittable_.begin(),
                      splittable_.begin() + std::min<ptrdiff_t>(wanted, std::ssize(splittable_)),
                      splittable_.end(),
                      [](const Task* a, const Task* b) { return Remaining(*a) > Remaining(*b); });
  } else if (wanted == 1) {
    std::iter_swap(splittable_.begin(), std::max_element(splittable_.begin(), splittable_.end(),
                                                         [](const Task* a, const Task* b) {
                                                           return Remaining(*a) < Remaining(*b);
                                                         }));
  }
  for (size_t i = 0; i < splittable_.size(); ++i) {
    splittable_[i]->split_wanted = static_cast<int>(i) < wanted;
  }
}

bool TaskQueue::GiveAway(Task& task, const Partition& mine, const Partition& rest) {
  std::lock_guard guard(mutex_);
  task.split_wanted = false;
  const bool wanted = !failed_ && !context_.cancelled() && task.running && all_planned_ &&
                      idle_ > static_cast<int>(waiting_.size()) && MayStart();
  if (!wanted) return false;
  task.partition = mine;
  task.rows_read = std::min<int64_t>(task.rows_read, std::max<int64_t>(mine.rows, 0));
  auto split = std::make_shared<Task>();
  split->index = next_index_++;
  split->partition = rest;
  split->place = order_.insert(std::next(task.place), split->index);
  waiting_.push_back(std::move(split));
  Changed();
  return true;
}

Partition TaskQueue::PartitionOf(const Task& task) const {
  std::lock_guard guard(mutex_);
  return task.partition;
}

std::vector<int> TaskQueue::Order() const {
  std::lock_guard guard(mutex_);
  return {order_.begin(), order_.end()};
}

bool TaskQueue::SlowDown() {
  std::lock_guard guard(mutex_);
  const int now = max_running_ == 0 ? running_ : std::min(max_running_, std::max(running_, 1));
  const int next = std::max(now - 1, 1);
  const bool lowered = max_running_ == 0 || next < max_running_;
  if (!slowed()) full_speed_ = usual_max_ == 0 ? now : usual_max_;
  max_running_ = next;
  tasks_at_pace_ = 0;
  pace_since_ = speed_up_.now();
  Changed();  // Who waits does so until the queue may speed up.
  return lowered;
}

int TaskQueue::max_running() const {
  std::lock_guard guard(mutex_);
  return max_running_;
}

int TaskQueue::running() const {
  std::lock_guard guard(mutex_);
  return running_;
}

int TaskQueue::UsefulWorkers() const {
  std::lock_guard guard(mutex_);
  const bool may_grow =
      !all_planned_ || std::any_of(waiting_.begin(), waiting_.end(),
                                   [](const auto& task) { return task->partition.splittable; });
  return may_grow ? INT32_MAX : static_cast<int>(waiting_.size());
}

int TaskQueue::planned() const {
  std::lock_guard guard(mutex_);
  return next_index_;
}

int TaskQueue::done() const {
  std::lock_guard guard(mutex_);
  return done_;
}

bool TaskQueue::all_planned() const {
  std::lock_guard guard(mutex_);
  return all_planned_;
}

}  // namespace tenon::engine
