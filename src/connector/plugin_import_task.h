// The task that the host lends to a plug-in, and the calls that need one.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "door/plugin_values.h"
#include "tenon/options.h"
#include "tenon/task_context.h"

namespace tenon::connector {

// A TaskContext as a tenon_task. Lives at least as long as what was opened with it. Any thread.
class LentTask {
 public:
  explicit LentTask(const TaskContext& context);
  LentTask(const LentTask&) = delete;
  LentTask& operator=(const LentTask&) = delete;

  const tenon_task* table() const { return &table_; }

 private:
  using Callback = std::stop_callback<std::function<void()>>;

  static uint64_t OnCancel(void* self, void (*call)(void* data), void* data);
  static void OffCancel(void* self, uint64_t id);

  TaskContext context_;
  tenon_task table_{};
  std::mutex mutex_;
  uint64_t next_id_ = 1;
  std::map<uint64_t, std::unique_ptr<Callback>> callbacks_;
};

// A table of a plug-in with its release; movable, empty after a move.
template <typename Table>
class OwnedTable {
 public:
  OwnedTable() { table_.size = sizeof(Table); }
  OwnedTable(OwnedTable&& other) noexcept : table_(std::exchange(other.table_, Table{})) {}
  OwnedTable& operator=(OwnedTable&& other) noexcept {
    std::swap(table_, other.table_);
    return *this;
  }
  ~OwnedTable() {
    if (table_.release != nullptr) table_.release(&table_);
  }

  // For the call that fills it.
  Table* out() { return &table_; }
  const Table* operator->() const { return &table_; }
  void* self() const { return table_.self; }

 private:
  Table table_{};
};

// Runs `call(error)`, a function of the plug-in that may fail, and gives its outcome.
template <typename Call>
Status CallPlugin(Call&& call) {
  tenon_error error{};
  error.size = sizeof(error);
  const int32_t code = std::forward<Call>(call)(&error);
  return code == 0 ? Status::Ok() : internal::TakeStatus(code, &error);
}

// kUnsupported: the plug-in has no such function.
Status MissingFunction(std::string_view name);

// Options as a plug-in takes them, borrowed from `options` while this lives. Secrets cross in clear: the connector is
// who needs them.
class LentOptions {
 public:
  explicit LentOptions(const Options& options);
  tenon_options table() const { return {items_.data(), items_.size()}; }

 private:
  std::vector<std::string> names_;
  std::vector<Secret> values_;
  std::vector<tenon_option> items_;
};

}  // namespace tenon::connector
