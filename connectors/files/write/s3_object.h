// A target that is one object of S3: its writers' pieces wait on this machine, and are put together and uploaded when
// the call publishes.
//
// The upload is the register. Its id and token stand in `.whole.upload` beside the whole file before the first part is
// sent, so that whoever publishes goes on with it; once it is gone, the object's token tells whether it was completed.
#pragma once

#include <vector>

#include "connectors/files/write/sink_records.h"
#include "connectors/files/write/target.h"
#include "object_store/store.h"
#include "tenon/status.h"

namespace tenon::files {

// Gives the object places.file the content of the pieces by one completion. Idempotent. kDataError: the pieces are
// gone; kNotFound: the upload is, and the object is not what it was to become.
Status PublishOneObject(object_store::Store& store, const SinkPlaces& places,
                        const std::vector<object_store::StagedObject>& pieces, Publisher publisher);

// Gives up the upload of a call that is not published.
Status DiscardOneObject(object_store::Store& store, const SinkPlaces& places);

}  // namespace tenon::files
