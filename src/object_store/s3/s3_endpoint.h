// Where requests go: region, host, and the two ways to name a bucket in a URL.
//
// Values; const use from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "object_store/aws/aws_settings.h"
#include "object_store/aws/sigv4.h"
#include "tenon/result.h"
#include "tenon/secret.h"

namespace tenon::object_store {

// What a user may say of S3 in options; empty means "as AWS's own tools find it".
struct S3Options {
  std::string region;
  std::string endpoint;          // "http://127.0.0.1:9000"
  std::string addressing_style;  // "path", "virtual" or "auto".
  std::string profile;
  std::string ca_file;
  std::string access_key;  // Both or none.
  Secret secret_key;
  Secret session_token;
  bool anonymous = false;
  int64_t connect_timeout_ms = 5000;
  int64_t idle_timeout_ms = 30000;  // Without a byte in either direction.
};

enum class AddressingStyle { kAuto, kPath, kVirtual };

struct S3Endpoint {
  std::string region = "us-east-1";  // Of buckets whose region is not known better.
  std::string scheme = "https";
  std::string authority;  // "127.0.0.1:9000"; empty: AWS's own hosts, by region.
  std::string base_path;  // Without a slash at the end.
  AddressingStyle style = AddressingStyle::kAuto;

  // From options, then environment (AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, AWS_REGION, AWS_DEFAULT_REGION), then
  // profile. kInvalidArgument names what cannot be understood.
  static Result<S3Endpoint> Resolve(const S3Options& options, const Environment& environment,
                                    const AwsProfile& profile);

  // With auto: virtual hosts at AWS for names that a certificate covers, paths everywhere else, because most other
  // stores have no name a bucket.
  bool UsesVirtualHost(std::string_view bucket) const;
};

// One request's place, encoded.
struct S3Target {
  std::string authority;  // Goes into Host and is signed.
  std::string path;       // Encoded.
  std::string url;        // With the query.
};

// `authority`: where a redirect sent this request; empty: by the endpoint and `region`.
S3Target TargetOf(const S3Endpoint& endpoint, std::string_view region, std::string_view bucket,
                  std::string_view key, const NameValues& query, std::string_view authority);

}  // namespace tenon::object_store
