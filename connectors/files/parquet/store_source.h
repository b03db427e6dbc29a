// An object of a store as the bytes that a codec reads.
#pragma once

#include <memory>

#include "columnar/byte_source.h"
#include "object_store/store.h"

namespace tenon::files {

// Opens nothing before the first read; reads that go on at once each have a reader of their own. `object`: as it was
// when it was listed.
std::unique_ptr<columnar::ByteSource> MakeStoreSource(std::shared_ptr<object_store::Store> store,
                                                      object_store::ObjectInfo object);

}  // namespace tenon::files
