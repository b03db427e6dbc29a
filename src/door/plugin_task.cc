#include "door/plugin_task.h"

namespace tenon::internal {

PluginTask::PluginTask(const tenon_task* task) {
  if (task != nullptr) task_ = CompleteTable(*task);
  if (task_.on_cancel == nullptr || task_.off_cancel == nullptr) return;
  cancel_id_ = task_.on_cancel(
      task_.self, [](void* data) { static_cast<std::stop_source*>(data)->request_stop(); }, &stop_);
  registered_ = true;
}

PluginTask::~PluginTask() {
  if (registered_) task_.off_cancel(task_.self, cancel_id_);
}

BatchLimits PluginTask::Limits() {
  BatchLimits limits;
  if (task_.limits != nullptr) task_.limits(task_.self, &limits.max_rows, &limits.max_bytes);
  return limits;
}

void PluginTask::AddError(ErrorRecord record) {
  if (task_.add_error == nullptr) return;
  task_.add_error(task_.self, ToText(record.message), ToText(record.input), ToText(record.where));
}

void PluginTask::Count(std::string_view metric, int64_t n) {
  if (task_.count != nullptr) task_.count(task_.self, ToText(metric), n);
}

void PluginTask::Log(LogLevel level, std::string_view text) {
  if (task_.log != nullptr) task_.log(task_.self, static_cast<int32_t>(level), ToText(text));
}

bool PluginTask::SplitWanted() {
  return task_.split_wanted != nullptr && task_.split_wanted(task_.self) != 0;
}

bool PluginTask::GiveAway(const Partition& mine, const Partition& rest) {
  if (task_.give_away == nullptr) return false;
  std::vector<tenon_text> my_hosts, rest_hosts;
  const tenon_partition c_mine = ToPartition(mine, &my_hosts),
                        c_rest = ToPartition(rest, &rest_hosts);
  return task_.give_away(task_.self, &c_mine, &c_rest) != 0;
}

}  // namespace tenon::internal
