#include "object_store/s3/s3_endpoint.h"

#include <algorithm>

#include "base/text.h"

namespace tenon::object_store {
namespace {

constexpr size_t kMostDnsLabel = 63;

// A name that can stand before a host and is covered by the certificate of *.host.
bool IsHostLabel(std::string_view bucket, bool dots) {
  return bucket.size() >= 3 && bucket.size() <= kMostDnsLabel &&
         std::all_of(bucket.begin(), bucket.end(), [dots](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
                  (dots && c == '.');
         });
}

std::string AwsHost(std::string_view region) {
  return std::string("s3.").append(region).append(region.starts_with("cn-") ? ".amazonaws.com.cn"
                                                                            : ".amazonaws.com");
}

bool IsRegion(std::string_view region) {
  return !region.empty() && std::all_of(region.begin(), region.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

Status TakeUrl(const std::string& url, S3Endpoint* endpoint) {
  // An endpoint may carry a user and a password, so a wrong one is not shown whole.
  const Status wrong =
      Status::InvalidArgument("Endpoint of S3 is no http or https URL of a host: length=" +
                              std::to_string(url.size()))
          .WithHint("Write it as https://host:port, without user, query and bucket.");
  const size_t scheme = url.find("://");
  if (scheme == std::string::npos) return wrong;
  endpoint->scheme = base::ToLower(url.substr(0, scheme));
  if (endpoint->scheme != "http" && endpoint->scheme != "https") return wrong;
  const std::string rest = url.substr(scheme + 3);
  const size_t slash = rest.find('/');
  endpoint->authority = rest.substr(0, slash);
  endpoint->base_path = slash == std::string::npos ? "" : rest.substr(slash);
  while (endpoint->base_path.ends_with('/')) endpoint->base_path.pop_back();
  if (endpoint->authority.empty() || rest.find_first_of("@?# ") != std::string::npos) return wrong;
  return Status::Ok();
}

Result<AddressingStyle> ParseStyle(const std::string& text) {
  const std::string style = base::ToLower(text);
  if (style.empty() || style == "auto") return AddressingStyle::kAuto;
  if (style == "path") return AddressingStyle::kPath;
  if (style == "virtual") return AddressingStyle::kVirtual;
  return Status::InvalidArgument("Addressing style of S3 is not known: addressing_style=" + text)
      .WithHint("Write auto, path or virtual.");
}

std::string FirstOf(std::initializer_list<std::string> texts) {
  for (const std::string& text : texts) {
    if (!text.empty()) return text;
  }
  return {};
}

}  // namespace

Result<S3Endpoint> S3Endpoint::Resolve(const S3Options& options, const Environment& environment,
                                       const AwsProfile& profile) {
  const auto variable = [&](const char* name) { return environment(name).value_or(""); };
  S3Endpoint endpoint;
  const std::string region = FirstOf({options.region, variable("AWS_REGION"),
                                      variable("AWS_DEFAULT_REGION"), profile.Text("region")});
  if (!region.empty()) {
    if (!IsRegion(region))
      return Status::InvalidArgument("No region is named so: region=" + region);
    endpoint.region = region;
  }
  const bool ignored = base::ToLower(variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")) == "true";
  const std::string configured =
      ignored ? ""
              : FirstOf({variable("AWS_ENDPOINT_URL_S3"), variable("AWS_ENDPOINT_URL"),
                         profile.Text("s3.endpoint_url"), profile.Text("endpoint_url")});
  const std::string url = FirstOf({options.endpoint, configured});
  if (!url.empty()) TENON_RETURN_IF_ERROR(TakeUrl(url, &endpoint));
  TENON_ASSIGN_OR_RETURN(
      endpoint.style,
      ParseStyle(FirstOf({options.addressing_style, profile.Text("s3.addressing_style")})));
  return endpoint;
}

bool S3Endpoint::UsesVirtualHost(std::string_view bucket) const {
  if (style == AddressingStyle::kPath) return false;
  if (style == AddressingStyle::kVirtual) return IsHostLabel(bucket, true);
  return authority.empty() && IsHostLabel(bucket, false);
}

S3Target TargetOf(const S3Endpoint& endpoint, std::string_view region, std::string_view bucket,
                  std::string_view key, const NameValues& query, std::string_view authority) {
  S3Target target;
  const bool virtual_host = endpoint.UsesVirtualHost(bucket);
  if (!authority.empty()) {
    target.authority = authority;
  } else {
    target.authority = endpoint.authority.empty() ? AwsHost(region) : endpoint.authority;
    if (virtual_host) target.authority = std::string(bucket) + "." + target.authority;
  }
  target.path = endpoint.base_path + "/";
  if (!virtual_host) {
    target.path += EncodePath(bucket);
    if (!key.empty()) target.path += "/";
  }
  target.path += EncodePath(key);
  target.url = endpoint.scheme + "://" + target.authority + target.path;
  if (!query.empty()) target.url += "?" + EncodeQuery(query);
  return target;
}

}  // namespace tenon::object_store
