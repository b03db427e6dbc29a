// Where an option points: a local path, or a bucket and a key of S3.
//
// Each place has one normal spelling, so that paths can be compared, cut and joined as text. Pure
// functions; any thread.
#pragma once

#include <string>
#include <string_view>

#include "tenon/result.h"

namespace tenon::object_store {

// An absolute local path from an option: plain, or a file: URL. kUnsupported: another store's URL.
Result<std::string> LocalPath(std::string_view given);

// The normal spelling of any path that a store takes: an absolute local path, or "s3://bucket/key"
// for s3://, s3a:// and s3n:// URLs; without a slash at the end. A key is taken as it is: no %
// escapes, and . and .. are names like any other. kUnsupported: a URL of another store.
// kInvalidArgument: nothing, or a bucket's name that cannot be.
Result<std::string> NormalPath(std::string_view given);

// True for a normal path of S3.
bool IsS3Path(std::string_view normal);

struct S3Location {
  std::string bucket;
  std::string key;  // Empty: the bucket itself.
  bool operator==(const S3Location&) const = default;
};

// kInvalidArgument: not an S3 URL, or no bucket that can be.
Result<S3Location> ParseS3Url(std::string_view url);
// "s3://bucket/key"
std::string S3Url(std::string_view bucket, std::string_view key);

}  // namespace tenon::object_store
