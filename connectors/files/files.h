// The files connector: reads JSON lines and CSV, writes Parquet, JSON lines and CSV, on the local file system.
#pragma once

#include <memory>
#include <string_view>

#include "tenon/connector.h"

namespace tenon::files {

// Named "files". Options: ReadOptionsSchema and SinkOptionsSchema (read/read_options.h, write/write_options.h).
std::unique_ptr<Connector> MakeFilesConnector();

// The same as its ability WarmUp, for who knows the format of a write before there are options.
std::unique_ptr<WarmUp> WarmUpToWrite(std::string_view format);

}  // namespace tenon::files
