#include "runstate/attempt.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <utility>

#include "base/failpoint.h"
#include "base/hash.h"
#include "base/text.h"
#include "runstate/covers.h"
#include "runstate/errors.h"

namespace tenon::runstate {
namespace {

constexpr int kTokenBits = 128;

// "r20261122-073103-4f2a9c": readable, sorts by time, and alike in no two state folders.
Result<std::string> NewRunId() {
  TENON_ASSIGN_OR_RETURN(std::string random, base::RandomHex(24));
  const std::time_t seconds = NowMs() / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> time{};
  std::strftime(time.data(), time.size(), "r%Y%m%d-%H%M%S-", &parts);
  return time.data() + random;
}

std::string Join(const std::vector<std::string>& names) { return base::Join(names, ","); }

// Names of the sinks of published slots, each once, in their order.
std::vector<std::string> PublishedSinks(const JobState& state, auto predicate) {
  std::vector<std::string> names;
  for (const Slot& slot : state.slots)
    if (slot.state == SlotState::kPublished && predicate(slot) &&
        std::find(names.begin(), names.end(), slot.sink) == names.end())
      names.push_back(slot.sink);
  return names;
}

// Whether two readings of one interval were the same, as far as both can tell.
bool SameRows(const Fingerprint& left, const Fingerprint& right) {
  if (left.rows >= 0 && right.rows >= 0 && left.rows != right.rows) return false;
  if (!left.key_hash.empty() && !right.key_hash.empty() && left.key_hash != right.key_hash)
    return false;
  const bool comparable =
      !left.row_hash.empty() && !right.row_hash.empty() && left.hash_columns == right.hash_columns;
  return !comparable || left.row_hash == right.row_hash;
}

}  // namespace

std::string RunToFinish(const JobState& state, BookmarkMode bookmarks, CutRun cut_run) {
  const bool may_finish = cut_run == CutRun::kResume ||
                          (cut_run == CutRun::kAsk && bookmarks == BookmarkMode::kEnabled);
  const std::optional<RunRecord>& last = state.last_run;
  if (!may_finish || !last || last->state == RunState::kDone ||
      last->state == RunState::kEndedWithoutCommit)
    return "";
  const bool open = std::any_of(state.slots.begin(), state.slots.end(), [&](const Slot& slot) {
    return slot.run == last->run &&
           (slot.state == SlotState::kPublished || slot.commit_class != CommitClass::kAppendOnly);
  });
  return open ? last->run : "";
}

Attempt::Attempt(JobHold hold, AttemptRequest request)
    : hold_(std::move(hold)), request_(std::move(request)) {}

Attempt::~Attempt() = default;

Result<std::unique_ptr<Attempt>> Attempt::Start(Journal& journal, std::unique_ptr<JobLock> lock,
                                                AttemptRequest request) {
  TENON_ASSIGN_OR_RETURN(JobHold hold, JobHold::Take(journal, std::move(lock), request.job));
  return std::unique_ptr<Attempt>(new Attempt(std::move(hold), std::move(request)));
}

Status Attempt::CheckRunning() const {
  TENON_RETURN_IF_ERROR(Status(unknown_));
  if (phase_ == Phase::kRunning) return Status::Ok();
  return Status::Internal(phase_ == Phase::kEnded
                              ? "The attempt has ended: job=" + request_.job
                              : "The attempt has not begun: job=" + request_.job);
}

Status Attempt::Begin() {
  TENON_FAILPOINT("K24");
  if (phase_ != Phase::kRecovering)
    return Status::Internal("The attempt has begun already: job=" + request_.job);
  if (const auto open = hold_.Unsettled(); !open.empty())
    return Status::Internal("A sink call is not settled: seq=" + std::to_string(open.front().seq));
  const bool bookmarks = request_.bookmarks == BookmarkMode::kEnabled;
  const std::optional<RunRecord>& last = state().last_run;
  const auto of_last_run = [&](const Slot& slot) { return last && slot.run == last->run; };
  const auto of_run_alone = [&](const Slot& slot) {
    return of_last_run(slot) && !IsBookmarked(slot.covers);
  };
  const auto of_bookmarks = [&](const Slot& slot) {
    return bookmarks && IsBookmarked(slot.covers);
  };
  const bool rows_pending = !PublishedSinks(state(), of_bookmarks).empty();
  const std::vector<std::string> sinks_of_run = PublishedSinks(state(), of_run_alone);

  if (rows_pending && request_.cut_run == CutRun::kAgain) return AgainWithBookmarks(request_.job);
  if (!sinks_of_run.empty() && !rows_pending) {
    const bool all_overwritten = PublishedSinks(state(), [&](const Slot& slot) {
                                   return of_run_alone(slot) && !slot.overwrites;
                                 }).empty();
    const bool finish =
        bookmarks ? request_.cut_run != CutRun::kAgain : request_.cut_run == CutRun::kResume;
    if (!finish && request_.cut_run == CutRun::kAsk && !all_overwritten)
      return CutRunNeedsChoice(request_.job, last->run, Join(sinks_of_run));
    if (!finish) {
      std::vector<Change> changes;
      for (const Slot& slot : state().slots)
        if (of_run_alone(slot)) changes.push_back(DropSlot{slot.seq});
      return BeginFresh(std::move(changes));
    }
  }
  if (!rows_pending && sinks_of_run.empty()) return BeginFresh({});

  replay_ = true;
  // Rows may be pending although their run came to its end: a script that took another way left
  // them.
  const bool same_run = last &&
                        (last->state == RunState::kCut || last->state == RunState::kFailed) &&
                        !PublishedSinks(state(), of_last_run).empty();
  if (!same_run) return BeginFresh({});
  run_ = *last;
  run_.attempt += 1;
  run_.epoch = hold_.epoch();
  run_.state = RunState::kRunning;
  run_.ended_ms = 0;
  Note("Finishing run " + run_.run + ", attempt " + std::to_string(run_.attempt) + ": " +
       Join(PublishedSinks(state(), of_last_run)) + " is written already");
  phase_ = Phase::kRunning;
  TENON_RETURN_IF_ERROR(hold_.Apply(Durability::kNormal, {PutRun{run_}}));
  TENON_FAILPOINT("K01");
  return Status::Ok();
}

Status Attempt::BeginFresh(std::vector<Change> changes) {
  run_.run = request_.run;
  if (run_.run.empty()) {
    TENON_ASSIGN_OR_RETURN(run_.run, NewRunId());
  }
  // A cut run that turned out to have published nothing begins again under its own id.
  if (state().last_run && state().last_run->run == run_.run)
    run_.attempt = state().last_run->attempt + 1;
  run_.job = request_.job;
  run_.epoch = hold_.epoch();
  run_.started_ms = NowMs();
  changes.push_back(PutRun{run_});
  for (const Slot& slot : state().slots)
    if (slot.state == SlotState::kIntent)
      Note("Run " + slot.run + " was cut while it sent to " + slot.sink +
           ", which keeps no record of it: its rows are sent again");
  phase_ = Phase::kRunning;
  TENON_RETURN_IF_ERROR(hold_.Apply(Durability::kNormal, std::move(changes)));
  TENON_FAILPOINT("K01");
  return Status::Ok();
}

Result<ReadPlan> Attempt::OpenSource(std::string_view context) {
  TENON_RETURN_IF_ERROR(CheckRunning());
  if (context.empty()) return Status::Internal("A source without a context has no bookmark");
  const auto plan_of = [](const OpenedSource& source) {
    ReadPlan plan;
    plan.after = source.cover.interval.low;
    if (source.replay || source.planned) {
      plan.until = source.cover.interval.high;
      plan.pin = source.cover.interval.pin;
    }
    plan.bookmarked = source.cover.bookmarked;
    plan.replay = source.replay;
    return plan;
  };
  if (const auto known = sources_.find(context); known != sources_.end())
    return plan_of(known->second);
  if (!written_sinks_.empty()) TENON_FAILPOINT("K19", context);
  if (parts_ > 0) TENON_FAILPOINT("K27", context);

  OpenedSource source;
  source.cover.context = context;
  const Bookmark bookmark = state().FindBookmark(context);
  if (request_.bookmarks != BookmarkMode::kDisabled) source.cover.interval.low = bookmark.position;
  if (request_.bookmarks == BookmarkMode::kEnabled) {
    source.cover.bookmarked = true;
    source.cover.bookmark_version = bookmark.version;
    const Cover* cover = nullptr;
    if (const Slot* slot = IntervalToReplay(state(), visited_, hold_.epoch(), context, &cover)) {
      source.cover = *cover;
      source.expected = cover->fingerprint;
      source.replay = true;
      source.replayed_seq = slot->seq;
    }
  }
  return plan_of(sources_.emplace(context, std::move(source)).first->second);
}

Status Attempt::SourcePlanned(std::string_view context, std::optional<Position> high,
                              std::string pin) {
  TENON_RETURN_IF_ERROR(CheckRunning());
  const auto known = sources_.find(context);
  if (known == sources_.end())
    return Status::Internal("Source was not opened: source=" + std::string(context));
  OpenedSource& source = known->second;
  if (source.planned) return Status::Ok();
  source.planned = true;
  if (source.replay) return Status::Ok();
  if (!high) source.cover.bookmarked = false;
  source.cover.interval.high = std::move(high);
  source.cover.interval.pin = std::move(pin);
  return Status::Ok();
}

Status Attempt::SourceRead(std::string_view context, Fingerprint fingerprint) {
  TENON_RETURN_IF_ERROR(CheckRunning());
  const auto known = sources_.find(context);
  if (known == sources_.end() && earlier_sources_.count(context) != 0) return Status::Ok();
  if (known == sources_.end() || !known->second.planned)
    return Status::Internal("Source was not planned: source=" + std::string(context));
  OpenedSource& source = known->second;
  if (source.cover.bookmarked && source.expected && !SameRows(*source.expected, fingerprint)) {
    Cover then = source.cover;
    then.fingerprint = *source.expected;
    const std::vector<std::string> sinks = PublishedSinks(state(), [&](const Slot& slot) {
      return std::any_of(slot.covers.begin(), slot.covers.end(),
                         [&](const Cover& cover) { return Overlap(cover, source.cover); });
    });
    Status changed = SourceChanged(context, then, fingerprint, Join(sinks));
    if (!request_.accept_changed_source) return changed;
    Note(std::string(changed.message()) + "; accepted");
  }
  source.read = true;
  source.expected = fingerprint;
  source.cover.fingerprint = std::move(fingerprint);
  return Status::Ok();
}

Result<std::vector<Cover>> Attempt::CoversOf(const SinkRequest& request) {
  std::vector<Cover> covers;
  if (!request.lineage) {
    for (const auto& entry : sources_)
      if (entry.second.planned) covers.push_back(entry.second.cover);
    return covers;
  }
  for (const std::string& context : *request.lineage) {
    const auto known = sources_.find(context);
    if (known != sources_.end() && known->second.planned) {
      covers.push_back(known->second.cover);
      continue;
    }
    if (earlier_sources_.count(context) == 0)
      return Status::Internal("Source in a frame's lineage was not planned: source=" + context);
    Note(base::ErrorName(base::kErrFrameBeforeCommit) + ": " + request.sink + " is given rows of " +
         context + " that were read before the last job.commit(); a cut run may write them twice");
    Cover cover;
    cover.context = context;
    covers.push_back(std::move(cover));
  }
  return covers;
}

SinkDecision Attempt::Skip(const SinkRequest& request, const SinkVerdict& verdict) {
  SinkDecision decision;
  for (const uint64_t seq : verdict.shared) {
    visited_.insert(seq);
    if (verdict.kind == SinkVerdict::Kind::kSkip) break;  // The others are other calls' rows.
  }
  const Slot& slot = *state().FindSlot(verdict.shared.front());
  decision.reason = request.sink + " has these rows already, from run " + slot.run;
  if (slot.script_hash != request_.script_hash)
    decision.reason += "; the script has changed since, what it wrote then stays";
  ++calls_of_sink_[request.sink];
  skipped_sinks_.push_back(request.sink);
  Note(decision.reason);
  return decision;
}

Result<SinkDecision> Attempt::BeginSink(const SinkRequest& request) {
  TENON_RETURN_IF_ERROR(CheckRunning());
  if (call_ && call_->seq)
    return Status::Internal("A sink call is still undecided: sink=" + call_->request.sink);
  call_.reset();
  if (!written_sinks_.empty()) TENON_FAILPOINT("K18", request.sink);
  SinkQuestion question{request.sink, request.derived_sink, request.target, request.selection,
                        run_.run,     hold_.epoch(),        parts_};
  question.n = calls_of_sink_[request.sink] + 1;
  TENON_ASSIGN_OR_RETURN(question.covers, CoversOf(request));
  SinkVerdict verdict = JudgeSinkCall(state(), visited_, question);
  if (verdict.kind == SinkVerdict::Kind::kAnotherWay) {
    if (request_.on_changed_rerun == ChangedRerun::kFail)
      return AnotherWay(request.sink, *state().FindSlot(verdict.shared.front()),
                        verdict.difference);
    if (request_.on_changed_rerun == ChangedRerun::kTreatAsWritten) return Skip(request, verdict);
    Note(request.sink + " is written although it shares rows with what run " +
         state().FindSlot(verdict.shared.front())->run + " wrote (" + verdict.difference + ")");
  }
  if (verdict.kind == SinkVerdict::Kind::kSkip) return Skip(request, verdict);

  OpenCall call{request, {}, question.covers, question.n};
  call.call = {hold_.home_id(), request_.job, request.sink, run_.run, {}};
  if (const Slot* cut = CallToSendAgain(state(), question)) {
    call.call.token = cut->token;
    call.sent_before = cut->seq;
  } else {
    TENON_ASSIGN_OR_RETURN(call.call.token, base::RandomHex(kTokenBits));
  }
  call_ = std::move(call);
  SinkDecision decision;
  decision.write = true;
  decision.call = call_->call;
  return decision;
}

Result<Attempt::OpenCall*> Attempt::FindCall(std::string_view token, bool with_intent) {
  TENON_RETURN_IF_ERROR(CheckRunning());
  if (!call_ || call_->call.token != token)
    return Status::Internal("No such sink call is open: token=" + std::string(token));
  if (call_->seq.has_value() != with_intent)
    return Status::Internal(with_intent ? "Sink call has no intent: sink=" + call_->request.sink
                                        : "Sink call has an intent: sink=" + call_->request.sink);
  return &*call_;
}

Status Attempt::NotePlaces(std::string_view token, std::string places) {
  TENON_ASSIGN_OR_RETURN(OpenCall * call, FindCall(token, false));
  call->places = std::move(places);
  if (call->places.empty()) return Status::Ok();
  return hold_.Apply(Durability::kNormal, {PutGarbage{{call->call.token,
                                                       hold_.epoch(),
                                                       call->request.sink,
                                                       run_.run,
                                                       call->places,
                                                       call->request.reopen,
                                                       {}}}});
}

std::vector<Change> Attempt::MarkPublishedSlots() {
  std::vector<Change> changes;
  for (const uint64_t seq : unmarked_) changes.push_back(MarkPublished{seq});
  return changes;
}

// With the slots that a transaction marks goes the run's record of their rows; and a run that was
// done, as of the last commit, runs again.
void Attempt::PutRunIfNews(std::vector<Change>* changes) {
  if (run_.state == RunState::kRunning && unmarked_.empty()) return;
  run_.state = RunState::kRunning;
  run_.ended_ms = 0;
  changes->push_back(PutRun{run_});
}

Result<IntentRecord> Attempt::Intent(std::string_view token, Prepared prepared) {
  TENON_ASSIGN_OR_RETURN(OpenCall * call, FindCall(token, false));
  for (Cover& cover : call->covers) {
    const auto source = sources_.find(cover.context);
    if (source == sources_.end()) continue;  // Of a frame read before the last commit.
    if (cover.bookmarked && !source->second.read && cover.interval.pin.empty())
      return Status::Internal("Source was not read to its end: source=" + cover.context);
    cover.fingerprint = source->second.cover.fingerprint;
  }
  // A register remembers one seq alone: what is published must be known as such before the next
  // call of the same sink takes it. This transaction is durable anyway.
  std::vector<Change> changes = MarkPublishedSlots();
  if (call->sent_before) changes.push_back(DropSlot{*call->sent_before});
  Slot slot;
  slot.seq = state().next_seq;
  slot.sink = call->request.sink;
  slot.derived_sink = call->request.derived_sink;
  slot.part = parts_;
  slot.n = call->n;
  slot.target = call->request.target;
  slot.selection = call->request.selection;
  slot.commit_class = prepared.commit_class;
  slot.overwrites = call->request.overwrites;
  slot.covers = call->covers;
  slot.token = call->call.token;
  slot.prepared = std::move(prepared.messages);
  slot.places = call->places;
  slot.reopen = call->request.reopen;
  slot.run = run_.run;
  slot.epoch = hold_.epoch();
  slot.script_hash = request_.script_hash;
  slot.rows = prepared.rows;
  IntentRecord record{slot.seq, CoversForSink(slot.covers)};
  if (!call->places.empty())
    changes.push_back(PutGarbage{
        {slot.token, slot.epoch, slot.sink, slot.run, slot.places, slot.reopen, slot.prepared}});
  PutRunIfNews(&changes);
  call->commit_class = slot.commit_class;
  changes.push_back(PutSlot{std::move(slot)});
  TENON_RETURN_IF_ERROR(hold_.Apply(Durability::kDurable, std::move(changes)));
  unmarked_.clear();
  call->seq = record.seq;
  TENON_FAILPOINT("K14", call->request.sink);
  return record;
}

Status Attempt::Published(std::string_view token) {
  TENON_ASSIGN_OR_RETURN(OpenCall * call, FindCall(token, true));
  TENON_FAILPOINT("K17", call->request.sink);
  run_.rows[call->request.sink] += state().FindSlot(*call->seq)->rows;
  if (call->commit_class == CommitClass::kAppendOnly)
    TENON_RETURN_IF_ERROR(
        hold_.Apply(Durability::kNormal, {MarkPublished{*call->seq}, PutRun{run_}}));
  else
    unmarked_.push_back(*call->seq);
  visited_.insert(*call->seq);
  ++calls_of_sink_[call->request.sink];
  written_sinks_.push_back(call->request.sink);
  call_.reset();
  return Status::Ok();
}

Result<UnsettledCall> Attempt::Undecided(std::string_view token) const {
  if (!call_ || call_->call.token != token || !call_->seq)
    return Status::Internal("No sink call with this intent is open: token=" + std::string(token));
  return hold_.Unsettled(*state().FindSlot(*call_->seq));
}

Status Attempt::NeverPublished(std::string_view token) {
  TENON_ASSIGN_OR_RETURN(OpenCall * call, FindCall(token, true));
  const uint64_t seq = *call->seq;
  call_.reset();
  return hold_.Settled(seq, Outcome::kNever);
}

Status Attempt::Unanswered(std::string_view token, const Status& cause) {
  TENON_ASSIGN_OR_RETURN(OpenCall * call, FindCall(token, true));
  unknown_ = NoAnswer(request_.job, call->request.sink, *call->seq, cause);
  return unknown_;
}

void Attempt::Abandon(std::string_view token) {
  if (call_ && call_->call.token == token && !call_->seq) call_.reset();
}

// After a commit: whether the bookmarks are past every interval the slot covers. An empty one
// covers no row.
bool Attempt::Passed(const Slot& slot) const {
  if (!IsBookmarked(slot.covers))
    return request_.bookmarks == BookmarkMode::kEnabled && slot.run == run_.run;
  return std::all_of(slot.covers.begin(), slot.covers.end(), [&](const Cover& cover) {
    if (!cover.bookmarked || cover.empty()) return true;
    const auto source = sources_.find(cover.context);
    const bool closed =
        source != sources_.end() && source->second.planned && source->second.cover.bookmarked;
    return state().FindBookmark(cover.context).version + (closed ? 1 : 0) > cover.bookmark_version;
  });
}

void Attempt::NoteFinishedRun() {
  if (skipped_sinks_.empty()) return;
  std::string text = "Finished run " + run_.run + ":";
  for (const auto& [context, source] : sources_)
    if (source.replay)
      text += " " + Join(skipped_sinks_) + " had rows of " + context + " up to " +
              PositionText(source.cover.interval.high) + ";";
  if (!written_sinks_.empty()) text += " " + Join(written_sinks_) + " written now;";
  Note(text + " newer rows wait for the next run");
}

Status Attempt::Commit() {
  TENON_RETURN_IF_ERROR(CheckRunning());
  if (call_ && call_->seq)
    return Status::Internal("A sink call is still undecided: sink=" + call_->request.sink);
  call_.reset();
  std::vector<Change> changes;
  for (const auto& [context, source] : sources_)
    if (source.planned && source.cover.bookmarked)
      changes.push_back(MoveBookmark{context, source.cover.bookmark_version,
                                     source.cover.interval.high, run_.run});
  for (const Slot& slot : state().slots) {
    if (Passed(slot))
      changes.push_back(DropSlot{slot.seq});
    else if (std::find(unmarked_.begin(), unmarked_.end(), slot.seq) != unmarked_.end())
      changes.push_back(MarkPublished{slot.seq});
  }
  changes.push_back(CountCommit{});
  // Killed from here on, a run with bookmarks has nothing left to finish. One without may go on.
  if (request_.bookmarks == BookmarkMode::kEnabled) {
    run_.state = RunState::kDone;
    run_.ended_ms = NowMs();
  }
  changes.push_back(PutRun{run_});
  TENON_FAILPOINT("K20");
  TENON_RETURN_IF_ERROR(hold_.Apply(Durability::kDurable, std::move(changes)));
  TENON_FAILPOINT("K21");
  if (replay_) NoteFinishedRun();
  for (const auto& entry : sources_) earlier_sources_.insert(entry.first);
  sources_.clear();
  calls_of_sink_.clear();
  visited_.clear();
  unmarked_.clear();
  skipped_sinks_.clear();
  written_sinks_.clear();
  ++parts_;
  return Status::Ok();
}

Status Attempt::End(Ending ending) {
  TENON_RETURN_IF_ERROR(CheckRunning());
  if (ending == Ending::kClean && call_ && call_->seq)
    return Status::Internal("A sink call is still undecided: sink=" + call_->request.sink);
  std::vector<Change> changes;
  run_.ended_ms = NowMs();
  bool read_bookmarked = false;
  for (const auto& entry : sources_) read_bookmarked |= entry.second.cover.bookmarked;
  if (ending == Ending::kFailed) {
    run_.state = RunState::kFailed;
    changes = MarkPublishedSlots();
  } else {
    run_.state = read_bookmarked ? RunState::kEndedWithoutCommit : RunState::kDone;
    for (const Slot& slot : state().slots)
      if (slot.epoch == hold_.epoch() || visited_.count(slot.seq) != 0 ||
          (slot.run == run_.run && !IsBookmarked(slot.covers)))
        changes.push_back(DropSlot{slot.seq});
    if (read_bookmarked)
      Note(base::ErrorName(base::kErrEndedWithoutCommit) +
           ": the script ended without job.commit(), so no bookmark was moved: the next run reads "
           "the same rows again");
  }
  // Dropped slots must not come back after a power cut: what they stand for was not finished.
  const Durability durability =
      ending == Ending::kClean && !changes.empty() ? Durability::kDurable : Durability::kNormal;
  changes.push_back(PutRun{run_});
  TENON_RETURN_IF_ERROR(hold_.Apply(durability, std::move(changes)));
  if (ending == Ending::kClean && read_bookmarked) TENON_FAILPOINT("K28");
  phase_ = Phase::kEnded;
  unmarked_.clear();
  return Status::Ok();
}

std::vector<Garbage> Attempt::RemovableGarbage() const {
  std::vector<Garbage> removable = hold_.RemovableGarbage(phase_ == Phase::kEnded || parts_ > 0);
  std::erase_if(removable, [&](const Garbage& garbage) {
    return call_ && garbage.token == call_->call.token;
  });
  return removable;
}

std::vector<std::string> Attempt::TakeNotes() { return std::exchange(notes_, {}); }

}  // namespace tenon::runstate
