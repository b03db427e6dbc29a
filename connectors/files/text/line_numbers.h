// In which line of a file a byte stands, asked where a record is bad: nobody counts lines of good ones.
//
// Lines are counted from the file's beginning, a block at a time, on from the byte that was asked for last. Readers of
// one scan share what they have counted.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "object_store/store.h"
#include "tenon/result.h"

namespace tenon::files {

// How many lines end before some bytes of the files of a scan. Thread-safe.
class LineMarks {
 public:
  struct Mark {
    int64_t byte = 0;
    int64_t lines = 0;
  };
  // The last one that is known up to `byte`; the file's beginning when there is no other.
  Mark Before(const std::string& path, int64_t byte) const;
  // Kept, unless one shortly before it is known.
  void Add(const std::string& path, const Mark& mark);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::map<int64_t, int64_t>> lines_;
};

// One thread.
class LineNumbers {
 public:
  // Opens the file once more; packed bytes are counted unpacked, as their places are.
  using OpenFile =
      std::function<Result<std::unique_ptr<object_store::RangeReader>>(const std::string& path)>;

  LineNumbers(OpenFile open, std::string path, std::shared_ptr<LineMarks> marks)
      : open_(std::move(open)), path_(std::move(path)), marks_(std::move(marks)) {}

  // The number of the line of `byte`, from 1 on. Fast when bytes ascend. kDataError, kUnavailable and so on: the file
  // cannot be read.
  Result<int64_t> At(int64_t byte);

 private:
  const OpenFile open_;
  const std::string path_;
  const std::shared_ptr<LineMarks> marks_;
  std::unique_ptr<object_store::RangeReader> file_;  // Opened at the first question.
  LineMarks::Mark counted_;  // Up to here, which lies in the block or at its end.
  std::vector<uint8_t> block_;
  int64_t block_at_ = 0;  // In the file.
  int64_t block_end_ = 0;
};

}  // namespace tenon::files
