// Sink calls on the local file system: temporary folders, renames, fsync.
//
// A call that makes its folder is atomic: its files are written into a temporary folder beside it, and one rename
// publishes them. A call into a folder that is there is recoverable: its files are written into a temporary folder in
// it and renamed one by one, and recovery does the renames that are missing. One file is atomic: it is put together
// in a temporary folder beside it and renamed. The temporary names are the register: gone means published.
#pragma once

#include <memory>

#include "connectors/files/write/target.h"

namespace tenon::files {

// `store`: the local one, or a test's.
std::unique_ptr<Target> MakeLocalTarget(std::shared_ptr<object_store::Store> store);

}  // namespace tenon::files
