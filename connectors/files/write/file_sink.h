// Writes files into a folder, or one file, so that all of a call's rows appear or none (docs: the run protocol).
//
// How strong the promise is depends on the target, and how it is kept on the store: target.h. Nothing is ever fenced;
// whatever was prepared is rolled forward.
#pragma once

#include <memory>
#include <stop_token>

#include "connectors/files/write/write_options.h"
#include "tenon/connector.h"
#include "tenon/sink.h"

namespace tenon::files {

// Makes nothing yet. Errors: of Target::Plan and PartitionKeys::Of; the format needs a schema that is not known
// (TN3101). `stop` ends every wait for a far store with kCancelled.
Result<std::unique_ptr<Sink>> OpenFileSink(const SinkOptions& options, const WriteRequest& request,
                                           std::stop_token stop);

// Settles and sweeps calls by their places and messages alone.
std::unique_ptr<Recovery> MakeFileRecovery();

}  // namespace tenon::files
