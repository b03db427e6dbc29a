// Reads files of any format: lists them, cuts them into partitions, and lets the format read the parts. It can be read
// again exactly: its pin is the list of files.
#pragma once

#include <memory>

#include "connectors/files/read/read_options.h"
#include "tenon/source.h"

namespace tenon::files {

// Checks that the paths exist; lists nothing yet.
Result<std::unique_ptr<Source>> OpenFileSource(ReadOptions options);

Result<std::unique_ptr<ReaderFactory>> OpenFileReaders(const ReadOptions& options,
                                                       const ScanState& state);

}  // namespace tenon::files
