// Protections of the run protocol, each with a way to switch it off. The product has no such
// switches: a mutant journal changes transactions on their way, simulated sinks and processes
// misbehave. The simulator must find the damage of every one, or its silence over the real protocol
// would mean nothing.
#pragma once

#include <memory>
#include <set>
#include <span>
#include <string_view>

#include "runstate/journal.h"
#include "runstate/simulation/memory_journal.h"
#include "runstate/simulation/random.h"

namespace tenon::runstate {

enum class Mutant {
  kNone,
  // In the sink or in how it is used.
  kTokenAfterTransaction,
  kTokenBeforeTransaction,
  kAskWithoutFence,
  kTokenWithoutSeqCondition,
  kForgetBeforeFence,
  kLostReplyIsFailure,
  kLostReplyIsSuccess,
  kPublishBeforeJournal,
  kRollBackHalfPublished,
  kTakeHalfForWhole,
  kNoFingerprint,
  kReplayWithOpenBound,
  kDiscardPending,
  // In what the rerun makes of the records.
  kNoDoublingGuard,
  kSkipWhateverOverlaps,
  kMatchByOrdinalAlone,
  kForgetOwnToken,
  kNoInterval,
  kReplayClosedInterval,
  // In the journal.
  kNoEpochAtIntent,
  kNoEpochAtDone,
  kNoFencing,
  kIntentNotDurable,
  kBookmarkWithIntent,
  kFirstIntentAlone,
  kSeqReused,
  kCleanUpBeforeDone,
  kBookmarksOneByOne,
  kMoveAllIntervals,
  kDropVisited,
  kNoMarkWithNextIntent,
};

struct MutantInfo {
  Mutant mutant;
  std::string_view name;
  std::string_view what;           // What is switched off, for reports.
  std::string_view configuration;  // In which it shows soonest.
};

std::span<const MutantInfo> Mutants();  // Without kNone.

// The journal of one simulated process. With Mutant::kNone it is the journal itself.
class MutantJournal final : public Journal {
 public:
  // All borrowed.
  // `may_die`: a commit in two transactions may be killed between them.
  MutantJournal(MemoryJournal& inner, MemoryDisk& disk, Mutant mutant, bool may_die,
                Random& random);

  const std::string& home_id() const override { return inner_.home_id(); }
  Result<JobState> Load(std::string_view job) override { return inner_.Load(job); }
  Result<JobState> TakeOver(std::string_view job, const Holder& holder) override;
  Status Apply(const Transaction& transaction) override;
  Result<std::vector<RunRecord>> Runs(std::string_view job, int limit) override {
    return inner_.Runs(job, limit);
  }
  Result<std::vector<BookmarkMove>> History(std::string_view job,
                                            std::string_view context) override {
    return inner_.History(job, context);
  }
  Result<std::vector<std::string>> Jobs() override { return inner_.Jobs(); }

  // The seq that the last intent really took: not the attempt's own idea of it when the epoch is
  // not checked.
  uint64_t last_seq() const { return last_seq_; }
  // Slots that the process wrote or skipped; what kDropVisited drops.
  std::set<uint64_t>* visited() { return &visited_; }

 private:
  Status ApplyIntent(Transaction transaction);
  Status ApplyDone(Transaction transaction);
  Status ApplySlotsFirst(const Transaction& transaction);
  Status ApplyBookmarksOneByOne(Transaction transaction);

  MemoryJournal& inner_;
  MemoryDisk& disk_;
  Mutant mutant_;
  bool may_die_;
  Random& random_;
  uint64_t last_seq_ = 0;
  std::set<uint64_t> visited_;
};

}  // namespace tenon::runstate
