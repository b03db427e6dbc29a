// Writes files into a folder so that all of a call's rows appear or none (docs: the run protocol).
//
// A call that makes its folder is atomic: its files are written into a temporary folder beside it,
// and one rename publishes them. A call into a folder that is there is recoverable: its files are
// written into a temporary folder in it and renamed one by one, and recovery does the renames that
// are missing. The temporary names are the register: gone means published. Nothing is ever fenced;
// whatever was prepared is rolled forward.
#pragma once

#include <memory>
#include <string_view>

#include "connectors/files/write/write_options.h"
#include "tenon/connector.h"
#include "tenon/sink.h"

namespace tenon::files {

// Makes nothing yet. Errors: the target is a file, is there already (kCreate), or cannot be
// written.
Result<std::unique_ptr<Sink>> OpenFileSink(const SinkOptions& options, const WriteRequest& request);

// Settles and sweeps calls by their places and messages alone.
std::unique_ptr<Recovery> MakeFileRecovery();

}  // namespace tenon::files
