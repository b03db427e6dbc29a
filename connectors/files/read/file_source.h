// Reads files of any format: lists them, cuts and groups them into partitions, adds the columns of their names, and
// lets the format read the parts. It can be read again exactly: its pin is the list of files.
#pragma once

#include <memory>
#include <stop_token>

#include "connectors/files/read/read_options.h"
#include "tenon/source.h"

namespace tenon::files {

// Checks that the paths exist; lists nothing yet. `stop` ends waits for a far store with kCancelled.
Result<std::unique_ptr<Source>> OpenFileSource(ReadOptions options, std::stop_token stop = {});

Result<std::unique_ptr<ReaderFactory>> OpenFileReaders(const ReadOptions& options,
                                                       const ScanState& state,
                                                       std::stop_token stop = {});

}  // namespace tenon::files
