// What a person does to a job's records while no run holds it: settle a cut run, forget it, set or
// reset bookmarks.
//
//   TENON_ASSIGN_OR_RETURN(auto lock, JobLock::Take(home, job));
//   TENON_ASSIGN_OR_RETURN(auto desk, JobDesk::Open(*journal, std::move(lock), job));
//   … settle desk.Unsettled() as for an attempt …
//   TENON_ASSIGN_OR_RETURN(std::vector<Slot> forgotten, desk.Forget());
//
// Opening a desk takes the job over like a run does, so a run that was thought dead can do no more
// harm. One thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runstate/job_hold.h"

namespace tenon::runstate {

class JobDesk {
 public:
  // kNotFound (TN6018): the journal knows no such job.
  static Result<JobDesk> Open(Journal& journal, std::unique_ptr<JobLock> lock,
                              std::string_view job);

  const JobState& state() const { return hold_.state(); }

  // `tenon run recover`: settling these is all of it.
  std::vector<UnsettledCall> Unsettled() const { return hold_.Unsettled(); }
  Status Settled(uint64_t seq, Outcome outcome) { return hold_.Settled(seq, outcome); }
  Status SinkIsAhead(const UnsettledCall& call, const Status& cause) {
    return hold_.SinkIsAhead(call, cause);
  }

  // Published calls whose rows no bookmark has passed, by seq: what the next run will finish.
  std::vector<Slot> Pending() const;

  // `tenon run forget`: drops what is pending, durably, and returns it. The next run reads the same
  // rows and writes them again, also where they are already. kInternal while a call is unsettled.
  Result<std::vector<Slot>> Forget();

  // Moves one bookmark to `position`, or to the start; durable. Refused (kConflict, TN6007) while
  // anything is unsettled or pending, because its rows would be taken for unwritten.
  Status SetBookmark(std::string_view context, std::optional<Position> position);
  // All bookmarks of the job, to the start. The same refusal.
  Status ResetBookmarks();

  std::vector<Garbage> RemovableGarbage() const { return hold_.RemovableGarbage(false); }
  Status GarbageRemoved(std::string_view token) { return hold_.GarbageRemoved(token); }

 private:
  explicit JobDesk(JobHold hold);
  Status CheckNothingPending() const;

  JobHold hold_;
};

}  // namespace tenon::runstate
