// The options of a read of files, as a job gives them, checked.
#pragma once

#include <memory>
#include <string>

#include "connectors/files/format/read_format.h"
#include "connectors/files/read/file_list.h"
#include "tenon/options.h"

namespace tenon::files {

struct ReadOptions {
  FileSelection selection;
  std::shared_ptr<const ReadFormat> format;
};

// kInvalidArgument, kUnsupported: an option that is unknown, wrong, or asks for what is not there.
Result<ReadOptions> ParseReadOptions(const Options& options);

// JSON Schema of the same options.
std::string ReadOptionsSchema();

}  // namespace tenon::files
