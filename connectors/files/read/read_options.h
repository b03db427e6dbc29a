// The options of a read of files, as a job gives them, checked.
//
// A format brings its own options: to add one is to add a line to the table in read_options.cc.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "compression/codec.h"
#include "connectors/files/format/read_format.h"
#include "connectors/files/read/file_list.h"
#include "tenon/options.h"

namespace tenon::files {

struct ReadOptions {
  FileSelection selection;
  std::shared_ptr<const ReadFormat> format;
  std::optional<compression::Codec> codec;  // None: as each file's ending says.
  bool hive_columns = false;
  std::string file_name_column;  // Empty: none.
  std::string timestamp_column;
  bool group = true;        // Small files share a partition.
  int64_t group_bytes = 0;  // About so much in one; 0: it is computed.
  bool fail_fast = false;
};

// kInvalidArgument, kUnsupported: an option that is unknown, wrong, or asks for what is not there.
Result<ReadOptions> ParseReadOptions(const Options& options);

// JSON Schema of the options of all formats.
std::string ReadOptionsSchema();

}  // namespace tenon::files
