// One store for every path: local files and S3.
//
// Made once for a read or a write and shared by what it opens. S3's part is made when the first path needs it, so local
// files cost nothing more. Paths are normal ones of location.h. Thread-safe.
#pragma once

#include <memory>
#include <stop_token>

#include "object_store/s3/s3_endpoint.h"
#include "object_store/store.h"

namespace tenon::object_store {

struct StoreOptions {
  S3Options s3;
  // Ends every wait for a far store with kCancelled.
  std::stop_token stop;
};

std::shared_ptr<Store> OpenStore(StoreOptions options = {});

}  // namespace tenon::object_store
