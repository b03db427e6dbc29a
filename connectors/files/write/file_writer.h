// Writes the rows of one partition into hidden files of a sink call.
#pragma once

#include <memory>
#include <stop_token>

#include "connectors/files/write/file_series.h"
#include "connectors/files/write/sink_records.h"
#include "connectors/files/write/write_options.h"
#include "tenon/sink.h"

namespace tenon::files {

// Errors as MakeWriteFormat and PartitionKeys::Of. `stop` ends every wait for a far store with kCancelled.
Result<std::unique_ptr<WriterFactory>> OpenFileWriters(const SinkOptions& options,
                                                       SinkPlaces places, std::stop_token stop);

}  // namespace tenon::files
