// One simulated process: it executes a script through the real Attempt, one effect at a time, so
// that a kill, a power cut or another process can come between any two. Destroying it is kill -9.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runstate/attempt.h"
#include "runstate/simulation/mutant.h"
#include "runstate/simulation/random.h"
#include "runstate/simulation/world.h"

namespace tenon::runstate {

class Process {
 public:
  enum class State { kRunning, kWaiting, kEnded };  // kWaiting: for the answer to a COMMIT.
  enum class Ending { kDone, kRefused, kFenced, kFailed };

  // Takes the job over at once. `clean`: no script ever catches an error, no reply gets lost. All
  // borrowed.
  Process(World& world, const Script& script, bool clean, Random& random);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // One step. REQUIRES: not kEnded.
  State Step();
  // The reply to the COMMIT it waits for never comes. REQUIRES: kWaiting.
  void LoseReply();
  Ending ending() const { return ending_; }  // Once kEnded.
  // The words of the error that ended it; empty after kDone.
  const std::string& error() const { return error_; }

 private:
  // What the script knows of a source since the last commit.
  struct Reading {
    int low = 0, high = 0;
    uint32_t rows = 0;
    bool replay = false;
    bool read = false;
  };
  enum class Stage { kSweep, kSettle, kBegin, kScript, kEnd };
  // Within a write.
  enum class Write { kBegin, kRead, kNote, kPrepare, kIntent, kPublish, kRest, kSettle, kConclude };

  State Stop(Ending ending, const Status& error);
  State Stop(const Status& error);  // The ending by its code.
  State Settle();
  State SettleTransactional(const UnsettledCall& call);
  State SettleFiles(const UnsettledCall& call);
  State Settled(const UnsettledCall& call, Outcome outcome);
  State ScriptStep();
  State ReadStep(int source);
  Status ReadRows(int source);
  State WriteStep();
  State BeginWrite();
  State Intend();
  State Publish();
  State AwaitReply();
  State SettleOwn();
  State CommitStep();
  State Sweep();
  State EndStep();
  State NextOperation();
  // The rows each write since the last commit (or of the whole run) speaks of must be in its sink.
  void RequireWritten();
  void CheckBookmarks(const JobState& before);

  const Operation& operation() const { return script_[at_]; }
  SimulatedSink& sink() { return world_.sink(operation().index); }

  World& world_;
  const Script& script_;
  const bool clean_;
  Random& random_;
  MemoryJournal memory_;
  MutantJournal journal_;
  std::unique_ptr<Attempt> attempt_;
  const bool lazy_;  // Reads when it writes, not when the script opens the source.
  Stage stage_ = Stage::kSettle;
  Stage after_sweep_ = Stage::kBegin;  // What comes after the next sweep.
  std::vector<UnsettledCall> unsettled_;
  std::optional<Outcome> settled_;  // Decided in the sink, not yet in the journal.
  size_t at_ = 0;                   // Of the script.
  Write write_ = Write::kBegin;
  std::string token_;
  uint64_t seq_ = 0;
  uint32_t call_rows_ = 0;
  bool reply_lost_ = false;
  int tries_ = 0;
  std::optional<Reading> readings_[2];
  std::vector<std::pair<int, uint32_t>>
      written_;  // Sink and rows, written or skipped, since the last commit.
  Ending ending_ = Ending::kDone;
  std::string error_;
};

}  // namespace tenon::runstate
