// A task's context for readers inside a reader: hands everything on, and bends two things on request.
#pragma once

#include <optional>

#include "tenon/task_context.h"

namespace tenon::files {

// REQUIRES: it outlives the readers that it was given to, and `outer`'s host outlives it. Any thread.
class LentContext : public TaskHost {
 public:
  // `may_split`: false keeps a reader from giving parts away that are not its own. `keep_errors`: the first bad row is
  // kept here instead of being reported.
  LentContext(const TaskContext& outer, bool may_split, bool keep_errors)
      : outer_(outer), may_split_(may_split), keep_errors_(keep_errors) {}

  TaskContext context() { return TaskContext(this, outer_.stop()); }
  const std::optional<ErrorRecord>& first_error() const { return first_error_; }

  BatchLimits Limits() override { return outer_.limits(); }
  void AddError(ErrorRecord record) override {
    if (!keep_errors_) {
      outer_.AddError(std::move(record));
    } else if (!first_error_) {
      first_error_ = std::move(record);
    }
  }
  void Count(std::string_view metric, int64_t n) override { outer_.Count(metric, n); }
  void Log(LogLevel level, std::string_view text) override { outer_.Log(level, text); }
  bool SplitWanted() override { return may_split_ && outer_.split_wanted(); }
  bool GiveAway(const Partition& mine, const Partition& rest) override {
    return may_split_ && outer_.GiveAway(mine, rest);
  }

 private:
  const TaskContext outer_;
  const bool may_split_;
  const bool keep_errors_;
  std::optional<ErrorRecord> first_error_;
};

}  // namespace tenon::files
