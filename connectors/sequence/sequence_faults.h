// Faults on request: a call that fails, hangs, throws or ends the process, a given number of times.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

#include "sequence_options.h"
#include "tenon/task_context.h"

namespace tenon::sequence {

// Counts the failures of one scan (or of one source, for its own calls). Any thread.
class Faults {
 public:
  // `options` must outlive this object.
  explicit Faults(const SequenceOptions& options) : options_(options) {}

  // True when the call named so (an allowed value of fail_in) is one that fails.
  bool Has(std::string_view call) const {
    return options_.fail_code.has_value() && options_.fail_in == call;
  }
  // The failure asked for, as long as it is due; ok afterwards and when none is asked for. Throws or ends the process
  // where that is what is asked for. `hang` returns kCancelled once the task is cancelled.
  Status Meet(std::string_view call, const TaskContext& context) const;

 private:
  const SequenceOptions& options_;
  mutable std::atomic<int64_t> met_{0};
};

// Waits; kCancelled as soon as the task is cancelled.
Status Wait(int64_t milliseconds, const TaskContext& context);

}  // namespace tenon::sequence
