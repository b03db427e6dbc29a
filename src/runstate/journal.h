// The journal: one SQLite file in the state folder that holds, for every job, its epoch, bookmarks,
// slots, runs and garbage. It is the only record a finished or cut run leaves behind, so it is
// written ahead of what it describes.
//
//   TENON_ASSIGN_OR_RETURN(std::unique_ptr<Journal> journal, Journal::Open(home));
//   TENON_ASSIGN_OR_RETURN(JobState state, journal->TakeOver("nightly", holder));
//   TENON_RETURN_IF_ERROR(journal->Apply({"nightly", state.epoch, Durability::kDurable,
//   {PutSlot{slot}}}));
//
// Any number of processes may have the file open; each transaction is whole or not there, also
// after kill -9. One thread at a time may use a Journal; two Journals over one file may be used
// together.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runstate/records.h"
#include "tenon/result.h"

namespace tenon::runstate {

enum class Durability {
  kNormal,   // Survives the process. After a power cut it may be gone, with all that came later.
  kDurable,  // On the disk when the call returns, with all that came earlier.
};

// Changes to the records of one job, made by the attempt that holds `epoch`.
struct Transaction {
  std::string job;
  uint64_t epoch = 0;
  Durability durability = Durability::kNormal;
  std::vector<Change> changes;
};

struct BookmarkMove {
  uint64_t version = 0;
  std::optional<Position> position;
  std::string run;
  int64_t moved_ms = 0;
};

class Journal {
 public:
  // Opens <home>/state.db and makes folder and file when they are missing. Errors: TN6008 a newer
  // version of Tenon wrote the file, TN6009 it is damaged or no journal, TN6010 it cannot be read
  // or written; each names the file.
  // A transaction waits at most `busy_timeout_ms` for one of another process.
  static Result<std::unique_ptr<Journal>> Open(const std::filesystem::path& home,
                                               int busy_timeout_ms = 10'000);

  Journal() = default;
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  virtual ~Journal() = default;

  // The state folder's own id, made once: two folders never share a register or a token. Valid
  // while this is.
  virtual const std::string& home_id() const = 0;

  // The job's records at one moment; epoch 0 and nothing else when the job is unknown.
  virtual Result<JobState> Load(std::string_view job) = 0;

  // Takes the job: epoch + 1, holder noted, a run still marked running is marked cut. Returns the
  // records as they are then. Every later transaction with an older epoch is refused. Not durable
  // by itself, and need not be.
  virtual Result<JobState> TakeOver(std::string_view job, const Holder& holder) = 0;

  // Makes the changes, all or none. kConflict (TN6002) when the job's epoch is not the
  // transaction's: another run took over, touch nothing more. TN6012: a bookmark moved meanwhile.
  // TN6016 (kUnavailable): the file stayed locked by another process. After any other error the
  // outcome of this transaction is unknown: end the attempt.
  virtual Status Apply(const Transaction& transaction) = 0;

  // The newest runs first; of all jobs when `job` is empty.
  virtual Result<std::vector<RunRecord>> Runs(std::string_view job, int limit) = 0;
  // The newest moves first, at most kHistoryPerBookmark.
  virtual Result<std::vector<BookmarkMove>> History(std::string_view job,
                                                    std::string_view context) = 0;
  // Names, sorted.
  virtual Result<std::vector<std::string>> Jobs() = 0;
};

inline constexpr int kHistoryPerBookmark = 100;
inline constexpr int kRunsPerJob = 1000;  // Older ended runs are dropped.

}  // namespace tenon::runstate
