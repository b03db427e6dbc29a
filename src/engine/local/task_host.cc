#include "engine/local/task_host.h"

#include <utility>

namespace tenon::engine {

AttemptHost::AttemptHost(TaskQueue& queue, Task& task, const MemoryGauge& gauge,
                         const LogFunction& log, int nodes, std::stop_token stop)
    : queue_(queue),
      task_(task),
      gauge_(gauge),
      log_(log),
      stop_(std::move(stop)),
      nodes_(static_cast<size_t>(nodes)) {
  for (Node& node : nodes_) node.owner = this;
}

Status AttemptHost::CheckErrors(const ErrorIntake& intake) const {
  std::lock_guard guard(mutex_);
  for (size_t node = 0; node < nodes_.size(); ++node) {
    if (nodes_[node].errors == 0) continue;
    const Node& at = nodes_[node];
    TENON_RETURN_IF_ERROR(intake.Check(static_cast<int>(node), at.errors,
                                       at.records.empty() ? nullptr : &at.records.front()));
  }
  return Status::Ok();
}

void AttemptHost::Win(ErrorIntake& intake, std::map<std::string, int64_t>* metrics) {
  std::lock_guard guard(mutex_);
  for (size_t node = 0; node < nodes_.size(); ++node) {
    if (nodes_[node].errors == 0) continue;
    intake.Take(static_cast<int>(node), std::move(nodes_[node].records), nodes_[node].errors);
  }
  for (const auto& [name, n] : metrics_) (*metrics)[name] += n;
}

void AttemptHost::Node::AddError(ErrorRecord record) {
  if (record.input.size() > kMaxInputBytes) record.input.resize(kMaxInputBytes);
  std::lock_guard guard(owner->mutex_);
  ++errors;
  owner->has_errors_.store(true, std::memory_order_relaxed);
  if (records.size() < kMaxRecords) records.push_back(std::move(record));
}

void AttemptHost::Node::Count(std::string_view metric, int64_t n) {
  std::lock_guard guard(owner->mutex_);
  const auto found = owner->metrics_.find(metric);
  if (found != owner->metrics_.end()) {
    found->second += n;
  } else {
    owner->metrics_.emplace(metric, n);
  }
}

void AttemptHost::Node::Log(LogLevel level, std::string_view text) {
  if (owner->log_) owner->log_(level, text);
}

}  // namespace tenon::engine
