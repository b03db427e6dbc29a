// Writes the rows of one partition into temporary files of a sink call.
#pragma once

#include <memory>

#include "connectors/files/write/sink_records.h"
#include "connectors/files/write/write_options.h"
#include "tenon/sink.h"

namespace tenon::files {

// Errors as MakeWriteFormat.
Result<std::unique_ptr<WriterFactory>> OpenFileWriters(const SinkOptions& options,
                                                       SinkPlaces places);

}  // namespace tenon::files
