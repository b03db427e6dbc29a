// Reports records that cannot be read, with file, line and byte. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "connectors/files/format/read_format.h"
#include "tenon/result.h"
#include "tenon/task_context.h"

namespace tenon::files {

class BadRecords {
 public:
  BadRecords(ReadResources files, std::string path, const TaskContext& context)
      : files_(std::move(files)), path_(std::move(path)), context_(context) {}

  // The record `text`, in which `error` is wrong at byte `offset` of the (unpacked) file. The file is read once more up
  // to there to count its lines: kDataError, kUnavailable and so on when that fails.
  Status Report(const char* error, int64_t offset, const uint8_t* text, size_t size);

 private:
  Result<int64_t> LineNumberAt(int64_t offset);

  const ReadResources files_;
  const std::string path_;
  const TaskContext context_;
  int64_t counted_bytes_ = 0;  // Lines before this byte of the file: counted_lines_.
  int64_t counted_lines_ = 0;
  std::unique_ptr<object_store::RangeReader> counting_file_;  // Opened at the first error.
  std::vector<uint8_t> counting_block_;
};

}  // namespace tenon::files
