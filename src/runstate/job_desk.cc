#include "runstate/job_desk.h"

#include <utility>

#include "runstate/errors.h"

namespace tenon::runstate {

JobDesk::JobDesk(JobHold hold) : hold_(std::move(hold)) {}

Result<JobDesk> JobDesk::Open(Journal& journal, std::unique_ptr<JobLock> lock,
                              std::string_view job) {
  TENON_ASSIGN_OR_RETURN(JobState state, journal.Load(job));
  if (state.epoch == 0) return UnknownJob(job);
  TENON_ASSIGN_OR_RETURN(JobHold hold, JobHold::Take(journal, std::move(lock), job));
  return JobDesk(std::move(hold));
}

std::vector<Slot> JobDesk::Pending() const {
  std::vector<Slot> pending;
  for (const Slot& slot : state().slots)
    if (slot.state == SlotState::kPublished) pending.push_back(slot);
  return pending;
}

Result<std::vector<Slot>> JobDesk::Forget() {
  if (!Unsettled().empty())
    return Status::Internal("Forget comes after settling: seq=" +
                            std::to_string(Unsettled().front().seq));
  std::vector<Slot> forgotten = Pending();
  std::vector<Change> changes;
  for (const Slot& slot : state().slots) changes.push_back(DropSlot{slot.seq});
  if (!changes.empty())
    TENON_RETURN_IF_ERROR(hold_.Apply(Durability::kDurable, std::move(changes)));
  return forgotten;
}

Status JobDesk::CheckNothingPending() const {
  std::string sinks;
  for (const Slot& slot : state().slots) {
    if (slot.state == SlotState::kIntent && slot.commit_class == CommitClass::kAppendOnly) continue;
    if (!sinks.empty()) sinks += ',';
    sinks += slot.sink;
  }
  return sinks.empty() ? Status::Ok() : RowsPending(state().job, sinks);
}

Status JobDesk::SetBookmark(std::string_view context, std::optional<Position> position) {
  TENON_RETURN_IF_ERROR(CheckNothingPending());
  return hold_.Apply(Durability::kDurable,
                     {MoveBookmark{std::string(context), state().FindBookmark(context).version,
                                   std::move(position), std::string()}});
}

Status JobDesk::ResetBookmarks() {
  TENON_RETURN_IF_ERROR(CheckNothingPending());
  std::vector<Change> changes;
  for (const auto& [context, bookmark] : state().bookmarks)
    changes.push_back(MoveBookmark{context, bookmark.version, std::nullopt, std::string()});
  if (changes.empty()) return Status::Ok();
  return hold_.Apply(Durability::kDurable, std::move(changes));
}

}  // namespace tenon::runstate
