// Reads one object by ranges: what is read front to back is fetched ahead, large pieces come side by side.
//
// A read that goes on where the last one ended fetches more and more ahead, up to ReadAhead::blocks blocks; after
// Expect it does so at once and never behind the expected end. A large read elsewhere goes straight into the caller's
// memory in pieces that travel together; a small one brings a little more along. At most (blocks + 1) * block_bytes are
// held. Every request names the etag, so bytes of two contents never meet. Any thread.
#pragma once

#include <memory>

#include "object_store/s3/s3_client.h"
#include "object_store/store.h"

namespace tenon::object_store {

struct ReadAhead {
  int64_t block_bytes = 8 << 20;
  int blocks = 4;
};

// `object` as Stat or List gave it, with its etag. `client` is shared with the reader.
std::unique_ptr<RangeReader> OpenS3Reader(std::shared_ptr<S3Client> client, ObjectInfo object,
                                          ReadAhead ahead);

}  // namespace tenon::object_store
