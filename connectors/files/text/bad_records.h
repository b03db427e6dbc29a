// Reports records that cannot be read, with file, line and byte. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "object_store/store.h"
#include "tenon/result.h"
#include "tenon/task_context.h"

namespace tenon::files {

class BadRecords {
 public:
  // Opens the file once more; packed bytes are counted unpacked, as their places are.
  using OpenFile =
      std::function<Result<std::unique_ptr<object_store::RangeReader>>(const std::string& path)>;

  // `what` is what a message says before its error; it must outlive this.
  BadRecords(std::string_view what, OpenFile open, std::string path, const TaskContext& context)
      : what_(what), open_(std::move(open)), path_(std::move(path)), context_(context) {}

  // The record `text`, in which `error` is wrong at byte `at` of the (unpacked) file; its line is that of byte
  // `line_at`. The file is read once more up to there to count its lines: kDataError, kUnavailable and so on when that
  // fails.
  Status Report(std::string_view error, int64_t line_at, int64_t at, const uint8_t* text,
                size_t size);

 private:
  Result<int64_t> LineNumberAt(int64_t offset);

  const std::string_view what_;
  const OpenFile open_;
  const std::string path_;
  const TaskContext context_;
  int64_t counted_bytes_ = 0;  // Lines before this byte of the file: counted_lines_.
  int64_t counted_lines_ = 0;
  std::unique_ptr<object_store::RangeReader> counting_file_;  // Opened at the first error.
  std::vector<uint8_t> counting_block_;
};

}  // namespace tenon::files
