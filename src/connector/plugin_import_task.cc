#include "connector/plugin_import_task.h"

#include <vector>

namespace tenon::connector {
namespace {

using internal::FromText;

}  // namespace

LentTask::LentTask(const TaskContext& context) : context_(context) {
  table_.size = sizeof(table_);
  table_.self = this;
  table_.cancelled = [](void* self) {
    return static_cast<LentTask*>(self)->context_.cancelled() ? 1 : 0;
  };
  table_.on_cancel = OnCancel;
  table_.off_cancel = OffCancel;
  table_.limits = [](void* self, int64_t* max_rows, int64_t* max_bytes) {
    const BatchLimits limits = static_cast<LentTask*>(self)->context_.limits();
    *max_rows = limits.max_rows;
    *max_bytes = limits.max_bytes;
  };
  table_.add_error = [](void* self, tenon_text message, tenon_text input, tenon_text where) {
    static_cast<LentTask*>(self)->context_.AddError({std::string(FromText(message)),
                                                     std::string(FromText(input)),
                                                     std::string(FromText(where))});
  };
  table_.count = [](void* self, tenon_text metric, int64_t n) {
    static_cast<LentTask*>(self)->context_.Count(FromText(metric), n);
  };
  table_.log = [](void* self, int32_t level, tenon_text text) {
    static_cast<LentTask*>(self)->context_.Log(static_cast<LogLevel>(level), FromText(text));
  };
  table_.split_wanted = [](void* self) {
    return static_cast<LentTask*>(self)->context_.split_wanted() ? 1 : 0;
  };
  table_.give_away = [](void* self, const tenon_partition* mine, const tenon_partition* rest) {
    const bool taken = static_cast<LentTask*>(self)->context_.GiveAway(
        internal::FromPartition(*mine), internal::FromPartition(*rest));
    return taken ? 1 : 0;
  };
}

uint64_t LentTask::OnCancel(void* self, void (*call)(void* data), void* data) {
  auto* task = static_cast<LentTask*>(self);
  // Not under the lock: a task that is cancelled already calls back from here.
  auto callback = std::make_unique<Callback>(task->context_.stop(), [call, data] { call(data); });
  const std::lock_guard lock(task->mutex_);
  const uint64_t id = task->next_id_++;
  task->callbacks_.emplace(id, std::move(callback));
  return id;
}

void LentTask::OffCancel(void* self, uint64_t id) {
  auto* task = static_cast<LentTask*>(self);
  std::unique_ptr<Callback> last;
  {
    const std::lock_guard lock(task->mutex_);
    const auto found = task->callbacks_.find(id);
    if (found == task->callbacks_.end()) return;
    last = std::move(found->second);
    task->callbacks_.erase(found);
  }
  // Destroyed outside of the lock: it waits for a call-back that is running.
}

Status MissingFunction(std::string_view name) {
  return Status::Unsupported("The plug-in has no such function: function=" + std::string(name));
}

LentOptions::LentOptions(const Options& options) : names_(options.names()) {
  values_.reserve(names_.size());
  for (const std::string& name : names_) {
    Result<Secret> value = options.GetSecret(name);
    values_.push_back(value.ok() ? *std::move(value) : Secret());
    items_.push_back({internal::ToText(name), internal::ToText(values_.back().Reveal()),
                      options.IsSecret(name) ? 1 : 0, 0});
  }
}

}  // namespace tenon::connector
