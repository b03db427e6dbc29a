#include "object_store/aws/metadata_credentials.h"

#include <chrono>
#include <utility>

#include "base/text.h"
#include "object_store/aws/sigv4.h"

namespace tenon::object_store {
namespace {

constexpr std::chrono::milliseconds kMetadataTimeout{1000};

// Credentials do not go over a network in the clear: the addresses that AWS's own tools allow.
bool MayAsk(std::string_view url) {
  if (url.starts_with("https://")) return true;
  if (!url.starts_with("http://")) return false;
  const std::string_view host = url.substr(7, url.substr(7).find_first_of(":/"));
  for (const std::string_view own :
       {"127.0.0.1", "localhost", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]", "[::1]"}) {
    if (host == own || (own.starts_with('[') && url.substr(7).starts_with(own))) return true;
  }
  return false;
}

}  // namespace

Result<std::optional<AwsCredentials>> FromContainer(const CredentialContext& context) {
  const Environment& environment = context.environment;
  const auto relative = environment("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  const auto full = environment("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  if (!relative && !full) return std::nullopt;
  HttpRequest request;
  request.method = "GET";
  request.url = relative ? "http://169.254.170.2" + *relative : *full;
  if (!MayAsk(request.url)) {
    return NoCredentials(
               "Address of the container's credentials is neither https nor of this machine: url=" +
               request.url)
        .WithHint("Look at AWS_CONTAINER_CREDENTIALS_FULL_URI.");
  }
  request.connect_timeout = kMetadataTimeout;
  Secret token(environment("AWS_CONTAINER_AUTHORIZATION_TOKEN").value_or(""));
  if (const auto file = environment("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")) {
    TENON_ASSIGN_OR_RETURN(token, ReadTokenFile(*file));
  }
  if (!token.empty()) request.headers = {{"Authorization", std::string(token.Reveal())}};
  TENON_ASSIGN_OR_RETURN(const HttpReply reply,
                         AskForCredentials(context, std::move(request), "container"));
  if (reply.status != 200) {
    return NoCredentials("Container gives no credentials: status=" + std::to_string(reply.status));
  }
  TENON_ASSIGN_OR_RETURN(AwsCredentials credentials,
                         CredentialsOfJson(reply.body, "SecretAccessKey", "Token", "container"));
  return credentials;
}

Result<std::optional<AwsCredentials>> FromInstance(const CredentialContext& context) {
  const Environment& environment = context.environment;
  if (base::ToLower(environment("AWS_EC2_METADATA_DISABLED").value_or("")) == "true")
    return std::nullopt;
  const std::string host =
      environment("AWS_EC2_METADATA_SERVICE_ENDPOINT").value_or("http://169.254.169.254");
  HttpRequest request;
  request.method = "PUT";
  request.url = host + "/latest/api/token";
  request.headers = {{"X-aws-ec2-metadata-token-ttl-seconds", "21600"}};
  request.connect_timeout = kMetadataTimeout;
  request.idle_timeout = kMetadataTimeout;
  const HttpOutcome first = context.client.Start(request)->Wait();
  if (first.failure && first.failure->fault == HttpFault::kCancelled)
    return Status::Cancelled("The task was cancelled");
  // No such address: this is no machine of AWS.
  if (first.failure || first.reply.status != 200) return std::nullopt;
  const Secret token(first.reply.body);
  request.method = "GET";
  request.headers = {{"X-aws-ec2-metadata-token", std::string(token.Reveal())}};
  request.url = host + "/latest/meta-data/iam/security-credentials/";
  TENON_ASSIGN_OR_RETURN(const HttpReply role, AskForCredentials(context, request, "instance"));
  if (role.status == 404) return std::nullopt;
  const std::string name(base::Trim(role.body.substr(0, role.body.find('\n'))));
  request.url += EncodePath(name);
  TENON_ASSIGN_OR_RETURN(const HttpReply reply,
                         AskForCredentials(context, std::move(request), "instance"));
  if (role.status != 200 || reply.status != 200) {
    return NoCredentials("Instance gives no credentials: role=" + name +
                         " status=" + std::to_string(reply.status));
  }
  TENON_ASSIGN_OR_RETURN(AwsCredentials credentials,
                         CredentialsOfJson(reply.body, "SecretAccessKey", "Token", "instance"));
  return credentials;
}

}  // namespace tenon::object_store
