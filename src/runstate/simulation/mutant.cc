#include "runstate/simulation/mutant.h"

#include <algorithm>
#include <array>
#include <utility>

#include "runstate/sink_decision.h"

namespace tenon::runstate {
namespace {

constexpr std::array kMutants = {
    MutantInfo{Mutant::kTokenAfterTransaction, "token_after_tx",
               "data committed, token in a second transaction", "db+db"},
    MutantInfo{Mutant::kTokenBeforeTransaction, "token_before_tx",
               "token committed, data in a second transaction", "db+db"},
    MutantInfo{Mutant::kAskWithoutFence, "no_fence_ask", "recovery asks the sink without fencing",
               "db+db"},
    MutantInfo{Mutant::kTokenWithoutSeqCondition, "uncond_token",
               "token written without the seq condition", "db+db"},
    MutantInfo{Mutant::kForgetBeforeFence, "forget_fenced",
               "absent slot dropped before the sink is fenced", "db+db"},
    MutantInfo{Mutant::kLostReplyIsFailure, "assume_failed",
               "lost reply taken for failure: send again", "db+db"},
    MutantInfo{Mutant::kLostReplyIsSuccess, "assume_ok", "lost reply taken for success: go on",
               "db+db"},
    MutantInfo{Mutant::kPublishBeforeJournal, "publish_unjournalled",
               "files published before the prepared list is journalled", "db+files"},
    MutantInfo{Mutant::kRollBackHalfPublished, "drop_prepared",
               "recovery removes a half-published list", "db+files"},
    MutantInfo{Mutant::kTakeHalfForWhole, "skip_half",
               "recovery takes the first published file for the whole list", "db+files"},
    MutantInfo{Mutant::kNoFingerprint, "no_fingerprint",
               "replay does not compare the interval with its fingerprint", "late-rows"},
    MutantInfo{Mutant::kReplayWithOpenBound, "replay_open",
               "replay reads to the present end for sinks not yet written", "db+db"},
    MutantInfo{Mutant::kDiscardPending, "discard_pending",
               "garbage of pending calls is removed too", "db+files"},
    MutantInfo{Mutant::kNoDoublingGuard, "write_any", "write when it is no exact match",
               "branching"},
    MutantInfo{Mutant::kSkipWhateverOverlaps, "skip_any",
               "skip when the sink holds any of the rows", "branching"},
    MutantInfo{Mutant::kMatchByOrdinalAlone, "ordinal_only",
               "slot matched by sink and ordinal alone", "two-commits"},
    MutantInfo{Mutant::kForgetOwnToken, "runid_token", "a rerun does not recognise the slots",
               "db+db"},
    MutantInfo{Mutant::kNoInterval, "no_interval",
               "closed interval not journalled: a rerun takes a fresh upper bound", "db+db"},
    MutantInfo{Mutant::kReplayClosedInterval, "replay_closed",
               "replay of an interval that the bookmark has passed", "branch-drop"},
    MutantInfo{Mutant::kNoEpochAtIntent, "no_epoch_intent",
               "intent written without the epoch check", "db+db"},
    MutantInfo{Mutant::kNoEpochAtDone, "no_epoch_done",
               "commit written without epoch and version check", "db+db"},
    MutantInfo{Mutant::kNoFencing, "no_fencing", "neither epoch checks nor fencing", "db+db"},
    MutantInfo{Mutant::kIntentNotDurable, "intent_not_durable", "intent survives no power cut",
               "power-cut"},
    MutantInfo{Mutant::kBookmarkWithIntent, "early_bookmark",
               "bookmark moved with the intent, not after the last sink", "db+db"},
    MutantInfo{Mutant::kFirstIntentAlone, "first_intervals",
               "only the first intent journals its intervals", "3-sinks-b"},
    MutantInfo{Mutant::kSeqReused, "seq_reused", "counter of the slots not kept", "db+db"},
    MutantInfo{Mutant::kCleanUpBeforeDone, "cleanup_early", "slots removed before the commit",
               "db+db"},
    MutantInfo{Mutant::kBookmarksOneByOne, "bookmark_by_bookmark",
               "commit moves each bookmark in a transaction of its own", "db+db"},
    MutantInfo{Mutant::kMoveAllIntervals, "move_all",
               "commit moves every journalled interval, also those not read", "two-commits"},
    MutantInfo{Mutant::kDropVisited, "drop_visited",
               "commit drops a visited slot whose other source is still open", "branch-drop"},
    MutantInfo{Mutant::kNoMarkWithNextIntent, "no_mark",
               "the next intent does not mark what is published", "same-sink-twice"},
};

template <typename T>
bool Holds(const Transaction& transaction) {
  return std::any_of(transaction.changes.begin(), transaction.changes.end(),
                     [](const Change& change) { return std::holds_alternative<T>(change); });
}

template <typename T>
void Strip(std::vector<Change>* changes) {
  std::erase_if(*changes, [](const Change& change) { return std::holds_alternative<T>(change); });
}

Status Killed() { return Status::Cancelled("Killed between two transactions"); }

}  // namespace

std::span<const MutantInfo> Mutants() { return kMutants; }

MutantJournal::MutantJournal(MemoryJournal& inner, MemoryDisk& disk, Mutant mutant, bool may_die,
                             Random& random)
    : inner_(inner), disk_(disk), mutant_(mutant), may_die_(may_die), random_(random) {}

Result<JobState> MutantJournal::TakeOver(std::string_view job, const Holder& holder) {
  if (mutant_ == Mutant::kSeqReused) {
    const auto found = disk_.jobs().find(job);
    if (found != disk_.jobs().end()) {
      MemoryDisk::Job reset = found->second;
      reset.state.next_seq = reset.state.slots.empty() ? 1 : reset.state.slots.back().seq + 1;
      disk_.Commit(std::move(reset), Durability::kNormal);
    }
  }
  TENON_ASSIGN_OR_RETURN(JobState state, inner_.TakeOver(job, holder));
  for (Slot& slot : state.slots) {
    if (mutant_ == Mutant::kForgetOwnToken) slot.sink += " of " + slot.run;
    for (Cover& cover : slot.covers) {
      if (mutant_ == Mutant::kReplayClosedInterval)
        cover.bookmark_version = state.FindBookmark(cover.context).version;
      if (mutant_ == Mutant::kNoInterval) cover.bookmark_version += 1000;
    }
  }
  return state;
}

Status MutantJournal::Apply(const Transaction& transaction) {
  if (Holds<PutSlot>(transaction)) return ApplyIntent(transaction);
  if (Holds<CountCommit>(transaction)) return ApplyDone(transaction);
  return inner_.Apply(transaction);
}

Status MutantJournal::ApplyIntent(Transaction transaction) {
  TENON_ASSIGN_OR_RETURN(JobState now, inner_.Load(transaction.job));
  if (mutant_ == Mutant::kIntentNotDurable) transaction.durability = Durability::kNormal;
  if (mutant_ == Mutant::kNoMarkWithNextIntent) Strip<MarkPublished>(&transaction.changes);
  const bool unchecked = mutant_ == Mutant::kNoEpochAtIntent || mutant_ == Mutant::kNoFencing;
  if (unchecked && transaction.epoch != now.epoch) {
    transaction.epoch = now.epoch;
    Strip<MarkPublished>(&transaction.changes);
  }
  std::vector<Change> moves;
  for (Change& change : transaction.changes) {
    auto* put = std::get_if<PutSlot>(&change);
    if (put == nullptr) continue;
    if (unchecked) put->slot.seq = now.next_seq;
    last_seq_ = put->slot.seq;
    if (mutant_ == Mutant::kFirstIntentAlone && !now.slots.empty()) put->slot.covers.clear();
    if (mutant_ != Mutant::kBookmarkWithIntent) continue;
    for (const Cover& cover : put->slot.covers)
      if (now.FindBookmark(cover.context).version == cover.bookmark_version)
        moves.push_back(MoveBookmark{cover.context, cover.bookmark_version, cover.interval.high,
                                     put->slot.run});
  }
  for (Change& move : moves) transaction.changes.push_back(std::move(move));
  return inner_.Apply(transaction);
}

Status MutantJournal::ApplySlotsFirst(const Transaction& transaction) {
  Transaction slots = transaction, bookmarks = transaction;
  Strip<MoveBookmark>(&slots.changes);
  Strip<CountCommit>(&slots.changes);
  Strip<DropSlot>(&bookmarks.changes);
  TENON_RETURN_IF_ERROR(inner_.Apply(slots));
  if (may_die_ && random_.Chance(1, 3)) return Killed();
  return inner_.Apply(bookmarks);
}

Status MutantJournal::ApplyBookmarksOneByOne(Transaction transaction) {
  for (;;) {
    const auto move = std::find_if(
        transaction.changes.begin(), transaction.changes.end(),
        [](const Change& change) { return std::holds_alternative<MoveBookmark>(change); });
    if (move == transaction.changes.end()) return inner_.Apply(transaction);
    const Transaction one{transaction.job, transaction.epoch, transaction.durability, {*move}};
    transaction.changes.erase(move);
    TENON_RETURN_IF_ERROR(inner_.Apply(one));
    if (may_die_ && random_.Chance(1, 3)) return Killed();
  }
}

Status MutantJournal::ApplyDone(Transaction transaction) {
  TENON_ASSIGN_OR_RETURN(JobState now, inner_.Load(transaction.job));
  switch (mutant_) {
    case Mutant::kCleanUpBeforeDone: return ApplySlotsFirst(transaction);
    case Mutant::kBookmarksOneByOne: return ApplyBookmarksOneByOne(std::move(transaction));
    case Mutant::kBookmarkWithIntent:
      std::erase_if(transaction.changes, [&](const Change& change) {
        const auto* move = std::get_if<MoveBookmark>(&change);
        return move != nullptr && now.FindBookmark(move->context).version != move->expected_version;
      });
      break;
    case Mutant::kNoEpochAtDone:
    case Mutant::kNoFencing:
      transaction.epoch = now.epoch;
      for (Change& change : transaction.changes)
        if (auto* move = std::get_if<MoveBookmark>(&change))
          move->expected_version = now.FindBookmark(move->context).version;
      std::erase_if(transaction.changes, [&](const Change& change) {
        const auto* drop = std::get_if<DropSlot>(&change);
        return drop != nullptr && now.FindSlot(drop->seq) == nullptr;
      });
      break;
    case Mutant::kMoveAllIntervals: {
      std::set<std::string> moved;
      for (const Change& change : transaction.changes)
        if (const auto* move = std::get_if<MoveBookmark>(&change)) moved.insert(move->context);
      for (const Slot& slot : now.slots)
        for (const Cover& cover : slot.covers)
          if (moved.insert(cover.context).second)
            transaction.changes.push_back(MoveBookmark{cover.context,
                                                       now.FindBookmark(cover.context).version,
                                                       cover.interval.high, slot.run});
      break;
    }
    case Mutant::kDropVisited: {
      std::set<uint64_t> dropped;
      for (const Change& change : transaction.changes)
        if (const auto* drop = std::get_if<DropSlot>(&change)) dropped.insert(drop->seq);
      for (const uint64_t seq : visited_)
        if (now.FindSlot(seq) != nullptr && dropped.insert(seq).second)
          transaction.changes.push_back(DropSlot{seq});
      Strip<MarkPublished>(&transaction.changes);
      break;
    }
    default: break;
  }
  return inner_.Apply(transaction);
}

}  // namespace tenon::runstate
