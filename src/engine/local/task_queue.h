// Which partition is read next, and by how many at once.
//
// Partitions are asked of the scan page by page, by a worker that finds none waiting, so the first
// reader opens long before the last page is known. When a worker idles, the largest running
// partition that can be split is asked to give part of itself away. A store that asks to slow down
// gets fewer readers at once, and one more again whenever it was content for a while. Thread-safe.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

#include "tenon/source.h"

namespace tenon::engine {

// One partition on its way through the plan. Only the worker that runs it uses it, but for the
// atomics.
struct Task {
  int index = 0;  // Names its writer and its message; 0, 1, … in the order of handing out.
  int attempt = 0;
  std::atomic<bool> split_wanted{false};
  std::atomic<int64_t> rows_read{0};  // By the present attempt.

  // All under the queue's lock: a retry starts from `partition`.
  Partition partition;
  bool running = false;
  std::list<int>::iterator place;  // In the queue's order.
};

// When a queue that was slowed down lets one task more run at once: after so many tasks, or so much
// time, since it was last slowed down or sped up.
struct SpeedUpRule {
  using Clock = std::chrono::steady_clock;
  int tasks = 8;
  Clock::duration quiet = std::chrono::seconds(10);
  std::function<Clock::time_point()> now = Clock::now;
};

class TaskQueue {
 public:
  // At most `max_running` tasks run at once; 0 = any number. `scan` outlives the queue.
  TaskQueue(Scan& scan, TaskContext context, int max_running, SpeedUpRule speed_up = {});

  // Asks for the first page. REQUIRES: called once, before any worker takes.
  Status Begin();

  // The next task, or null when none is left, also after a stop. Waits while running tasks may still
  // give something away. The error of asking for a page goes to one caller.
  Result<std::shared_ptr<Task>> Take();
  // The task has ended, well or not.
  void Finish(Task& task);
  // Between two attempts a task counts as not running. Resume waits until it may run again;
  // kCancelled after a stop.
  void Suspend(Task& task);
  Status Resume(Task& task);

  // For TaskHost::GiveAway. Refused when nobody idles any more: else tasks shrink to dust.
  bool GiveAway(Task& task, const Partition& mine, const Partition& rest);
  // What an attempt of this task reads.
  Partition PartitionOf(const Task& task) const;

  // One task fewer at once, down to one: the store asked to slow down. True when it was lowered.
  // SpeedUpRule says when it is taken back, a task at a time.
  bool SlowDown();
  int max_running() const;
  int running() const;

  // How many workers could be busy now: waiting tasks, or more when pages or splits may add some.
  int UsefulWorkers() const;

  // Partitions handed out by the scan or split off; known once all_planned().
  int planned() const;
  // Indices of all tasks in the order in which the scan gives their rows: what was split off stands behind what it was
  // split off from.
  std::vector<int> Order() const;
  int done() const;
  bool all_planned() const;

 private:
  Status AskForPage(std::unique_lock<std::mutex>& lock);
  void Run(Task& task);
  void Leave(Task& task);
  void RequestSplits();
  void Changed();
  void Await(std::unique_lock<std::mutex>& lock, const std::function<bool()>& met);
  void SpeedUpWhenQuiet();
  void SpeedUp();
  bool slowed() const { return max_running_ != usual_max_; }
  bool MayStart() const { return max_running_ == 0 || running_ < max_running_; }

  Scan& scan_;
  const TaskContext context_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<std::shared_ptr<Task>> waiting_;
  std::list<int> order_;
  std::vector<Task*> splittable_;  // Those that run.
  const SpeedUpRule speed_up_;
  const int usual_max_;
  int max_running_;
  int full_speed_ = 0;  // At this number the slowing down is over.
  int tasks_at_pace_ = 0;
  SpeedUpRule::Clock::time_point pace_since_;
  int running_ = 0, idle_ = 0, next_index_ = 0, done_ = 0;
  uint64_t changes_ = 0;
  bool asking_ = false, all_planned_ = false, failed_ = false;
};

}  // namespace tenon::engine
