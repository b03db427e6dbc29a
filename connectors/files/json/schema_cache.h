// Schemas met in one scan, so that batches of one shape share one pointer and comparing pointers is
// enough downstream. Thread-safe.
#pragma once

#include <mutex>
#include <vector>

#include "tenon/schema.h"

namespace tenon::files {

class SchemaCache {
 public:
  // The kept schema that equals this one. Keeps the newest 64.
  SchemaPtr Intern(Schema schema);

 private:
  std::mutex mutex_;
  std::vector<SchemaPtr> kept_;  // The one used last at the end.
};

}  // namespace tenon::files
