// The lock on one job of one state folder: whoever holds it may start an attempt or change the
// job's records.
//
// It is a lock of the operating system on <home>/locks/<hash of the job>.lock, so it ends with the
// process, however that ends; nothing needs to be cleaned up and no clock decides. File systems
// without locks (some NFS) do not protect. Any thread may destroy it; it is not inherited by
// programs that the process starts.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "base/platform_lock.h"
#include "runstate/records.h"
#include "tenon/result.h"

namespace tenon::runstate {

class JobLock {
 public:
  // kConflict when another process, or another attempt in this one, holds the job: TN6001 names its
  // pid, host and age; TN6011 when the holder is gone but a process it had forked still keeps the
  // lock open. TN6010: the folder cannot be written.
  static Result<std::unique_ptr<JobLock>> Take(const std::filesystem::path& home,
                                               std::string_view job);

  JobLock(const JobLock&) = delete;
  JobLock& operator=(const JobLock&) = delete;
  ~JobLock();  // Gives the job back.

  // This process, since the lock was taken.
  const Holder& holder() const { return holder_; }

  // Who holds the job at this moment; nullopt when nobody does. For `tenon run list`.
  static Result<std::optional<Holder>> Look(const std::filesystem::path& home,
                                            std::string_view job);

 private:
  JobLock(std::unique_ptr<base::FileLock> lock, Holder holder);

  std::unique_ptr<base::FileLock> lock_;
  Holder holder_;
};

}  // namespace tenon::runstate
