#include "runstate/simulation/process.h"

#include <algorithm>
#include <utility>

#include "base/error_catalog.h"

namespace tenon::runstate {
namespace {

constexpr const char* kHome = "home";
constexpr int kMostTries = 2;

AttemptRequest RequestFor(const World& world) {
  AttemptRequest request;
  request.job = kSimulatedJob;
  if (!world.configuration().bookmarks) {
    request.bookmarks = BookmarkMode::kDisabled;
    request.cut_run = CutRun::kResume;
  }
  if (world.Is(Mutant::kNoDoublingGuard)) request.on_changed_rerun = ChangedRerun::kWriteAnyway;
  if (world.Is(Mutant::kSkipWhateverOverlaps))
    request.on_changed_rerun = ChangedRerun::kTreatAsWritten;
  return request;
}

bool ReadsLazily(const Configuration& configuration, Random* random) {
  return configuration.repeatable[0] && configuration.repeatable[1] && random->Chance(1, 2);
}

}  // namespace

Process::Process(World& world, const Script& script, bool clean, Random& random)
    : world_(world),
      script_(script),
      clean_(clean),
      random_(random),
      memory_(world.disk(), kHome),
      journal_(memory_, world.disk(), world.mutant(), !clean, random),
      lazy_(ReadsLazily(world.configuration(), &random)) {
  Result<std::unique_ptr<Attempt>> started = Attempt::Start(journal_, nullptr, RequestFor(world));
  if (!started.ok()) {
    world_.Violate("start failed: " + started.status().ToString());
    return;
  }
  attempt_ = *std::move(started);
  unsettled_ = attempt_->Unsettled();
  // Garbage may be removed at any time: also before what is open is settled, or right after.
  after_sweep_ = random.Chance(1, 2) ? Stage::kSettle : Stage::kBegin;
  stage_ = after_sweep_ == Stage::kSettle ? Stage::kSweep : Stage::kSettle;
}

Process::State Process::Stop(Ending ending, const Status& error) {
  ending_ = ending;
  error_ = error.ToString();
  // A script that fails in an orderly way says so; the others are just gone.
  if (!clean_ && ending != Ending::kFenced && attempt_ != nullptr && random_.Chance(1, 3))
    static_cast<void>(attempt_->End(runstate::Ending::kFailed));
  return State::kEnded;
}

Process::State Process::Stop(const Status& error) {
  switch (error.number()) {
    case base::kErrAnotherWay:
    case base::kErrSourceChanged: return Stop(Ending::kRefused, error);
    default:
      return Stop(error.Is(StatusCode::kConflict) ? Ending::kFenced : Ending::kFailed, error);
  }
}

Process::State Process::Step() {
  if (attempt_ == nullptr) return Stop(Ending::kFailed, Status::Internal("Not started"));
  switch (stage_) {
    case Stage::kSettle: return Settle();
    case Stage::kSweep: return Sweep();
    case Stage::kBegin:
      if (Status begun = attempt_->Begin(); !begun.ok()) return Stop(begun);
      stage_ = Stage::kScript;
      return State::kRunning;
    case Stage::kScript: return ScriptStep();
    case Stage::kEnd: return EndStep();
  }
  return State::kEnded;
}

// ---- recovery ----

Process::State Process::Settle() {
  if (unsettled_.empty()) {
    stage_ = after_sweep_ == Stage::kBegin ? Stage::kSweep : Stage::kBegin;
    return State::kRunning;
  }
  const UnsettledCall call = unsettled_.front();
  if (settled_) return Settled(call, *settled_);
  return world_.sink(world_.FindSink(call.call.sink)).kind == 'D' ? SettleTransactional(call)
                                                                  : SettleFiles(call);
}

Process::State Process::Settled(const UnsettledCall& call, Outcome outcome) {
  settled_.reset();
  unsettled_.erase(unsettled_.begin());
  if (Status noted = attempt_->Settled(call.seq, outcome); !noted.ok()) return Stop(noted);
  return State::kRunning;
}

Process::State Process::SettleTransactional(const UnsettledCall& call) {
  const int sink = world_.FindSink(call.call.sink);
  if (world_.Is(Mutant::kForgetBeforeFence)) {
    const SimulatedSink& at = world_.sink(sink);
    const bool there = at.register_seq == call.seq && at.register_token == call.call.token;
    return Settled(call, there ? Outcome::kPublished : Outcome::kNever);
  }
  settled_ = world_.Fence(sink, call.seq, call.call.token);
  if (!settled_) return Stop(Ending::kFenced, Status::Conflict("Sink is ahead of the journal"));
  return State::kRunning;
}

Process::State Process::SettleFiles(const UnsettledCall& call) {
  SimulatedSink& at = world_.sink(world_.FindSink(call.call.sink));
  PreparedFiles* files = at.Find(call.call.token);
  if (files == nullptr) return Settled(call, Outcome::kPublished);  // All renamed, names swept.
  if (world_.Is(Mutant::kRollBackHalfPublished) && files->published != at.all_files()) {
    std::erase_if(at.prepared,
                  [&](const PreparedFiles& each) { return each.token == call.call.token; });
    return Settled(call, Outcome::kNever);
  }
  if (world_.Is(Mutant::kTakeHalfForWhole) && files->published != 0)
    return Settled(call, Outcome::kPublished);
  for (int index : {0, 1}) {
    if ((at.all_files() & ~files->published) >> index & 1) {
      at.Publish(call.call.token, index);
      return State::kRunning;
    }
  }
  return Settled(call, Outcome::kPublished);
}

// ---- the script ----

Process::State Process::NextOperation() {
  ++at_;
  write_ = Write::kBegin;
  tries_ = 0;
  return State::kRunning;
}

Process::State Process::ScriptStep() {
  if (at_ == script_.size()) {
    stage_ = Stage::kSweep;
    after_sweep_ = Stage::kEnd;
    return State::kRunning;
  }
  switch (operation().kind) {
    case Operation::Kind::kRead: return ReadStep(operation().index);
    case Operation::Kind::kWrite: return WriteStep();
    case Operation::Kind::kCommit: return CommitStep();
  }
  return State::kEnded;
}

Process::State Process::ReadStep(int source) {
  const std::string context = SourceName(source);
  Result<ReadPlan> plan = attempt_->OpenSource(context);
  if (!plan.ok()) return Stop(plan.status());
  Reading reading;
  reading.replay = plan->replay;
  reading.low = PositionToRow(plan->after);
  reading.high = std::max(reading.low, world_.Top(source));
  if (plan->until && !world_.Is(Mutant::kReplayWithOpenBound))
    reading.high = PositionToRow(plan->until);
  readings_[source] = reading;
  Status planned = attempt_->SourcePlanned(context, RowToPosition(reading.high), {});
  if (!planned.ok()) return Stop(planned);
  if (!lazy_)
    if (Status read = ReadRows(source); !read.ok()) return Stop(read);
  return NextOperation();
}

Status Process::ReadRows(int source) {
  Reading& reading = *readings_[source];
  reading.rows = world_.RowsBetween(source, reading.low, reading.high);
  reading.read = true;
  Fingerprint fingerprint = FingerprintOf(reading.rows);
  if (world_.Is(Mutant::kNoFingerprint) || world_.Is(Mutant::kReplayWithOpenBound)) {
    fingerprint.rows = -1;  // Cannot be compared;
    fingerprint.hash_columns = {std::to_string(random_.Next())};
  }
  return attempt_->SourceRead(SourceName(source), fingerprint);
}

Process::State Process::WriteStep() {
  switch (write_) {
    case Write::kBegin: return BeginWrite();
    case Write::kRead:
      call_rows_ = 0;
      for (int source : operation().sources) {
        if (lazy_)
          if (Status read = ReadRows(source); !read.ok()) return Stop(read);
        call_rows_ |= readings_[source]->rows;
      }
      write_ = Write::kNote;
      return State::kRunning;
    case Write::kNote:
      if (Status noted = attempt_->NotePlaces(token_, "places"); !noted.ok()) return Stop(noted);
      write_ = Write::kPrepare;
      return State::kRunning;
    case Write::kPrepare:
      if (sink().kind == 'F' || sink().kind == 'P')
        sink().prepared.push_back({token_, call_rows_, 0});
      write_ = Write::kIntent;
      return State::kRunning;
    case Write::kIntent: return Intend();
    case Write::kPublish: return Publish();
    case Write::kRest:
      if (sink().kind == 'F') sink().Publish(token_, 1);
      if (sink().kind == 'D') return AwaitReply();
      write_ = Write::kConclude;
      return State::kRunning;
    case Write::kSettle: return SettleOwn();
    case Write::kConclude:
      if (Status published = attempt_->Published(token_); !published.ok()) return Stop(published);
      journal_.visited()->insert(seq_);
      written_.push_back({operation().index, call_rows_});
      return NextOperation();
  }
  return State::kEnded;
}

Process::State Process::BeginWrite() {
  SinkRequest request;
  request.sink = SinkName(operation().index);
  request.target = "t" + request.sink;
  request.lineage.emplace();
  uint32_t rows = 0;
  for (int source : operation().sources) {
    request.lineage->push_back(SourceName(source));
    const Reading& reading = *readings_[source];
    rows |= reading.read ? reading.rows : world_.RowsBetween(source, reading.low, reading.high);
  }
  const auto skipped = [&] {
    written_.push_back({operation().index, rows});
    return NextOperation();
  };
  if (world_.Is(Mutant::kMatchByOrdinalAlone) || world_.Is(Mutant::kNoInterval)) {
    for (const Slot& slot : world_.journal().slots)
      if (slot.state == SlotState::kPublished && slot.sink == request.sink && slot.n == 1 &&
          journal_.visited()->insert(slot.seq).second)
        return skipped();
  }
  Result<SinkDecision> decision = attempt_->BeginSink(request);
  if (!decision.ok()) return Stop(decision.status());
  if (!decision->write) {
    for (const Slot& slot : world_.journal().slots)
      if (slot.sink == request.sink) journal_.visited()->insert(slot.seq);
    return skipped();
  }
  token_ = decision->call.token;
  write_ = Write::kRead;
  return State::kRunning;
}

Process::State Process::Intend() {
  if (world_.Is(Mutant::kPublishBeforeJournal)) sink().Publish(token_, 0);
  if (world_.Is(Mutant::kPublishBeforeJournal) && !clean_ && random_.Chance(1, 4))
    return Stop(Ending::kFailed, Status::Cancelled("Killed"));
  Prepared prepared;
  switch (sink().kind) {
    case 'D': prepared.commit_class = CommitClass::kTransactional; break;
    case 'F': prepared.commit_class = CommitClass::kRecoverable; break;
    case 'P': prepared.commit_class = CommitClass::kAtomic; break;
    default: prepared.commit_class = CommitClass::kAppendOnly; break;
  }
  prepared.messages = {"files of " + token_};
  Result<IntentRecord> intent = attempt_->Intent(token_, std::move(prepared));
  if (!intent.ok()) return Stop(intent.status());
  seq_ = journal_.last_seq();  // intent->seq, but for mutants of the journal.
  write_ = Write::kPublish;
  return State::kRunning;
}

Process::State Process::Publish() {
  SimulatedSink& at = sink();
  write_ = Write::kRest;
  if (at.kind == 'F' || at.kind == 'P') at.Publish(token_, 0);
  if (at.kind == 'L') at.Show(call_rows_);
  if (at.kind != 'D') return State::kRunning;
  reply_lost_ = false;
  if (world_.Is(Mutant::kTokenAfterTransaction)) {
    at.Show(call_rows_);
  } else if (world_.Is(Mutant::kTokenBeforeTransaction)) {
    at.register_seq = seq_;
    at.register_token = token_;
  } else {
    world_.under_way().push_back({operation().index, seq_, token_, call_rows_});
  }
  return State::kRunning;
}

Process::State Process::AwaitReply() {
  SimulatedSink& at = sink();
  if (world_.Is(Mutant::kTokenAfterTransaction)) {
    at.register_seq = seq_;
    at.register_token = token_;
  } else if (world_.Is(Mutant::kTokenBeforeTransaction)) {
    at.Show(call_rows_);
  } else if (world_.IsUnderWay(token_) && !reply_lost_) {
    if (world_.Is(Mutant::kLostReplyIsSuccess)) {
      write_ = Write::kConclude;
      return State::kRunning;
    }
    return State::kWaiting;
  }
  const bool answered = at.register_seq == seq_ && at.register_token == token_ && !reply_lost_;
  write_ = answered ? Write::kConclude : Write::kSettle;
  settled_.reset();
  return State::kRunning;
}

void Process::LoseReply() { reply_lost_ = true; }

// The reply is lost, or says that the register was taken: decide, in a step of its own, then
// record.
Process::State Process::SettleOwn() {
  if (world_.Is(Mutant::kLostReplyIsFailure)) settled_ = Outcome::kNever;
  if (!settled_) {
    Result<UnsettledCall> call = attempt_->Undecided(token_);
    if (!call.ok()) return Stop(call.status());
    if (!clean_ && random_.Chance(1, 8))
      return Stop(attempt_->Unanswered(token_, Status::Unavailable("Sink does not answer")));
    settled_ = world_.Fence(operation().index, seq_, call->call.token);
    if (!settled_) return Stop(Ending::kFenced, Status::Conflict("Sink is ahead of the journal"));
    return State::kRunning;
  }
  const Outcome outcome = *settled_;
  settled_.reset();
  if (outcome == Outcome::kPublished) {
    write_ = Write::kConclude;
    return State::kRunning;
  }
  if (Status noted = attempt_->NeverPublished(token_); !noted.ok()) return Stop(noted);
  if (++tries_ >= kMostTries || random_.Chance(1, 2))
    return Stop(Ending::kFailed, Status::Unavailable("COMMIT was lost"));
  write_ = Write::kBegin;  // The script catches the error and writes again.
  return State::kRunning;
}

// ---- the end ----

void Process::RequireWritten() {
  for (const auto& [sink, rows] : written_) {
    world_.Require(sink, rows);
    if ((rows & ~world_.sink(sink).rows) != 0)
      world_.Violate("committed, but sink " + SinkName(sink) + " lacks rows");
  }
}

void Process::CheckBookmarks(const JobState& before) {
  for (const auto& [context, bookmark] : world_.journal().bookmarks) {
    const Bookmark old = before.FindBookmark(context);
    if (old == bookmark) continue;
    if (PositionToRow(bookmark.position) < PositionToRow(old.position))
      world_.Violate("bookmark of " + context + " moved backwards");
    if (!readings_[context == SourceName(0) ? 0 : 1])
      world_.Violate("bookmark of " + context + " moved, but it was not read");
  }
}

Process::State Process::CommitStep() {
  const JobState before = world_.journal();
  if (Status committed = attempt_->Commit(); !committed.ok()) return Stop(committed);
  CheckBookmarks(before);
  if (world_.configuration().bookmarks) {
    RequireWritten();
    for (const Slot& slot : before.slots)
      if (world_.journal().FindSlot(slot.seq) == nullptr)
        world_.Require(world_.FindSink(slot.sink), RowsOfCovers(slot.covers));
    written_.clear();
    readings_[0].reset();
    readings_[1].reset();
  }
  journal_.visited()->clear();
  return NextOperation();
}

Process::State Process::Sweep() {
  std::vector<Garbage> removable = attempt_->RemovableGarbage();
  if (world_.Is(Mutant::kDiscardPending)) removable = world_.journal().garbage;
  if (removable.empty()) {
    stage_ = after_sweep_;
    return State::kRunning;
  }
  const Garbage& garbage = removable.front();
  SimulatedSink& at = world_.sink(world_.FindSink(garbage.sink));
  std::erase_if(at.prepared,
                [&](const PreparedFiles& files) { return files.token == garbage.token; });
  if (Status noted = attempt_->GarbageRemoved(garbage.token); !noted.ok()) return Stop(noted);
  return State::kRunning;
}

Process::State Process::EndStep() {
  if (Status ended = attempt_->End(runstate::Ending::kClean); !ended.ok()) return Stop(ended);
  if (!world_.configuration().bookmarks) {
    RequireWritten();
    world_.set_completed();
  }
  ending_ = Ending::kDone;
  return State::kEnded;
}

}  // namespace tenon::runstate
