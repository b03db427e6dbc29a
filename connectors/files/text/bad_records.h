// Reports records that cannot be read, with file, line and byte. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "connectors/files/text/line_numbers.h"
#include "tenon/result.h"
#include "tenon/task_context.h"

namespace tenon::files {

class BadRecords {
 public:
  // `what` is what a message says before its error; it must outlive this. `open` opens the file once more, to count its
  // lines beside other readers with these `marks`.
  BadRecords(std::string_view what, LineNumbers::OpenFile open, const std::string& path,
             std::shared_ptr<LineMarks> marks, const TaskContext& context)
      : what_(what),
        path_(path),
        context_(context),
        lines_(std::move(open), path, std::move(marks)) {}

  // The record `text`, in which `error` is wrong at byte `at` of the (unpacked) file; its line is that of byte
  // `line_at`: fast when they ascend. The file is read once more up to there to count its lines: kDataError,
  // kUnavailable and so on when that fails.
  Status Report(std::string_view error, int64_t line_at, int64_t at, const uint8_t* text,
                size_t size);

 private:
  const std::string_view what_;
  const std::string path_;
  const TaskContext context_;
  LineNumbers lines_;
};

}  // namespace tenon::files
