#include "runstate/sink_decision.h"

#include <algorithm>

#include "runstate/covers.h"

namespace tenon::runstate {
namespace {

bool Has(const std::vector<Cover>& covers, auto predicate) {
  return std::any_of(covers.begin(), covers.end(), predicate);
}

bool SharesSource(const std::vector<Cover>& left, const std::vector<Cover>& right) {
  return Has(left, [&](const Cover& one) {
    return Has(right, [&](const Cover& other) { return one.context == other.context; });
  });
}

bool SharesRows(const Slot& slot, const SinkQuestion& question) {
  if (IsBookmarked(slot.covers))
    return Has(slot.covers, [&](const Cover& one) {
      return Has(question.covers, [&](const Cover& other) { return Overlap(one, other); });
    });
  if (slot.run != question.run || slot.part != question.part) return false;
  // A call that has become bookmarked since is another one; it is the same rows all the same.
  return !IsBookmarked(question.covers) || SharesSource(slot.covers, question.covers);
}

// Every interval of the call is in the slot. Sources without bookmarks are read as they are, by
// either.
bool HoldsAll(const Slot& slot, const SinkQuestion& question) {
  if (IsBookmarked(slot.covers) != IsBookmarked(question.covers)) return false;
  return std::all_of(question.covers.begin(), question.covers.end(), [&](const Cover& wanted) {
    return Has(slot.covers, [&](const Cover& held) {
      return wanted.bookmarked ? SameInterval(wanted, held) : wanted.context == held.context;
    });
  });
}

bool SameCall(const Slot& slot, const SinkQuestion& question) {
  return slot.n == question.n && slot.target == question.target &&
         slot.selection == question.selection;
}

std::string Difference(const Slot& slot, const SinkQuestion& question) {
  if (slot.target != question.target) return "target=" + question.target + " then=" + slot.target;
  if (slot.selection != question.selection)
    return "filter=" + question.selection + " then=" + slot.selection;
  if (slot.n != question.n)
    return "call=" + std::to_string(question.n) + " then=" + std::to_string(slot.n);
  for (const Cover& cover : question.covers)
    if (!Has(slot.covers, [&](const Cover& held) { return SameInterval(cover, held); }))
      return "source=" + cover.context + " then=other_rows";
  return "bookmarks=changed";
}

}  // namespace

bool IsBookmarked(const std::vector<Cover>& covers) {
  return Has(covers, [](const Cover& cover) { return cover.bookmarked; });
}

SinkVerdict JudgeSinkCall(const JobState& state, const std::set<uint64_t>& visited,
                          const SinkQuestion& question) {
  SinkVerdict verdict;
  const Slot* same = nullptr;
  for (const Slot& slot : state.slots) {
    if (slot.state != SlotState::kPublished || slot.epoch >= question.epoch ||
        visited.count(slot.seq) != 0)
      continue;
    if (slot.sink != question.sink && !(question.derived_sink && slot.target == question.target))
      continue;
    if (!SharesRows(slot, question)) continue;
    verdict.shared.push_back(slot.seq);
    if (same == nullptr && SameCall(slot, question) && HoldsAll(slot, question)) same = &slot;
  }
  if (verdict.shared.empty()) return verdict;
  if (same != nullptr) {
    verdict.kind = SinkVerdict::Kind::kSkip;
    std::erase(verdict.shared, same->seq);
    verdict.shared.insert(verdict.shared.begin(), same->seq);
    return verdict;
  }
  verdict.kind = SinkVerdict::Kind::kAnotherWay;
  verdict.difference = Difference(*state.FindSlot(verdict.shared.front()), question);
  return verdict;
}

const Slot* IntervalToReplay(const JobState& state, const std::set<uint64_t>& visited,
                             uint64_t epoch, std::string_view context, const Cover** cover) {
  const uint64_t version = state.FindBookmark(context).version;
  for (const Slot& slot : state.slots) {
    if (slot.state != SlotState::kPublished || slot.epoch >= epoch || visited.count(slot.seq) != 0)
      continue;
    for (const Cover& each : slot.covers) {
      if (!each.bookmarked || each.context != context || each.bookmark_version != version) continue;
      *cover = &each;
      return &slot;
    }
  }
  return nullptr;
}

const Slot* CallToSendAgain(const JobState& state, const SinkQuestion& question) {
  for (const Slot& slot : state.slots) {
    if (slot.state == SlotState::kIntent && slot.commit_class == CommitClass::kAppendOnly &&
        slot.epoch < question.epoch && slot.sink == question.sink && SameCall(slot, question) &&
        slot.covers.size() == question.covers.size() && HoldsAll(slot, question) &&
        (IsBookmarked(slot.covers) || (slot.run == question.run && slot.part == question.part)))
      return &slot;
  }
  return nullptr;
}

}  // namespace tenon::runstate
