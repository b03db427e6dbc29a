// Sink calls on S3: uploads that are completed when the call publishes, and a marker that says so.
//
// A call into a folder is recoverable. Its objects are uploads whose parts are there; publishing completes them one by
// one and then makes the marker `_tenon/<key12>-<seq>` in the target, which only one call can make. The upload ids are
// the register: an upload that is gone while its object carries our token, or the marker with the call's token, means
// published. Nothing is fenced; what was prepared is rolled forward. Readers leave the marker out, as every name that
// begins with _. A target that is one object is atomic: s3_object.h.
#pragma once

#include <memory>

#include "connectors/files/write/target.h"

namespace tenon::files {

// `store`: one that knows S3's paths.
std::unique_ptr<Target> MakeS3Target(std::shared_ptr<object_store::Store> store);

}  // namespace tenon::files
