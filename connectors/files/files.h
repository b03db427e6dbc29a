// The files connector: reads JSON lines, writes Parquet and JSON lines, on the local file system.
#pragma once

#include <memory>

#include "tenon/connector.h"

namespace tenon::files {

// Named "files". Options: SourceOptionsSchema and SinkOptionsSchema of file_options.h.
std::unique_ptr<Connector> MakeFilesConnector();

}  // namespace tenon::files
