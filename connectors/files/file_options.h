// The options of the files connector, as a job gives them, checked.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "connectors/files/file_list.h"
#include "tenon/option_spec.h"

namespace tenon::files {

enum class SinkFormat { kJson, kParquet, kGlueParquet };

struct SinkOptions {
  std::string folder;  // Absolute.
  SinkFormat format = SinkFormat::kParquet;
  std::string compression;  // Of Parquet.
  int64_t row_group_bytes = 128 << 20;
  int64_t max_file_bytes =
      0;  // A partition goes on in another file when this is reached; 0 = never.
};

// Options of a read. kInvalidArgument, kUnsupported: an option that is unknown, wrong, or asks for
// what is not there.
Result<FileSelection> ParseSourceOptions(const Options& options);
Result<SinkOptions> ParseSinkOptions(const Options& options);

std::string SourceOptionsSchema();
std::string SinkOptionsSchema();

}  // namespace tenon::files
