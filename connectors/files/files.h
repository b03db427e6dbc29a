// The files connector: reads JSON lines, writes Parquet and JSON lines, on the local file system.
#pragma once

#include <memory>

#include "tenon/connector.h"

namespace tenon::files {

// Named "files". Options: ReadOptionsSchema and SinkOptionsSchema (read/read_options.h, write/write_options.h).
std::unique_ptr<Connector> MakeFilesConnector();

}  // namespace tenon::files
