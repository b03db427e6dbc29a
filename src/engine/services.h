// What a running job's parts share: settings, threads, memory, run state, log. Made once by the job
// and lent to whatever works for it; outlives all of that.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/redact.h"
#include "connector/registry.h"
#include "engine/local/pipeline.h"
#include "frame/spool.h"
#include "job/named_options.h"
#include "runstate/attempt.h"
#include "sql/database.h"
#include "tenon/job.h"

namespace tenon::engine {

class Services {
 public:
  // `settings` is borrowed.
  Services(const JobSettings& settings, connector::Registry registry, MemoryPlan memory);
  Services(const Services&) = delete;
  Services& operator=(const Services&) = delete;

  const JobSettings& settings() const { return settings_; }
  const connector::Registry& registry() const { return registry_; }
  const MemoryPlan& memory() const { return memory_; }
  base::Redactor& redactor() { return redactor_; }
  // What the options of a read or write may name: connections and secrets of the home.
  const job::NamedOptions& names() const { return names_; }
  WorkerPool& pool() { return pool_; }
  std::string spill_folder() const;
  // What all spools of the job hold together.
  const std::shared_ptr<frame::SpoolMemory>& spool_memory() const { return spool_memory_; }

  // The database that runs wide steps, opened on first use; lives as long as the job.
  Result<sql::Database*> sql();

  // The job's run state; null until it has begun.
  runstate::Attempt* attempt() { return attempt_.get(); }
  void set_attempt(std::unique_ptr<runstate::Attempt> attempt) { attempt_ = std::move(attempt); }

  // For calls on the job's own thread.
  TaskContext context() { return {&host_, stop_.get_token()}; }
  TaskHost* host() { return &host_; }
  std::stop_token stop() const { return stop_.get_token(); }
  Workshop workshop();
  // Makes a call on the job's own thread again while it gives kUnavailable.
  template <typename Call>
  auto Retried(Call call) {
    return WithRetry(retry_, stop_.get_token(), std::move(call));
  }
  const RetryRule& retry() const { return retry_; }

  void Cancel() { stop_.request_stop(); }
  bool cancelled() const { return stop_.stop_requested(); }

  // To the observer, redacted. Any thread.
  void Message(LogLevel level, std::string_view text);
  // What the run state wants the user to know.
  void TellNotes();

 private:
  class Host final : public TaskHost {
   public:
    explicit Host(Services& owner) : owner_(owner) {}
    BatchLimits Limits() override { return owner_.gauge_.Limits(); }
    void AddError(ErrorRecord) override {}
    void Count(std::string_view, int64_t) override {}
    void Log(LogLevel level, std::string_view text) override { owner_.Message(level, text); }
    bool SplitWanted() override { return false; }
    bool GiveAway(const Partition&, const Partition&) override { return false; }

   private:
    Services& owner_;
  };

  const JobSettings& settings_;
  const connector::Registry registry_;
  const MemoryPlan memory_;
  const std::shared_ptr<frame::SpoolMemory> spool_memory_;
  const RetryRule retry_;
  base::Redactor redactor_;
  const job::NamedOptions names_;
  MemoryGauge gauge_;
  Host host_;
  std::stop_source stop_;
  std::mutex observer_mutex_;  // The observer is told one thing at a time.
  std::unique_ptr<runstate::Attempt> attempt_;
  std::unique_ptr<sql::Database> sql_;
  WorkerPool pool_;  // Last: its threads may use everything above.
};

}  // namespace tenon::engine
