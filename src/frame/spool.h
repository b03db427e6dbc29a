// Keeps the rows of a frame for consumers that come later: in memory up to a budget, then in files.
//
//   TENON_ASSIGN_OR_RETURN(auto spool, Spool::Make({.memory_bytes = budget, .folder = spill, .partitions = 8}));
//   spool->Append(3, std::move(batch));        // Many threads
//   spool->Finish();
//   std::unique_ptr<SpoolReader> reader = spool->Open(3);
//
// The spool makes a folder of its own at the first batch that does not fit and removes it when it goes. After a crash
// the folder stays until base::SweepProcessFolders finds it. The spool outlives its readers; batches outlive
// everything.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "tenon/record_batch.h"
#include "tenon/result.h"

namespace tenon::frame {

// Memory that several spools hold together: one budget, however many of them a job has. Thread-safe.
class SpoolMemory {
 public:
  explicit SpoolMemory(int64_t bytes) : left_(bytes) {}
  SpoolMemory(const SpoolMemory&) = delete;
  SpoolMemory& operator=(const SpoolMemory&) = delete;

  // False, and nothing is taken, when less than `bytes` is left.
  bool Take(int64_t bytes);
  void Give(int64_t bytes) { left_.fetch_add(bytes, std::memory_order_relaxed); }
  int64_t left() const { return left_.load(std::memory_order_relaxed); }

 private:
  std::atomic<int64_t> left_;
};

struct SpoolOptions {
  int64_t memory_bytes = 64 << 20;  // Batches beyond it go to disk.
  std::shared_ptr<SpoolMemory> shared_memory =
      nullptr;         // If any, it counts instead of memory_bytes.
  std::string folder;  // Where the spool makes a folder of its own, "spool-<pid>-<start>-<n>".
  int partitions = 1;
  int64_t max_disk_bytes = 0;  // 0: no limit but the disk's.
};

// Reads one partition of a spool, in the order of its appends. One thread at a time.
class SpoolReader {
 public:
  virtual ~SpoolReader() = default;
  // nullopt at the end, and from then on. A batch shares its buffers with the spool; kDataError: a file was changed.
  virtual Result<std::optional<RecordBatch>> Next() = 0;
};

class Spool {
 public:
  // kInvalidArgument: no folder, a negative number of partitions, a negative budget.
  static Result<std::unique_ptr<Spool>> Make(SpoolOptions options);
  virtual ~Spool() = default;

  // One partition more, and its number: for whoever learns of partitions while it writes. Any thread. REQUIRES: before
  // Finish. SpoolOptions::partitions may then be 0.
  virtual Result<int> AddPartition() = 0;
  // Several threads at once, also for one partition (their order is then theirs). REQUIRES: before Finish, canonical
  // batches. kResourceExhausted: disk full or max_disk_bytes reached, with both figures. Any error is final.
  virtual Status Append(int partition, RecordBatch batch) = 0;
  // Ends the appends; no thread may be inside Append. Readers may be opened from now on, any number at once.
  virtual Status Finish() = 0;
  // From row `first` of the partition on; what lies before is not read. kInternal before Finish or for a partition that
  // does not exist.
  virtual Result<std::unique_ptr<SpoolReader>> Open(int partition, int64_t first) const = 0;
  Result<std::unique_ptr<SpoolReader>> Open(int partition) const { return Open(partition, 0); }

  virtual int partitions() const = 0;
  // Merged from the batches' schemas in the order of partitions, so that equal inputs give equal schemas whatever the
  // threads did. Never null. These four: after Finish.
  virtual SchemaPtr merged_schema() const = 0;
  virtual int64_t rows() const = 0;
  virtual int64_t rows(int partition) const = 0;
  virtual int64_t bytes_on_disk() const = 0;
};

}  // namespace tenon::frame
