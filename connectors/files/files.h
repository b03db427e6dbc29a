// The files connector: reads JSON lines and CSV, writes Parquet, JSON lines and CSV, on the local file system.
#pragma once

#include <memory>

#include "tenon/connector.h"

namespace tenon::files {

// Named "files". Options: ReadOptionsSchema and SinkOptionsSchema (read/read_options.h, write/write_options.h).
std::unique_ptr<Connector> MakeFilesConnector();

}  // namespace tenon::files
