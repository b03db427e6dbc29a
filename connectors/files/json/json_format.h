// JSON as a format of files: read as self-describing records, written as one object a line.
#pragma once

#include <memory>
#include <vector>

#include "connectors/files/format/read_format.h"
#include "connectors/files/format/written_file.h"
#include "tenon/option_spec.h"
#include "tenon/options.h"

namespace tenon::files {

// The options of reading that are JSON's own.
std::vector<OptionDescription> JsonReadOptions();
// Takes its own of `options` and leaves the others alone. kInvalidArgument, kUnsupported: one of its own is wrong.
Result<std::unique_ptr<ReadFormat>> MakeJsonReadFormat(const Options& options);

// `omit_nulls`: of self-describing rows, as Glue writes them.
std::unique_ptr<WriteFormat> MakeJsonWriteFormat(bool omit_nulls);

}  // namespace tenon::files
