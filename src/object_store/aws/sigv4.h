// AWS Signature Version 4: what is signed, and the signature.
//
// Pure functions over a request's parts, so that a client that signs and a server that verifies share them: a server
// rebuilds the parts from what it received and compares the authorization. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tenon/secret.h"

namespace tenon::object_store {

using NameValues = std::vector<std::pair<std::string, std::string>>;

// A request as it is signed.
struct SignedParts {
  std::string_view method;
  // Absolute and encoded, as it stands in the request line. S3 signs it as it is; other services sign it encoded once
  // more (EncodePath of it).
  std::string_view path;
  const NameValues* query = nullptr;    // Not encoded, in any order. Null: none.
  const NameValues* headers = nullptr;  // All that are signed, in any order; host must be one.
  // Lower-case hex of the payload's SHA-256, or a word of the service such as kUnsignedPayload.
  std::string_view payload_hash;
};

struct SigningScope {
  std::string_view time;  // "20130524T000000Z"
  std::string_view region;
  std::string_view service;  // "s3"
};

inline constexpr std::string_view kUnsignedPayload = "UNSIGNED-PAYLOAD";

// Everything but letters, digits and -._~ as %XX; a slash of a path stays.
std::string EncodePath(std::string_view path);
std::string EncodeQueryPart(std::string_view text);
// "a=1&b=": encoded and sorted, as it is sent and as it is signed.
std::string EncodeQuery(const NameValues& query);

// The text whose hash is signed. Names of headers are folded to lower case, values are trimmed and blanks in them
// folded; values of one name are joined in the order given.
std::string CanonicalRequest(const SignedParts& parts);
// "host;range;x-amz-date"
std::string SignedHeaderNames(const NameValues& headers);
std::string StringToSign(const SigningScope& scope, std::string_view canonical_request);
// 64 hex digits. REQUIRES: scope.time begins with the date.
std::string Signature(const Secret& secret_key, const SigningScope& scope,
                      std::string_view string_to_sign);

// The value of the header Authorization. No secret, but not for logs.
std::string AuthorizationOf(std::string_view access_key, const Secret& secret_key,
                            const SigningScope& scope, const SignedParts& parts);

// "20130524T000000Z" of seconds since 1970.
std::string SigningTime(int64_t seconds);

}  // namespace tenon::object_store
