// JSON as a format of files: read as self-describing records, written as one object a line.
#pragma once

#include <memory>

#include "connectors/files/format/read_format.h"
#include "connectors/files/format/written_file.h"

namespace tenon::files {

std::unique_ptr<ReadFormat> MakeJsonReadFormat();

// `omit_nulls`: of self-describing rows, as Glue writes them.
std::unique_ptr<WriteFormat> MakeJsonWriteFormat(bool omit_nulls);

}  // namespace tenon::files
