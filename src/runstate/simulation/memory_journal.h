// A journal in memory with the semantics of the real one, for the simulator: a power cut goes back
// to some moment between the last durable transaction and now. journal_differential_test.cc drives
// both with the same operations.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "runstate/journal.h"

namespace tenon::runstate {

// What the disk holds. Several MemoryJournals, each a "process", share one.
class MemoryDisk {
 public:
  struct Job {
    JobState state;
    std::vector<RunRecord> runs;  // As they were started.
    std::map<std::string, std::vector<BookmarkMove>, std::less<>> history;
  };
  using Jobs = std::map<std::string, Job, std::less<>>;

  explicit MemoryDisk(bool power_cuts) : power_cuts_(power_cuts) {}

  const Jobs& jobs() const { return now_; }
  // Ends a transaction: `job` is how the one job it touched stands afterwards.
  void Commit(Job job, Durability durability);
  // How many moments a power cut may go back to; 1 = only now.
  size_t moments() const { return past_.size() + 1; }
  // Goes back to moment `index`: 0 is the last durable one, moments() - 1 is now.
  void PowerCut(size_t index);

 private:
  bool power_cuts_;
  Jobs now_;
  std::vector<Jobs> past_;  // The last durable moment and each later one, before now.
};

class MemoryJournal final : public Journal {
 public:
  MemoryJournal(MemoryDisk& disk, std::string home_id);

  const std::string& home_id() const override { return home_id_; }
  Result<JobState> Load(std::string_view job) override;
  Result<JobState> TakeOver(std::string_view job, const Holder& holder) override;
  Status Apply(const Transaction& transaction) override;
  Result<std::vector<RunRecord>> Runs(std::string_view job, int limit) override;
  Result<std::vector<BookmarkMove>> History(std::string_view job,
                                            std::string_view context) override;
  Result<std::vector<std::string>> Jobs() override;

 private:
  const MemoryDisk::Job* Find(std::string_view job) const;

  MemoryDisk& disk_;
  std::string home_id_;
};

}  // namespace tenon::runstate
