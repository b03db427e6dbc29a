// The static entries of job.h.
#include "tenon/job.h"

#include <utility>

#include "engine/crash_notes.h"
#include "engine/local_job.h"
#include "engine/settle.h"
#include "runstate/job_desk.h"
#include "runstate/job_lock.h"

namespace tenon {
namespace {

constexpr int kMaxListedRuns = 1000;
constexpr std::chrono::milliseconds kPatience{30'000};

std::string StateWord(const runstate::RunRecord& record, bool held, int unsettled) {
  if (record.state == runstate::RunState::kRunning && !held) {
    return unsettled > 0 ? "unknown" : "cut";
  }
  switch (record.state) {
    case runstate::RunState::kRunning: return "running";
    case runstate::RunState::kCut: return unsettled > 0 ? "unknown" : "cut";
    case runstate::RunState::kDone: return "done";
    case runstate::RunState::kFailed: return "failed";
    case runstate::RunState::kEndedWithoutCommit: return "ended";
  }
  return "unknown";
}

int64_t RowsOf(const runstate::RunRecord& record) {
  int64_t sum = 0;
  for (const auto& [sink, rows] : record.rows) sum += rows;
  return sum;
}

std::string IntervalText(const Interval& interval) {
  const auto position = [](const std::optional<Position>& at, const char* none) {
    return at ? at->json : std::string(none);
  };
  return "(" + position(interval.low, "start") + ", " + position(interval.high, "end") + "]";
}

std::string SlotText(const runstate::Slot& slot, const char* has = "has") {
  std::string text =
      "Sink " + slot.sink + " (" + slot.target + ") " + has + " the rows of run " + slot.run;
  for (const runstate::Cover& cover : slot.covers) {
    if (cover.bookmarked) text += ", " + cover.context + " " + IntervalText(cover.interval);
  }
  return text;
}

// What it means to give up the slot that a call of unknown outcome has.
std::string UndecidedText(const runstate::JobState& state, uint64_t seq, const Status& unknown) {
  std::string text;
  for (const runstate::Slot& slot : state.slots) {
    if (slot.seq == seq) text = SlotText(slot, "may have all, some or none of");
  }
  return text + "; nobody could tell: " + std::string(unknown.message()) +
         ". Given up: look there, for the next run reads them again and writes them there again\n";
}

// A desk over the job whose open calls are settled; `text` says what was found.
struct OpenDesk {
  std::unique_ptr<runstate::Journal> journal;
  std::unique_ptr<runstate::JobDesk> desk;
  std::string crash;  // A line about the last attempt, or nothing.
  bool gave_up = false;
};

// An error that comes after something was given up: what that was is told once, now.
Status AlsoTold(Status error, const std::string& text) {
  if (error.ok() || text.empty()) return error;
  std::string hint = "Before it: " + text.substr(0, text.size() - 1);
  if (!error.hint().empty()) hint = std::string(error.hint()) + " " + hint;
  return std::move(error).WithHint(std::move(hint));
}

// `undecided_too`: calls that nobody can settle are given up.
Result<OpenDesk> SettledDesk(const JobSettings& settings, bool undecided_too, std::string* text) {
  OpenDesk open;
  TENON_RETURN_IF_ERROR(engine::ReportCrashes(settings, "", 0));
  TENON_ASSIGN_OR_RETURN(const engine::Connectors connectors, engine::FindConnectors(settings));
  TENON_ASSIGN_OR_RETURN(open.journal, runstate::Journal::Open(settings.state_folder));
  TENON_ASSIGN_OR_RETURN(std::unique_ptr<runstate::JobLock> lock,
                         runstate::JobLock::Take(settings.state_folder, settings.name));
  TENON_ASSIGN_OR_RETURN(runstate::JobDesk desk,
                         runstate::JobDesk::Open(*open.journal, std::move(lock), settings.name));
  open.desk = std::make_unique<runstate::JobDesk>(std::move(desk));
  TENON_ASSIGN_OR_RETURN(const runstate::JobState state, open.journal->Load(settings.name));
  if (state.last_run) open.crash = engine::CrashNote(settings.state_folder, *state.last_run);
  if (!open.crash.empty()) open.crash += "\n";
  base::Redactor redactor;
  const job::NamedOptions names(settings.state_folder, redactor);
  const engine::Settler settler(connectors.registry, names, nullptr, {}, kPatience,
                                engine::kLongestSettling);
  const auto tell = [text](const std::string& line) { *text += line + "\n"; };
  const auto give_up = [&](const runstate::UnsettledCall& call, const Status& unknown) {
    if (undecided_too) *text += UndecidedText(open.desk->state(), call.seq, unknown);
    open.gave_up = open.gave_up || undecided_too;
    return undecided_too;
  };
  TENON_RETURN_IF_ERROR(AlsoTold(engine::SettleAll(*open.desk, settler, tell, give_up), *text));
  TENON_RETURN_IF_ERROR(AlsoTold(
      engine::RemoveGarbage(*open.desk, settler, open.journal->home_id(), settings.name), *text));
  return open;
}

}  // namespace

Result<std::unique_ptr<Job>> Job::Start(JobSettings settings) {
  return engine::LocalJob::Start(std::move(settings));
}

Result<std::vector<RunSummary>> Job::ListRuns(const std::string& state_folder,
                                              std::string_view job) {
  TENON_ASSIGN_OR_RETURN(const std::unique_ptr<runstate::Journal> journal,
                         runstate::Journal::Open(state_folder));
  TENON_ASSIGN_OR_RETURN(const std::vector<runstate::RunRecord> records,
                         journal->Runs(job, kMaxListedRuns));
  std::vector<RunSummary> runs;
  for (const runstate::RunRecord& record : records) {
    TENON_ASSIGN_OR_RETURN(const std::optional<runstate::Holder> holder,
                           runstate::JobLock::Look(state_folder, record.job));
    TENON_ASSIGN_OR_RETURN(const runstate::JobState state, journal->Load(record.job));
    RunSummary run;
    run.job = record.job;
    run.run = record.run;
    run.started_at_us = record.started_ms * 1000;
    run.ended_at_us = record.ended_ms * 1000;
    run.attempt = record.attempt;
    run.rows = RowsOf(record);
    int unsettled = 0;
    for (const runstate::Slot& slot : state.slots) {
      if (slot.run != record.run) continue;
      ++run.pending_slots;
      if (slot.state == runstate::SlotState::kIntent) ++unsettled;
    }
    run.crash_report = engine::CrashReportOf(state_folder, record);
    const bool newest = state.last_run && state.last_run->run == record.run;
    run.state = StateWord(record, holder.has_value() && newest, unsettled);
    if (holder && newest && record.state == runstate::RunState::kRunning) {
      run.holder = "pid " + std::to_string(holder->pid) + " on " + holder->host;
    }
    runs.push_back(std::move(run));
  }
  return runs;
}

Result<std::string> Job::RunToFinish(const JobSettings& settings) {
  TENON_ASSIGN_OR_RETURN(const std::unique_ptr<runstate::Journal> journal,
                         runstate::Journal::Open(settings.state_folder));
  TENON_ASSIGN_OR_RETURN(const runstate::JobState state, journal->Load(settings.name));
  const runstate::AttemptRequest request = engine::AttemptRequestOf(settings);
  return runstate::RunToFinish(state, request.bookmarks, request.cut_run);
}

Result<std::string> Job::Recover(const JobSettings& settings) {
  std::string text;
  TENON_ASSIGN_OR_RETURN(const OpenDesk open, SettledDesk(settings, false, &text));
  if (text.empty()) text = "Nothing was left undecided.\n";
  for (const runstate::Slot& slot : open.desk->Pending()) {
    text += SlotText(slot) + "; the next run finishes it\n";
  }
  return open.crash + text;
}

Result<std::string> Job::Forget(const JobSettings& settings, bool undecided_too) {
  std::string text;
  TENON_ASSIGN_OR_RETURN(const OpenDesk open, SettledDesk(settings, undecided_too, &text));
  const Result<std::vector<runstate::Slot>> forgotten = open.desk->Forget();
  if (!forgotten.ok()) return AlsoTold(forgotten.status(), text);
  for (const runstate::Slot& slot : *forgotten) {
    text += SlotText(slot) + "; the next run reads them again and writes them there again\n";
  }
  if (forgotten->empty() && !open.gave_up) text += "Nothing was pending.\n";
  return open.crash + text;
}

}  // namespace tenon
