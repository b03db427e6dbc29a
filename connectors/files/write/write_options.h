// The options of a write of files, as a job gives them, checked.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "connectors/files/csv/csv_dialect.h"
#include "connectors/files/format/written_file.h"
#include "tenon/options.h"

namespace tenon::files {

enum class SinkFormat { kJson, kParquet, kGlueParquet, kCsv };

struct SinkOptions {
  std::string folder;  // Absolute.
  SinkFormat format = SinkFormat::kParquet;
  std::string compression;  // Of Parquet.
  CsvWriteOptions csv;
  int64_t row_group_bytes = 128 << 20;
  // A partition goes on in another file when this is reached; 0 = never.
  int64_t max_file_bytes = 0;
};

// kInvalidArgument, kUnsupported: an option that is unknown, wrong, or asks for what is not there.
Result<SinkOptions> ParseSinkOptions(const Options& options);

// The format that the options name. `typed`: the schema of all rows is known. kInvalidArgument names a wrong
// compression.
Result<std::unique_ptr<WriteFormat>> MakeWriteFormat(const SinkOptions& options, bool typed);

// JSON Schema of the same options.
std::string SinkOptionsSchema();

}  // namespace tenon::files
