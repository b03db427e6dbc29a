// One attempt: one process executing one run of one job. It decides, from the journal alone, what
// the engine must do so that nothing is lost and nothing doubled; it never speaks to a source or a
// sink itself. docs/run-state.md tells users what this promises; src/runstate/simulation tries it
// under kills, power cuts and second processes.
//
//   auto lock = JobLock::Take(home, job);
//   auto attempt = Attempt::Start(*journal, std::move(lock), request);
//   for (const UnsettledCall& call : attempt->Unsettled())  // What a cut run left undecided.
//     … Recovery::Settle(call …) -> attempt->Settled(call.seq, outcome)
//   attempt->Begin();                      // Always. A fresh run, or the finishing of a cut one.
//
//   plan = attempt->OpenSource("orders");  // Per source, before Source::Plan.
//   … Source::Plan({.after = plan.after, .until = plan.until, .pin = plan.pin})
//   attempt->SourcePlanned("orders", scan->end(), scan->pin());
//
//   decision = attempt->BeginSink({.sink = "A", .target = …, .lineage = {{"orders"}}});
//   if (!decision.write) return;           // To the script, as if written.
//   … Connector::OpenSink with decision.call
//   attempt->NotePlaces(token, sink->state());                      // Before a writer is opened.
//   … read to the end, write, PartitionWriter::Commit -> messages
//   attempt->SourceRead("orders", fingerprint);                     // Each source of the lineage.
//   intent = attempt->Intent(token, {sink->commit_class(), messages});  // Durable.
//   … sink->Commit(intent.seq, intent.covers, messages)
//   attempt->Published(token);             // When that was ok; else see Undecided().
//
//   attempt->Commit();                     // job.commit(): durable.
//   attempt->End(Ending::kClean);          // Exit 0. After a failure kFailed, or just die.
//
// An attempt may be killed between any two of these lines. One thread at a time, and one sink call
// at a time.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "runstate/job_hold.h"
#include "runstate/journal.h"
#include "runstate/records.h"
#include "runstate/sink_decision.h"
#include "tenon/result.h"

namespace tenon::runstate {

enum class BookmarkMode {
  kEnabled,   // Read and moved.
  kPaused,    // Read, never moved.
  kDisabled,  // Neither.
};

// What to do with a run that was cut after one of its sinks was published. A job with bookmarks is
// always finished.
enum class CutRun {
  kAsk,     // Start anew if everything it published would be overwritten; else TN6005.
  kResume,  // Finish it. A server's retry says so.
  kAgain,   // Start anew and write everything again.
};

// When the script calls a sink with other rows than the run it finishes (TN6003).
enum class ChangedRerun { kFail, kTreatAsWritten, kWriteAnyway };

struct AttemptRequest {
  std::string job;
  std::string run;          // For a fresh run, or RunToFinish(); empty: a new id is made.
  std::string script_hash;  // To tell that a rerun's script is another one.
  BookmarkMode bookmarks = BookmarkMode::kEnabled;
  CutRun cut_run = CutRun::kAsk;
  ChangedRerun on_changed_rerun = ChangedRerun::kFail;
  bool accept_changed_source = false;  // Go on where TN6004 would end the run.
};

// The id of the cut run that an attempt would finish, or may finish once the sinks of its open calls
// have been asked; empty: it begins a new one. `state` may be one that somebody else holds.
std::string RunToFinish(const JobState& state, BookmarkMode bookmarks, CutRun cut_run);

// How to read a source in this run.
struct ReadPlan {
  std::optional<Position> after;  // The bookmark; none: from the start.
  std::optional<Position> until;  // Only when replaying: exactly this far.
  std::string pin;                // Only when replaying.
  bool bookmarked = false;        // False: no bookmark will be moved for this source.
  bool replay = false;            // The rows must be those that a published sink already has.
};

struct SinkRequest {
  std::string sink;  // transformation_ctx, or a hash of file, function and text of the statement.
  bool derived_sink = false;  // The latter.
  std::string target;  // What is written to, in one spelling: table, folder, URL without secrets.
  std::string selection;    // Hash of the filters in the frame's plan; "opaque" behind code.
  bool overwrites = false;  // The mode replaces what is there.
  // Contexts of the frame's sources. None: all opened since the last commit.
  std::optional<std::vector<std::string>> lineage;
  std::string reopen;  // From which a new process opens the connector for Recovery; no secret.
};

struct SinkDecision {
  bool write = false;
  SinkCall call;  // When write: hand it to Connector::OpenSink; call.token names the call below.
  std::string reason;  // When skipped, for the log: "A has these rows already, from run …".
};

struct Prepared {
  CommitClass commit_class = CommitClass::kTransactional;
  std::vector<std::string> messages;  // One per partition, as the writers gave them.
  int64_t rows = 0;                   // That the call writes, for the record of the run.
};

struct IntentRecord {
  uint64_t seq = 0;
  std::string covers;  // JSON; pins and positions as their SHA-256.
};

enum class Ending { kClean, kFailed };

class Attempt {
 public:
  // Takes the job over (JobHold::Take). Nothing else is decided yet.
  static Result<std::unique_ptr<Attempt>> Start(Journal& journal, std::unique_ptr<JobLock> lock,
                                                AttemptRequest request);

  Attempt(const Attempt&) = delete;
  Attempt& operator=(const Attempt&) = delete;
  ~Attempt();  // As kill -9: what is open stays open, and the next start finishes it.

  // Recovery: see JobHold. REQUIRES: before Begin.
  std::vector<UnsettledCall> Unsettled() const { return hold_.Unsettled(); }
  Status Settled(uint64_t seq, Outcome outcome) { return hold_.Settled(seq, outcome); }
  Status SinkIsAhead(const UnsettledCall& call, const Status& cause) {
    return hold_.SinkIsAhead(call, cause);
  }

  // The job's newest run: until Begin the one that was last before this start.
  const std::optional<RunRecord>& last_run() const { return state().last_run; }

  // Chooses between a fresh run and the finishing of a cut one, and records the run. Errors: TN6005
  // the cut run needs --resume or --again; TN6013 --again with bookmarks; kInternal while a call is
  // unsettled.
  Status Begin();

  const std::string& run() const { return run_.run; }  // After Begin.
  uint32_t attempt_number() const { return run_.attempt; }
  bool replay() const { return replay_; }  // This attempt finishes a cut run.

  // The interval to read. `context` must not be empty: a source without one is not part of the
  // protocol. A source opened again before the next commit gets the same plan.
  Result<ReadPlan> OpenSource(std::string_view context);
  // Closes the interval at `high`, from Scan::end(). nullopt: the source keeps no positions and is
  // not bookmarked. On a replay the journal's own bound stays, whatever is given here.
  Status SourcePlanned(std::string_view context, std::optional<Position> high, std::string pin);
  // The source was read to its end. On a replay, and on a second read, it must be what it was:
  // kConflict TN6004. A source opened before the last commit is not looked at.
  Status SourceRead(std::string_view context, Fingerprint fingerprint);

  // Write, skip, or kConflict TN6003 (the script takes another way than the run it finishes).
  // REQUIRES: every source of the lineage is planned.
  Result<SinkDecision> BeginSink(const SinkRequest& request);
  // Notes where the call will leave temporary things, so that a later run can remove them. Once per
  // call, if at all.
  Status NotePlaces(std::string_view token, std::string places);
  // Records durably that the call is about to be published. REQUIRES: every source of its lineage
  // is read. When this fails, publish nothing.
  Result<IntentRecord> Intent(std::string_view token, Prepared prepared);
  // The sink has published. Not written at once (an append-only sink: it is): the next transaction
  // carries it.
  Status Published(std::string_view token);
  // Sink::Commit failed: what to settle now, by Recovery::Settle from a new connection. Then
  // Published(token) or NeverPublished(token); without an answer Unanswered(token), and when the
  // sink holds a newer call SinkIsAhead.
  Result<UnsettledCall> Undecided(std::string_view token) const;
  Status NeverPublished(std::string_view token);
  // See JobHold.
  Status WhyItFailed(Status error) { return hold_.WhyItFailed(std::move(error)); }
  // Ends the attempt: returns TN9001 (kUnavailable), as does every later call. `tenon run recover`
  // settles it.
  Status Unanswered(std::string_view token, const Status& cause);
  // The call failed before Intent, or is given up; nothing is visible. A call forgotten here is
  // given up at Commit.
  void Abandon(std::string_view token);

  // job.commit(): moves the bookmarks of the sources opened since the last one, and closes the
  // slots they pass, in one durable transaction.
  Status Commit();

  // Clean: closes the run; what was written since the last commit is not remembered. Failed: leaves
  // all as it is for the next start. Nothing may be called afterwards but RemovableGarbage and
  // GarbageRemoved.
  Status End(Ending ending);

  // What calls that are decided have left behind, of this attempt only once it has committed or
  // ended. Hand each to Recovery::Discard, then say so.
  std::vector<Garbage> RemovableGarbage() const;
  Status GarbageRemoved(std::string_view token) { return hold_.GarbageRemoved(token); }

  // What the user should know, since the last call: finished runs, skipped sinks, calls sent again,
  // warnings TN6014 and TN6015. For the log, a sentence each.
  std::vector<std::string> TakeNotes();

 private:
  enum class Phase { kRecovering, kRunning, kEnded };
  // A source opened since the last commit.
  struct OpenedSource {
    Cover cover;
    bool planned = false;
    bool read = false;
    bool replay = false;
    uint64_t replayed_seq = 0;            // The slot whose interval it is.
    std::optional<Fingerprint> expected;  // Of the replayed slot, then of the first read.
  };
  // The sink call between BeginSink and its end.
  struct OpenCall {
    SinkRequest request;
    SinkCall call;
    std::vector<Cover> covers;
    uint32_t n = 1;
    std::string places;
    std::optional<uint64_t> seq;  // Once the intent is written.
    CommitClass commit_class = CommitClass::kTransactional;
    std::optional<uint64_t> sent_before;  // The slot of the append-only call that it repeats.
  };

  Attempt(JobHold hold, AttemptRequest request);

  Status CheckRunning() const;
  Result<OpenCall*> FindCall(std::string_view token, bool with_intent);
  Status BeginFresh(std::vector<Change> changes);
  Result<std::vector<Cover>> CoversOf(const SinkRequest& request);
  SinkDecision Skip(const SinkRequest& request, const SinkVerdict& verdict);
  std::vector<Change> MarkPublishedSlots();
  void PutRunIfNews(std::vector<Change>* changes);
  bool Passed(const Slot& slot) const;
  void NoteFinishedRun();
  void Note(std::string text) { notes_.push_back(std::move(text)); }

  const JobState& state() const { return hold_.state(); }

  JobHold hold_;
  AttemptRequest request_;
  Phase phase_ = Phase::kRecovering;
  Status unknown_;  // Of the call that got no answer; ends everything.
  RunRecord run_;
  bool replay_ = false;
  uint32_t parts_ = 0;  // Commits so far.
  std::map<std::string, OpenedSource, std::less<>> sources_;
  std::set<std::string, std::less<>> earlier_sources_;          // Opened before the last commit.
  std::map<std::string, uint32_t, std::less<>> calls_of_sink_;  // Finished since the last commit.
  std::set<uint64_t> visited_;  // Slots that calls since the last commit wrote or skipped.
  std::vector<uint64_t>
      unmarked_;  // Own slots that are published, which the journal does not know yet.
  std::optional<OpenCall> call_;
  std::vector<std::string> skipped_sinks_, written_sinks_;  // Since the last commit.
  std::vector<std::string> notes_;
};

}  // namespace tenon::runstate
