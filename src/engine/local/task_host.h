// The host's side of one attempt of one task: what a reader, a transform or a writer reports lands
// here and counts only if this attempt wins.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "engine/local/memory_plan.h"
#include "engine/local/task_queue.h"
#include "tenon/task_context.h"

namespace tenon::engine {

// Where the bad rows of attempts that won go. Nodes are numbered along the pipeline: 0 the source,
// then the transforms, last the sink. Thread-safe.
class ErrorIntake {
 public:
  virtual ~ErrorIntake() = default;
  // `count` bad rows, of which `records` were kept.
  virtual void Take(int node, std::vector<ErrorRecord> records, int64_t count) = 0;
  // The error that ends the action once `pending` more bad rows, of which `first` (may be null) is one, are one too
  // many; else ok.
  virtual Status Check(int node, int64_t pending, const ErrorRecord* first) const = 0;
};

using LogFunction = std::function<void(LogLevel, std::string_view)>;

class AttemptHost {
 public:
  static constexpr size_t kMaxRecords = 1000;     // Kept of each node; all are counted.
  static constexpr size_t kMaxInputBytes = 4096;  // Of ErrorRecord::input.

  // All are borrowed. `nodes` is the number of transforms + 2. `log` may be empty.
  AttemptHost(TaskQueue& queue, Task& task, const MemoryGauge& gauge, const LogFunction& log,
              int nodes, std::stop_token stop);
  AttemptHost(const AttemptHost&) = delete;
  AttemptHost& operator=(const AttemptHost&) = delete;

  // What node `node` is given. Refers to this host.
  TaskContext Context(int node) { return {&nodes_[static_cast<size_t>(node)], stop_}; }

  // True once any node has reported a bad row: cheap enough to ask after each batch.
  bool has_errors() const { return has_errors_.load(std::memory_order_relaxed); }
  // Ok, or the threshold that this attempt's bad rows pass.
  Status CheckErrors(const ErrorIntake& intake) const;
  // Hands over what was reported. REQUIRES: the reader and the writer are gone.
  void Win(ErrorIntake& intake, std::map<std::string, int64_t>* metrics);

 private:
  class Node final : public TaskHost {
   public:
    BatchLimits Limits() override { return owner->gauge_.Limits(); }
    void AddError(ErrorRecord record) override;
    void Count(std::string_view metric, int64_t n) override;
    void Log(LogLevel level, std::string_view text) override;
    bool SplitWanted() override {
      return owner->task_.split_wanted.load(std::memory_order_relaxed);
    }
    bool GiveAway(const Partition& mine, const Partition& rest) override {
      return owner->queue_.GiveAway(owner->task_, mine, rest);
    }

    AttemptHost* owner = nullptr;
    std::vector<ErrorRecord> records;
    int64_t errors = 0;
  };

  TaskQueue& queue_;
  Task& task_;
  const MemoryGauge& gauge_;
  const LogFunction& log_;
  const std::stop_token stop_;
  std::atomic<bool> has_errors_{false};
  mutable std::mutex mutex_;  // Guards the nodes' records and the metrics.
  std::vector<Node> nodes_;
  std::map<std::string, int64_t, std::less<>> metrics_;
};

}  // namespace tenon::engine
