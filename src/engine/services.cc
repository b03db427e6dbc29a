#include "engine/services.h"

#include <utility>

namespace tenon::engine {

Services::Services(const JobSettings& settings, connector::Registry registry, MemoryPlan memory)
    : settings_(settings),
      registry_(std::move(registry)),
      memory_(memory),
      spool_memory_(std::make_shared<frame::SpoolMemory>(memory_.spool_bytes)),
      names_(settings.state_folder, redactor_),
      gauge_(memory_),
      host_(*this) {}

std::string Services::spill_folder() const {
  return settings_.spill_folder.empty() ? settings_.state_folder + "/spill"
                                        : settings_.spill_folder;
}

Result<sql::Database*> Services::sql() {
  if (sql_ == nullptr) {
    TENON_ASSIGN_OR_RETURN(sql_, sql::Database::Open({.library_paths = {},
                                                      .memory_bytes = memory_.wide_bytes,
                                                      .threads = memory_.wide_threads,
                                                      .spill_folder = spill_folder(),
                                                      .process_ends = settings_.process_ends}));
  }
  return sql_.get();
}

Workshop Services::workshop() {
  Workshop workshop{.pool = pool_,
                    .gauge = gauge_,
                    .threads = memory_.workers,
                    .retry = retry_,
                    .stop = stop_.get_token(),
                    .log = [this](LogLevel level, std::string_view text) { Message(level, text); },
                    .on_progress = {}};
  if (settings_.observer != nullptr) {
    workshop.on_progress = [this](const std::vector<NodeProgress>& nodes) {
      std::lock_guard guard(observer_mutex_);
      settings_.observer->OnProgress(nodes);
    };
  }
  return workshop;
}

void Services::Message(LogLevel level, std::string_view text) {
  if (settings_.observer == nullptr) return;
  const std::string redacted = redactor_.Redact(text);
  std::lock_guard guard(observer_mutex_);
  settings_.observer->OnMessage(level, redacted);
}

void Services::TellNotes() {
  if (attempt_ == nullptr) return;
  for (const std::string& note : attempt_->TakeNotes()) {
    Message(note.rfind("TN", 0) == 0 ? LogLevel::kWarning : LogLevel::kInfo, note);
  }
}

}  // namespace tenon::engine
