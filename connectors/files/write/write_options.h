// The options of a write of files, as a job gives them, checked.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "compression/codec.h"
#include "connectors/files/csv/csv_dialect.h"
#include "connectors/files/format/written_file.h"
#include "connectors/files/write/sink_records.h"
#include "tenon/options.h"

namespace tenon::files {

enum class SinkFormat { kJson, kParquet, kGlueParquet, kCsv };

// Whether the target is one file of just that name: never, when no folder has the name that ends like a file's, or in
// any case.
enum class OneFile { kNo, kByName, kAsked };

struct SinkOptions {
  std::string path;  // Absolute; no slash at its end.
  SinkFormat format = SinkFormat::kParquet;
  OneFile one_file = OneFile::kNo;
  std::string compression;                               // Of Parquet's pages.
  compression::Codec codec = compression::Codec::kNone;  // Of a text file as a whole.
  CsvWriteOptions csv;
  int64_t row_group_bytes = 128 << 20;
  int64_t page_bytes = 1 << 20;
  int64_t most_held_bytes = 64 << 20;  // Of Parquet: encoded pages that one writer keeps in memory.
  std::vector<std::string> bloom_filter_columns;
  // A partition goes on in another file when this is reached; 0 = never.
  int64_t max_file_bytes = 0;
  std::vector<std::string> partition_keys;

  bool is_parquet() const {
    return format == SinkFormat::kParquet || format == SinkFormat::kGlueParquet;
  }
  Joining joining() const { return is_parquet() ? Joining::kParquet : Joining::kBytes; }
  // Of one writer by partition keys. A Parquet file holds a whole row group in memory until it is written, packed text
  // up to 8 MB.
  int most_open_files() const {
    return is_parquet() || codec != compression::Codec::kNone ? 4 : 16;
  }
};

// kInvalidArgument, kUnsupported: an option that is unknown, wrong, or asks for what is not there.
Result<SinkOptions> ParseSinkOptions(const Options& options);

// Whether a text file begins with the names of its columns.
enum class HeaderLine { kAsAsked, kNone };

// The format that the options name. `typed`: the schema of all rows is known. kInvalidArgument names a wrong
// compression.
Result<std::unique_ptr<WriteFormat>> MakeWriteFormat(const SinkOptions& options, bool typed,
                                                     HeaderLine header);

// JSON Schema of the same options.
std::string SinkOptionsSchema();

}  // namespace tenon::files
