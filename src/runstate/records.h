// The run state's records, as the journal keeps them: one value type per table, and what a set of
// changes does to the records of one job. Plain values; nothing here does I/O.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "tenon/position.h"
#include "tenon/sink.h"
#include "tenon/status.h"

namespace tenon::runstate {

// Who holds a job: enough to tell, later and on the same machine, whether that process still lives.
struct Holder {
  int64_t pid = 0;
  std::string boot_id;  // Of the machine's present boot; empty where the system has none.
  std::string host;
  int64_t process_start = 0;  // Clock ticks after boot: a pid that is used again differs here.
  int64_t since_ms = 0;       // Unix time at which the job was taken.
  bool operator==(const Holder&) const = default;
};

// What a source's rows were, as far as it was read: compared when the same interval is read again.
struct Fingerprint {
  int64_t rows = -1;
  std::string key_hash;                   // Empty when the source has no key.
  std::string row_hash;                   // Empty when a pin makes the read exact.
  std::vector<std::string> hash_columns;  // Those that row_hash is over.
  bool operator==(const Fingerprint&) const = default;
};

// One source in the lineage of one sink call.
struct Cover {
  std::string context;  // transformation_ctx of the source.
  bool bookmarked =
      false;  // False: the run itself stands in place of the interval, which is empty.
  uint64_t bookmark_version = 0;  // That the interval starts from.
  Interval interval;
  Fingerprint fingerprint;
  bool operator==(const Cover&) const = default;
  // A bookmarked source that had nothing new.
  bool empty() const { return bookmarked && interval.low == interval.high; }
};

enum class SlotState : int32_t { kIntent = 0, kPublished = 1 };

// The journal's record of one sink call, from its intent until the bookmarks have passed all it
// covers.
struct Slot {
  uint64_t seq = 0;
  std::string sink;           // transformation_ctx, or a hash of the call's place in the script.
  bool derived_sink = false;  // The latter.
  uint32_t part = 0;          // Number of job.commit() calls before this call in its run.
  uint32_t n = 0;             // n-th call of this sink since the last commit, from 1.
  std::string target;
  std::string selection;  // Hash of the filters in the frame's plan, or "opaque".
  CommitClass commit_class = CommitClass::kAppendOnly;
  bool overwrites = false;  // Publishing it again replaces the rows instead of adding them.
  std::vector<Cover> covers;
  std::string token;
  SlotState state = SlotState::kIntent;
  std::vector<std::string> prepared;  // The writers' commit messages.
  std::string places;                 // The sink's own words for its temporary places.
  std::string reopen;  // The engine's own words to open the connector anew from; no secret.
  std::string run;
  uint64_t epoch = 0;  // Of the attempt that wrote it.
  std::string script_hash;
  int64_t rows = 0;  // That the call wrote.
  bool operator==(const Slot&) const = default;
};

struct Bookmark {
  uint64_t version = 0;              // +1 each time it moves, is closed, set or reset.
  std::optional<Position> position;  // None: from the start.
  bool operator==(const Bookmark&) const = default;
};

enum class RunState : int32_t {
  kRunning = 0,
  kCut = 1,
  kDone = 2,
  kFailed = 3,
  kEndedWithoutCommit = 4
};
// "running", "cut", "done", "failed", "ended without commit".
std::string_view RunStateName(RunState state);

struct RunRecord {
  std::string run;
  std::string job;
  uint32_t attempt = 1;  // +1 each time a cut run is taken up again.
  uint64_t epoch = 0;
  RunState state = RunState::kRunning;
  int64_t started_ms = 0;
  int64_t ended_ms = 0;  // 0 while it runs.
  // Rows written by its calls that are known to be published, by sink.
  std::map<std::string, int64_t, std::less<>> rows;
  bool operator==(const RunRecord&) const = default;
};

// What one sink call may have left behind. Its token is the key.
struct Garbage {
  std::string token;
  uint64_t epoch = 0;  // Of the attempt that made it.
  std::string sink;
  std::string run;
  std::string places;
  std::string reopen;
  std::vector<std::string> messages;  // What was published, and must be left alone.
  bool operator==(const Garbage&) const = default;
};

// All that the journal knows of one job.
struct JobState {
  std::string job;
  uint64_t epoch = 0;    // +1 at each take-over; 0 = never run.
  uint64_t version = 0;  // +1 at each job.commit().
  uint64_t next_seq = 1;
  std::optional<Holder> holder;
  std::map<std::string, Bookmark, std::less<>> bookmarks;  // By transformation_ctx.
  std::vector<Slot> slots;                                 // By seq.
  std::vector<Garbage> garbage;                            // By token.
  std::optional<RunRecord> last_run;                       // The one started last.
  bool operator==(const JobState&) const = default;

  const Slot* FindSlot(uint64_t seq) const;  // Null when there is none. Valid until a change.
  Bookmark FindBookmark(
      std::string_view context) const;  // Version 0 and no position when there is none.
};

// The changes a transaction is made of.
struct PutSlot {
  Slot slot;
};  // Takes next_seq, which must be slot.seq.
struct MarkPublished {
  uint64_t seq = 0;
};
struct DropSlot {
  uint64_t seq = 0;
};
struct MoveBookmark {  // Only from `expected_version`, to expected_version + 1.
  std::string context;
  uint64_t expected_version = 0;
  std::optional<Position> position;
  std::string run;
};
struct CountCommit {};  // job.version + 1.
struct PutRun {
  RunRecord run;
};  // Makes the record or replaces it.
struct PutGarbage {
  Garbage garbage;
};  // Makes the record or replaces it.
struct DropGarbage {
  std::string token;
};
using Change = std::variant<PutSlot, MarkPublished, DropSlot, MoveBookmark, CountCommit, PutRun,
                            PutGarbage, DropGarbage>;

// Does `changes` to `state`, in order. On an error `state` is in between: throw it away. kInternal:
// a change that names a slot which is not there, or another seq than the next one. kConflict
// (TN6012): another bookmark version.
Status ApplyChanges(std::span<const Change> changes, JobState* state);

}  // namespace tenon::runstate
