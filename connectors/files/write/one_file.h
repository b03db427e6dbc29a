// Many pieces become one file, in order: what a target that is a file does with the files of its writers.
//
// The register is the finished file's temporary name, `.whole` in the call's temporary folder: pieces are joined
// under another name, renamed to it, removed, and then it is renamed to the target. Whatever stands there tells how
// far an earlier publication came.
#pragma once

#include <string>
#include <vector>

#include "connectors/files/write/sink_records.h"
#include "connectors/files/write/target.h"
#include "object_store/store.h"
#include "tenon/status.h"

namespace tenon::files {

// Gives places.file the content of the pieces by one rename. Idempotent. kDataError: a piece is gone.
Status PublishOneFile(const SinkPlaces& places,
                      const std::vector<object_store::StagedObject>& pieces, Publisher publisher);

// Where the finished file waits for its rename.
std::string WholePath(const SinkPlaces& places);

// Writes the pieces one after the other into a new file, durably. kResourceExhausted: the disk is full.
Status JoinBytes(const std::vector<std::string>& pieces, const std::string& whole);

}  // namespace tenon::files
