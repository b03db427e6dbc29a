// Writes the rows of one partition into temporary files of a sink call.
#pragma once

#include <memory>

#include "connectors/files/file_options.h"
#include "connectors/files/sink_records.h"
#include "tenon/sink.h"

namespace tenon::files {

std::unique_ptr<WriterFactory> MakeFileWriters(SinkOptions options, SinkPlaces places);

}  // namespace tenon::files
