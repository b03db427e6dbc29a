#include "runstate/records.h"

#include <algorithm>
#include <string>

#include "runstate/errors.h"

namespace tenon::runstate {
namespace {

auto LowerBound(auto& slots, uint64_t seq) {
  return std::lower_bound(slots.begin(), slots.end(), seq,
                          [](const Slot& slot, uint64_t wanted) { return slot.seq < wanted; });
}

Status NoSuchSlot(uint64_t seq) {
  return Status::Internal("Journal has no such slot: seq=" + std::to_string(seq));
}

// One overload per kind of change.
struct Applier {
  JobState* state;

  Status operator()(const PutSlot& change) const {
    if (change.slot.seq != state->next_seq)
      return Status::Internal(
          "Slot does not take the next number: seq=" + std::to_string(change.slot.seq) +
          " next=" + std::to_string(state->next_seq));
    ++state->next_seq;
    state->slots.push_back(change.slot);
    return Status::Ok();
  }

  Status operator()(const MarkPublished& change) const {
    const auto slot = LowerBound(state->slots, change.seq);
    if (slot == state->slots.end() || slot->seq != change.seq) return NoSuchSlot(change.seq);
    slot->state = SlotState::kPublished;
    return Status::Ok();
  }

  Status operator()(const DropSlot& change) const {
    const auto slot = LowerBound(state->slots, change.seq);
    if (slot == state->slots.end() || slot->seq != change.seq) return NoSuchSlot(change.seq);
    state->slots.erase(slot);
    return Status::Ok();
  }

  Status operator()(const MoveBookmark& change) const {
    Bookmark& bookmark = state->bookmarks[change.context];
    if (bookmark.version != change.expected_version)
      return BookmarkMoved(state->job, change.context);
    bookmark = {change.expected_version + 1, change.position};
    return Status::Ok();
  }

  Status operator()(const CountCommit&) const {
    ++state->version;
    return Status::Ok();
  }

  Status operator()(const PutRun& change) const {
    state->last_run = change.run;
    return Status::Ok();
  }

  Status operator()(const PutGarbage& change) const {
    const auto at = std::lower_bound(
        state->garbage.begin(), state->garbage.end(), change.garbage.token,
        [](const Garbage& entry, const std::string& token) { return entry.token < token; });
    if (at != state->garbage.end() && at->token == change.garbage.token)
      *at = change.garbage;
    else
      state->garbage.insert(at, change.garbage);
    return Status::Ok();
  }

  Status operator()(const DropGarbage& change) const {
    std::erase_if(state->garbage,
                  [&](const Garbage& entry) { return entry.token == change.token; });
    return Status::Ok();
  }
};

}  // namespace

std::string_view RunStateName(RunState state) {
  switch (state) {
    case RunState::kRunning: return "running";
    case RunState::kCut: return "cut";
    case RunState::kDone: return "done";
    case RunState::kFailed: return "failed";
    case RunState::kEndedWithoutCommit: return "ended without commit";
  }
  return "unknown";
}

const Slot* JobState::FindSlot(uint64_t seq) const {
  const auto slot = LowerBound(slots, seq);
  return slot == slots.end() || slot->seq != seq ? nullptr : &*slot;
}

Bookmark JobState::FindBookmark(std::string_view context) const {
  const auto bookmark = bookmarks.find(context);
  return bookmark == bookmarks.end() ? Bookmark{} : bookmark->second;
}

Status ApplyChanges(std::span<const Change> changes, JobState* state) {
  for (const Change& change : changes) TENON_RETURN_IF_ERROR(std::visit(Applier{state}, change));
  return Status::Ok();
}

}  // namespace tenon::runstate
