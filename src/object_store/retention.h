// Removes the objects below a path that have been kept long enough, or moves them to another storage class.
//
// Objects are taken as they are listed, 1,000 at a time, so memory does not grow with their number. One that cannot be
// removed or moved does not end it. Pure but for the store; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "object_store/store.h"
#include "tenon/result.h"

namespace tenon::object_store {

struct RetentionRule {
  std::string path;  // Normal (location.h); a folder with all below it, or one object.
  bool folder =
      false;  // Never an object of the path's own name: it was given with a slash at its end.
  int64_t keep_ns = 0;                        // What was modified less than this ago stays.
  std::vector<std::string> excluded_classes;  // Objects of these storage classes stay.
  std::string
      to_class;  // Empty: objects are removed. Those that have the class already are left out.
  // Normal; empty: none. Success.csv and Failed.csv in this folder name each object that was taken.
  std::string manifest_folder;
};

struct RetentionOutcome {
  int64_t objects = 0;  // Removed or moved, and their bytes.
  int64_t bytes = 0;
  int64_t failed = 0;
  std::string first_failure;  // Its words.
};

// Nothing below the path is no error. kNotFound: no such bucket. kInvalidArgument: no such storage class (with the
// nearest). kUnsupported: the store has no classes. kUnavailable, kCancelled: it ended early; what was taken before is
// in the manifests, which are written through `manifests`: a store of the same kind that hears of no stop.
Result<RetentionOutcome> ApplyRetention(Store& store, Store& manifests, const RetentionRule& rule,
                                        int64_t now_ns);

}  // namespace tenon::object_store
