#include "object_store/location.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace tenon::object_store {
namespace {

constexpr std::string_view kS3Schemes[] = {"s3://", "s3a://", "s3n://"};
constexpr size_t kMostBucketBytes = 255;  // Of the oldest buckets; new ones have at most 63.

// The length of the scheme of an S3 URL, 0 for anything else. Schemes ignore case.
size_t S3SchemeLength(std::string_view given) {
  for (const std::string_view scheme : kS3Schemes) {
    if (given.size() >= scheme.size() &&
        std::equal(scheme.begin(), scheme.end(), given.begin(), [](char a, char b) {
          return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b + 32) : b);
        })) {
      return scheme.size();
    }
  }
  return 0;
}

bool IsOtherUrl(std::string_view given) {
  const size_t scheme = given.find("://");
  return scheme != std::string_view::npos && !given.starts_with("file:") &&
         given.substr(0, scheme).find('/') == std::string_view::npos;
}

// Loose enough for the buckets of every store that speaks S3; nothing that changes a URL's meaning.
bool IsBucketName(std::string_view name) {
  return !name.empty() && name.size() <= kMostBucketBytes &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '.' || c == '_';
         });
}

// For errors: old URLs carried keys as s3n://id:secret@bucket.
std::string WithoutUser(std::string_view url, size_t scheme) {
  const size_t at = url.find('@');
  if (at == std::string_view::npos) return std::string(url);
  return std::string(url.substr(0, scheme)).append("***").append(url.substr(at));
}

}  // namespace

Result<std::string> LocalPath(std::string_view given) {
  std::string_view path = given;
  if (path.starts_with("file://")) {
    path.remove_prefix(7);
  } else if (path.starts_with("file:/")) {
    path.remove_prefix(5);
  } else if (IsOtherUrl(path)) {
    return Status::Unsupported("Files are read and written in local folders only: path=" +
                               std::string(given))
        .WithHint("Give a local path or a file:// URL.");
  }
  if (path.empty()) return Status::InvalidArgument("Path is empty: path=" + std::string(given));
  std::error_code error;
  const std::filesystem::path absolute =
      std::filesystem::absolute(std::filesystem::path(path), error);
  if (error)
    return Status::InvalidArgument("Path cannot be made absolute: path=" + std::string(given));
  std::string normal = absolute.lexically_normal().string();
  while (normal.size() > 1 && normal.ends_with('/')) normal.pop_back();
  return normal;
}

Result<std::string> NormalPath(std::string_view given) {
  if (S3SchemeLength(given) > 0) {
    TENON_ASSIGN_OR_RETURN(const S3Location location, ParseS3Url(given));
    return S3Url(location.bucket, location.key);
  }
  if (IsOtherUrl(given)) {
    return Status::Unsupported("No store is known for this path: path=" + std::string(given))
        .WithHint("Give a local path, or a file://, s3://, s3a:// or s3n:// URL.");
  }
  return LocalPath(given);
}

bool IsS3Path(std::string_view normal) { return normal.starts_with(kS3Schemes[0]); }

Result<S3Location> ParseS3Url(std::string_view url) {
  const size_t scheme = S3SchemeLength(url);
  if (scheme == 0) return Status::InvalidArgument("Path is no S3 URL: path=" + std::string(url));
  const std::string_view rest = url.substr(scheme);
  const size_t slash = rest.find('/');
  S3Location location{.bucket = std::string(rest.substr(0, slash)), .key = ""};
  if (!IsBucketName(location.bucket)) {
    return Status::InvalidArgument("S3 URL has no bucket that can be: path=" +
                                   WithoutUser(url, scheme))
        .WithHint("Write s3://bucket/key.");
  }
  if (slash != std::string_view::npos) location.key = rest.substr(slash + 1);
  while (location.key.ends_with('/')) location.key.pop_back();
  return location;
}

std::string S3Url(std::string_view bucket, std::string_view key) {
  std::string url = std::string(kS3Schemes[0]).append(bucket);
  if (!key.empty()) url.append("/").append(key);
  return url;
}

}  // namespace tenon::object_store
