// One process's hold on one job: the lock, the epoch, the job's records as this process knows them,
// and the settling of what a cut run left undecided. Attempt (a run) and JobDesk (reset, forget)
// both begin with it.
//
//   TENON_ASSIGN_OR_RETURN(JobHold hold, JobHold::Take(*journal, std::move(lock), "nightly"));
//   for (const UnsettledCall& call : hold.Unsettled()) {
//     TENON_ASSIGN_OR_RETURN(Outcome outcome, recovery.Settle(call.call, call.seq, call.covers,
//     call.prepared, …)); TENON_RETURN_IF_ERROR(hold.Settled(call.seq, outcome));
//   }
//
// Because every transaction is refused once another process took over, the records held here are
// the journal's for as long as any transaction goes through. One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runstate/job_lock.h"
#include "runstate/journal.h"
#include "runstate/records.h"
#include "tenon/connector.h"
#include "tenon/result.h"

namespace tenon::runstate {

// A sink call whose outcome is not known: its intent is in the journal, its publishing may or may
// not have happened.
struct UnsettledCall {
  SinkCall call;
  uint64_t seq = 0;
  CommitClass commit_class = CommitClass::kTransactional;
  std::string target;
  std::string reopen;                 // As given to Attempt::BeginSink.
  std::string covers;                 // As given to Sink::Commit.
  std::vector<std::string> prepared;  // The messages, as given to Sink::Commit.
  std::string places;                 // As given to Attempt::NotePlaces.
};

class JobHold {
 public:
  // Takes the job over: epoch + 1. `lock` may be null when something else keeps a second holder
  // away (a lease). `journal` is borrowed and outlives the hold. Errors: Journal::TakeOver.
  static Result<JobHold> Take(Journal& journal, std::unique_ptr<JobLock> lock,
                              std::string_view job);

  JobHold(JobHold&&) = default;

  const JobState& state() const { return state_; }
  const std::string& home_id() const { return journal_->home_id(); }
  uint64_t epoch() const { return state_.epoch; }

  // The calls to settle, by seq. Settle them all, in this order, before anything else is asked of
  // the hold's owner; a kill at any moment is harmless. Calls to append-only sinks are not among
  // them: nobody can settle those, they are sent again.
  std::vector<UnsettledCall> Unsettled() const;

  // The sink's answer. Published: the slot stays, and a rerun skips the call. Never: the slot goes.
  // When Settle gave no answer or a conflict, do not call this: end with the error. kConflict:
  // TN6002.
  Status Settled(uint64_t seq, Outcome outcome);
  // Recovery::Settle answered kConflict, with `cause`: the register holds a newer call. The error to
  // end with: TN6002 when another run took the job over, else TN6006. As after an error of Apply.
  Status SinkIsAhead(const UnsettledCall& call, const Status& cause);

  // The error of something that failed; TN6002 in its place when another run has taken the job over, whose
  // cleaning up may be the cause.
  Status WhyItFailed(Status error);

  // Applies the changes to the journal and to state(). After an error the hold is good for nothing
  // more, and every further call returns that error.
  Status Apply(Durability durability, std::vector<Change> changes);

  // What may be removed: left behind by calls that are decided and belong to attempts that are over
  // or, with `own_too`, to this one. Hand each to Recovery::Discard, then call GarbageRemoved.
  std::vector<Garbage> RemovableGarbage(bool own_too) const;
  Status GarbageRemoved(std::string_view token);

  // A slot as connectors know it.
  SinkCall CallOf(const Slot& slot) const;
  UnsettledCall Unsettled(const Slot& slot) const;

 private:
  JobHold(Journal& journal, std::unique_ptr<JobLock> lock, JobState state);

  Journal* journal_;
  std::unique_ptr<JobLock> lock_;
  JobState state_;
  Status broken_;  // The error that ended it.
};

}  // namespace tenon::runstate
