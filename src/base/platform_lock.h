// An exclusive lock on a file, held by the operating system for the process that opened it: it ends
// when the object or the process does, however that ends. The file itself stays and may hold a
// short text about the holder.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "tenon/result.h"

namespace tenon::base {

class FileLock {
 public:
  // The lock; null when another process, or another FileLock of this one, holds it. Never waits.
  // Makes the file when it is missing, not its folder. kPermissionDenied, kUnavailable: the file
  // cannot be opened or locked.
  static Result<std::unique_ptr<FileLock>> TryTake(const std::filesystem::path& file);

  // As TryTake, asking again until `patience` is over; null then.
  static Result<std::unique_ptr<FileLock>> Take(const std::filesystem::path& file,
                                                std::chrono::milliseconds patience);

  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock();

  // Replaces the file's text, for those who find it locked. Not durable.
  Status SetText(std::string_view text);
  // The text of a lock file, without the lock: may be empty or old. kNotFound: no such file.
  static Result<std::string> ReadText(const std::filesystem::path& file);
  // True when somebody holds the lock at this moment. False also when the file is missing.
  static Result<bool> IsHeld(const std::filesystem::path& file);

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
};

}  // namespace tenon::base
