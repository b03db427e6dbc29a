#include "runstate/job_hold.h"

#include <algorithm>
#include <utility>

#include "base/failpoint.h"
#include "runstate/covers.h"
#include "runstate/errors.h"

namespace tenon::runstate {

JobHold::JobHold(Journal& journal, std::unique_ptr<JobLock> lock, JobState state)
    : journal_(&journal), lock_(std::move(lock)), state_(std::move(state)) {}

Result<JobHold> JobHold::Take(Journal& journal, std::unique_ptr<JobLock> lock,
                              std::string_view job) {
  TENON_ASSIGN_OR_RETURN(JobState state,
                         journal.TakeOver(job, lock == nullptr ? Holder{} : lock->holder()));
  return JobHold(journal, std::move(lock), std::move(state));
}

SinkCall JobHold::CallOf(const Slot& slot) const {
  return {home_id(), state_.job, slot.sink, slot.run, slot.token};
}

std::vector<UnsettledCall> JobHold::Unsettled() const {
  std::vector<UnsettledCall> calls;
  for (const Slot& slot : state_.slots) {
    if (slot.state == SlotState::kPublished || slot.epoch == state_.epoch ||
        slot.commit_class == CommitClass::kAppendOnly)
      continue;
    calls.push_back(Unsettled(slot));
  }
  return calls;
}

UnsettledCall JobHold::Unsettled(const Slot& slot) const {
  return {CallOf(slot),  slot.seq,    slot.commit_class,
          slot.target,   slot.reopen, CoversForSink(slot.covers),
          slot.prepared, slot.places};
}

Status JobHold::Settled(uint64_t seq, Outcome outcome) {
  const Slot* slot = state_.FindSlot(seq);
  if (slot == nullptr || slot->state != SlotState::kIntent)
    return Status::Internal("Slot is not to be settled: seq=" + std::to_string(seq));
  TENON_FAILPOINT("K22", slot->sink);
  std::vector<Change> changes;
  if (outcome == Outcome::kPublished) {
    changes.push_back(MarkPublished{seq});
    if (state_.last_run && state_.last_run->run == slot->run) {
      RunRecord run = *state_.last_run;
      run.rows[slot->sink] += slot->rows;
      changes.push_back(PutRun{std::move(run)});
    }
    return Apply(Durability::kNormal, std::move(changes));
  }
  changes.push_back(DropSlot{seq});
  // Nothing of it was published, so nothing of it needs to be left alone.
  for (const Garbage& garbage : state_.garbage) {
    if (garbage.token != slot->token) continue;
    Garbage all = garbage;
    all.messages.clear();
    changes.push_back(PutGarbage{std::move(all)});
  }
  return Apply(Durability::kNormal, std::move(changes));
}

Status JobHold::SinkIsAhead(const UnsettledCall& call, const Status& cause) {
  // A transaction of nothing: is refused when the job is somebody else's by now.
  TENON_RETURN_IF_ERROR(Apply(Durability::kNormal, {}));
  broken_ = SinkAhead(call.call.sink, call.seq, cause);
  return broken_;
}

Status JobHold::WhyItFailed(Status error) {
  Status held = Apply(Durability::kNormal, {});
  return held.number() == base::kErrTakenOver ? held : error;
}

Status JobHold::Apply(Durability durability, std::vector<Change> changes) {
  TENON_RETURN_IF_ERROR(Status(broken_));
  Transaction transaction{state_.job, state_.epoch, durability, std::move(changes)};
  broken_ = journal_->Apply(transaction);
  if (broken_.ok()) broken_ = ApplyChanges(transaction.changes, &state_);
  return broken_;
}

std::vector<Garbage> JobHold::RemovableGarbage(bool own_too) const {
  std::vector<Garbage> removable;
  for (const Garbage& garbage : state_.garbage) {
    const bool pending = std::any_of(state_.slots.begin(), state_.slots.end(),
                                     [&](const Slot& slot) { return slot.token == garbage.token; });
    if (!pending && (own_too || garbage.epoch < state_.epoch)) removable.push_back(garbage);
  }
  return removable;
}

Status JobHold::GarbageRemoved(std::string_view token) {
  return Apply(Durability::kNormal, {DropGarbage{std::string(token)}});
}

}  // namespace tenon::runstate
