// Many pieces become one file, in order: what a target that is a file does with the files of its writers.
//
// The pieces are joined in the call's temporary folder under another name, renamed to `.whole`, and removed; whatever
// stands there tells how far an earlier publication came. On the local disk `.whole` is the register too: it is renamed
// to the target. For an object store it is uploaded (s3_target.h).
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

// Puts the pieces together as WholePath. False: neither they nor it are there any more. Idempotent. kDataError: a
// piece is gone.
Result<bool> MakeWholeFile(const SinkPlaces& places,
                           const std::vector<object_store::StagedObject>& pieces,
                           Publisher publisher);

// Where the finished file waits.
std::string WholePath(const SinkPlaces& places);

// Writes the pieces one after the other into a new file, durably. kResourceExhausted: the disk is full.
Status JoinBytes(const std::vector<std::string>& pieces, const std::string& whole);

}  // namespace tenon::files
