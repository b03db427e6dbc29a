#include "journal_replay.h"

#include "runstate/attempt.h"
#include "runstate/job_lock.h"

namespace tenon::bench {

Status ReplayJournal(const std::filesystem::path& state_folder) {
  using runstate::Attempt;
  constexpr const char* kSource = "source#1 sequence";
  TENON_ASSIGN_OR_RETURN(const std::unique_ptr<runstate::Journal> journal,
                         runstate::Journal::Open(state_folder));
  TENON_ASSIGN_OR_RETURN(std::unique_ptr<runstate::JobLock> lock,
                         runstate::JobLock::Take(state_folder, "bench"));
  TENON_ASSIGN_OR_RETURN(
      const std::unique_ptr<Attempt> attempt,
      Attempt::Start(*journal, std::move(lock),
                     {.job = "bench", .bookmarks = runstate::BookmarkMode::kDisabled}));
  TENON_RETURN_IF_ERROR(attempt->Begin());
  TENON_RETURN_IF_ERROR(attempt->OpenSource(kSource).status());
  TENON_RETURN_IF_ERROR(attempt->SourcePlanned(kSource, std::nullopt, ""));
  TENON_ASSIGN_OR_RETURN(const runstate::SinkDecision decision,
                         attempt->BeginSink({.sink = "call-bench",
                                             .derived_sink = true,
                                             .target = "t",
                                             .selection = "all",
                                             .lineage = std::vector<std::string>{kSource},
                                             .reopen = "{}"}));
  if (!decision.write) return Status::Internal("The journal skipped a sink call of the benchmark");
  const std::string& token = decision.call.token;
  TENON_RETURN_IF_ERROR(attempt->NotePlaces(token, "state"));
  TENON_RETURN_IF_ERROR(attempt->SourceRead(kSource, {.rows = 1000}));
  TENON_RETURN_IF_ERROR(
      attempt->Intent(token, {CommitClass::kTransactional, {"message"}}).status());
  TENON_RETURN_IF_ERROR(attempt->Published(token));
  TENON_RETURN_IF_ERROR(attempt->Commit());
  for (const runstate::Garbage& garbage : attempt->RemovableGarbage()) {
    TENON_RETURN_IF_ERROR(attempt->GarbageRemoved(garbage.token));
  }
  return attempt->End(runstate::Ending::kClean);
}

}  // namespace tenon::bench
