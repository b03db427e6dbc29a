#include "object_store/aws/sigv4.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <map>

#include "base/hash.h"

namespace tenon::object_store {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr char kHexUpper[] = "0123456789ABCDEF";
constexpr char kHexLower[] = "0123456789abcdef";

bool IsUnreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

std::string Encode(std::string_view text, bool keep_slash) {
  std::string encoded;
  encoded.reserve(text.size() + text.size() / 4);
  for (const char c : text) {
    if (IsUnreserved(c) || (keep_slash && c == '/')) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += '%';
      encoded += kHexUpper[byte >> 4];
      encoded += kHexUpper[byte & 15];
    }
  }
  return encoded;
}

std::string FoldName(std::string_view name) {
  std::string folded(name);
  for (char& c : folded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return folded;
}

// Without blanks at the ends, and one blank for several.
std::string FoldBlanks(std::string_view value) {
  std::string folded;
  for (const char c : value) {
    const char blank = c == '\t' || c == '\n' || c == '\r' ? ' ' : c;
    if (blank == ' ' && (folded.empty() || folded.back() == ' ')) continue;
    folded += blank;
  }
  if (folded.ends_with(' ')) folded.pop_back();
  return folded;
}

std::map<std::string, std::string> FoldHeaders(const NameValues& headers) {
  std::map<std::string, std::string> folded;
  for (const auto& header : headers) {
    const auto [at, is_new] = folded.emplace(FoldName(header.first), "");
    if (!is_new) at->second += ',';
    at->second += FoldBlanks(header.second);
  }
  return folded;
}

using Digest = std::array<uint8_t, 32>;

std::string_view BytesOf(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string ScopeText(const SigningScope& scope) {
  return std::string(scope.time.substr(0, 8))
      .append("/")
      .append(scope.region)
      .append("/")
      .append(scope.service)
      .append("/aws4_request");
}

}  // namespace

std::string EncodePath(std::string_view path) { return Encode(path, true); }
std::string EncodeQueryPart(std::string_view text) { return Encode(text, false); }

std::string EncodeQuery(const NameValues& query) {
  std::vector<std::pair<std::string, std::string>> encoded;
  encoded.reserve(query.size());
  for (const auto& part : query)
    encoded.emplace_back(EncodeQueryPart(part.first), EncodeQueryPart(part.second));
  std::sort(encoded.begin(), encoded.end());
  std::string text;
  for (const auto& part : encoded) {
    if (!text.empty()) text += '&';
    text.append(part.first).append("=").append(part.second);
  }
  return text;
}

std::string CanonicalRequest(const SignedParts& parts) {
  std::string text(parts.method);
  text.append("\n").append(parts.path).append("\n");
  if (parts.query != nullptr) text += EncodeQuery(*parts.query);
  text += '\n';
  std::string names;
  for (const auto& header : FoldHeaders(*parts.headers)) {
    text.append(header.first).append(":").append(header.second).append("\n");
    if (!names.empty()) names += ';';
    names += header.first;
  }
  return text.append("\n").append(names).append("\n").append(parts.payload_hash);
}

std::string SignedHeaderNames(const NameValues& headers) {
  std::string names;
  for (const auto& header : FoldHeaders(headers)) {
    if (!names.empty()) names += ';';
    names += header.first;
  }
  return names;
}

std::string StringToSign(const SigningScope& scope, std::string_view canonical_request) {
  return std::string(kAlgorithm)
      .append("\n")
      .append(scope.time)
      .append("\n")
      .append(ScopeText(scope))
      .append("\n")
      .append(base::Sha256Hex(canonical_request));
}

std::string Signature(const Secret& secret_key, const SigningScope& scope,
                      std::string_view string_to_sign) {
  const Secret first(std::string("AWS4").append(secret_key.Reveal()));
  const Digest date = base::HmacSha256(first.Reveal(), scope.time.substr(0, 8));
  const Digest region = base::HmacSha256(BytesOf(date), scope.region);
  const Digest service = base::HmacSha256(BytesOf(region), scope.service);
  const Digest key = base::HmacSha256(BytesOf(service), "aws4_request");
  const Digest signature = base::HmacSha256(BytesOf(key), string_to_sign);
  std::string hex;
  for (const unsigned char byte : signature) {
    hex += kHexLower[byte >> 4];
    hex += kHexLower[byte & 15];
  }
  return hex;
}

std::string AuthorizationOf(std::string_view access_key, const Secret& secret_key,
                            const SigningScope& scope, const SignedParts& parts) {
  const std::string signature =
      Signature(secret_key, scope, StringToSign(scope, CanonicalRequest(parts)));
  return std::string(kAlgorithm)
      .append(" Credential=")
      .append(access_key)
      .append("/")
      .append(ScopeText(scope))
      .append(", SignedHeaders=")
      .append(SignedHeaderNames(*parts.headers))
      .append(", Signature=")
      .append(signature);
}

std::string SigningTime(int64_t seconds) {
  const std::time_t time = seconds;
  std::tm fields{};
  gmtime_r(&time, &fields);
  char text[32];
  const size_t length = std::strftime(text, sizeof(text), "%Y%m%dT%H%M%SZ", &fields);
  return std::string(text, length);
}

}  // namespace tenon::object_store
