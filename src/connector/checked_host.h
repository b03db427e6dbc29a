// Stands between a connector and the engine's task: takes secrets out of what the connector says, and holds it to the
// rules for bad rows and for giving work away. Threads as TaskHost.
#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <string>

#include "connector/contract.h"
#include "tenon/task_context.h"

namespace tenon::connector {

class CheckedHost : public TaskHost {
 public:
  static constexpr size_t kMaxErrorInputBytes = 4096;
  // Behind so many bad rows of one object, more than anybody keeps, rows are counted without their texts.
  static constexpr int64_t kMaxErrorTexts = 10'000;

  // For a call or an object that has no partition.
  CheckedHost(ContractPtr contract, const TaskContext& task)
      : contract_(std::move(contract)), task_(task) {}
  // For the reader of a partition.
  CheckedHost(ContractPtr contract, const TaskContext& task, const Partition& partition,
              std::string label)
      : contract_(std::move(contract)),
        task_(task),
        splittable_(partition.splittable),
        label_(std::move(label)) {}

  // What the connector sees. Valid while this host is: a reader or writer may keep the reference.
  const TaskContext& context() const { return context_; }
  // The first rule that was broken in a call without a way to say so; ok when none was.
  Status broken() const;

  BatchLimits Limits() override { return task_.limits(); }
  void AddError(ErrorRecord record) override;
  void Count(std::string_view metric, int64_t n) override { task_.Count(metric, n); }
  void Log(LogLevel level, std::string_view text) override;
  bool SplitWanted() override { return splittable_ && task_.split_wanted(); }
  bool GiveAway(const Partition& mine, const Partition& rest) override;

 private:
  Status CheckGift(const Partition& mine, const Partition& rest) const;

  const ContractPtr contract_;
  const TaskContext task_;
  const TaskContext context_{this, task_.stop()};
  const bool splittable_ = false;
  const std::string label_;
  std::atomic<int64_t> errors_{0};
  mutable std::mutex mutex_;  // Guards broken_.
  Status broken_;
};

// The rules for a partition, wherever it comes from.
Status CheckPartition(const Contract& contract, const Partition& partition, std::string_view label);

}  // namespace tenon::connector
