// Publishing the files of one sink call: the steps that Sink::Commit does and Recovery::Settle
// repeats.
#pragma once

#include <vector>

#include "connectors/files/write/sink_records.h"
#include "object_store/store.h"
#include "tenon/status.h"

namespace tenon::files {

enum class Publisher { kCommit, kRecovery };

// Gives all files their final names, durably, then removes what the call replaces and its temporary
// folder. Idempotent; goes on from wherever an earlier one was cut. `publisher` tells failpoints
// apart.
Status PublishFiles(object_store::Store& store, const SinkPlaces& places,
                    const std::vector<object_store::StagedObject>& files, Publisher publisher);

// kDataError: a file that is still temporary is not what was prepared.
Status VerifyPrepared(object_store::Store& store, const SinkPlaces& places,
                      const std::vector<object_store::StagedObject>& files);

}  // namespace tenon::files
