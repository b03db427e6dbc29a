// Publishing files that stand in a temporary folder of a local file system: the steps that Sink::Commit does and
// Recovery::Settle repeats.
#pragma once

#include <vector>

#include "connectors/files/write/sink_records.h"
#include "connectors/files/write/target.h"
#include "object_store/store.h"
#include "tenon/status.h"

namespace tenon::files {

// Target::Keep of files that wait in local folders.
Status KeepLocally(const std::vector<object_store::StagedObject>& files);

// Target::Publish of a local folder.
Status PublishLocally(object_store::Store& store, const SinkPlaces& places,
                      const std::vector<object_store::StagedObject>& files, Publisher publisher);

// Target::Verify of files that wait in local folders.
Status VerifyLocally(object_store::Store& store, const SinkPlaces& places,
                     const std::vector<object_store::StagedObject>& files);

// The failpoint that stands between two visible steps of a publication.
Status PassBetweenSteps(Publisher publisher);

}  // namespace tenon::files
