// A plug-in's view of the task that its host lends it. Private to the door.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>

#include "door/plugin_values.h"
#include "tenon/task_context.h"

namespace tenon::internal {

// Turns a tenon_task into a TaskContext whose stop token is the plug-in's own. Must outlive the objects opened with
// its context, and lives no longer than the tenon_task. Any thread.
class PluginTask : public TaskHost {
 public:
  // Null stands for a task that nothing cancels.
  explicit PluginTask(const tenon_task* task);
  ~PluginTask() override;
  PluginTask(const PluginTask&) = delete;
  PluginTask& operator=(const PluginTask&) = delete;

  TaskContext context() { return TaskContext(this, stop_.get_token()); }

  BatchLimits Limits() override;
  void AddError(ErrorRecord record) override;
  void Count(std::string_view metric, int64_t n) override;
  void Log(LogLevel level, std::string_view text) override;
  bool SplitWanted() override;
  bool GiveAway(const Partition& mine, const Partition& rest) override;

 private:
  tenon_task task_{};  // Null where the host is older.
  std::stop_source stop_;
  uint64_t cancel_id_ = 0;
  bool registered_ = false;
};

}  // namespace tenon::internal
