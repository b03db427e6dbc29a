#include "object_store/aws/credential_request.h"

#include <fstream>
#include <iterator>
#include <utility>

#include "base/error_catalog.h"
#include "base/json.h"
#include "base/text.h"
#include "object_store/aws/aws_time.h"

namespace tenon::object_store {
namespace {

using std::chrono::milliseconds;

constexpr int kAsks = 3;
constexpr milliseconds kPauseBetweenAsks{200};

// A fault of the server, or it has too much to do.
bool IsAskedAgain(const HttpReply& reply) {
  return reply.status >= 500 || reply.status == 429 ||
         (reply.status == 400 && reply.body.find("<Code>Throttling") != std::string::npos);
}

}  // namespace

Status NoCredentials(std::string message) {
  return Status::PermissionDenied(std::move(message)).WithNumber(base::kErrNoCredentials);
}

std::optional<AwsCredentials> FromEnvironment(const Environment& environment) {
  const std::optional<std::string> key = environment("AWS_ACCESS_KEY_ID");
  const std::optional<std::string> secret = environment("AWS_SECRET_ACCESS_KEY");
  if (!key || !secret) return std::nullopt;
  AwsCredentials credentials;
  credentials.access_key = *key;
  credentials.secret_key = Secret(*secret);
  credentials.session_token = Secret(environment("AWS_SESSION_TOKEN").value_or(""));
  credentials.source = "environment";
  return credentials;
}

Result<HttpReply> AskForCredentials(const CredentialContext& context, HttpRequest request,
                                    std::string_view whom) {
  HttpOutcome outcome;
  for (int ask = 0; ask < kAsks; ++ask) {
    if (ask > 0) TENON_RETURN_IF_ERROR(context.client.Pause(kPauseBetweenAsks * ask));
    outcome = context.client.Start(request)->Wait();
    if (!outcome.failure && !IsAskedAgain(outcome.reply)) return std::move(outcome.reply);
    if (outcome.failure && outcome.failure->fault == HttpFault::kCancelled)
      return Status::Cancelled("The task was cancelled");
  }
  const std::string reason =
      outcome.failure ? outcome.failure->text : "status " + std::to_string(outcome.reply.status);
  return Status::Unavailable("No credentials came: source=" + std::string(whom) +
                             " reason=" + reason)
      .WithRetry(Retry::kAgain);
}

Result<AwsCredentials> CredentialsOfJson(std::string_view text, const char* secret_name,
                                         const char* token_name, std::string source) {
  const Status wrong =
      NoCredentials("Credentials cannot be understood: source=" + source)
          .WithHint("The answer must be JSON with AccessKeyId, SecretAccessKey and Expiration.");
  const Result<base::Json> json = base::ParseJson(text);
  if (!json.ok() || !json->is_object()) return wrong;
  const auto member = [&](const char* name) {
    const auto found = json->find(name);
    return found != json->end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  AwsCredentials credentials;
  credentials.access_key = member("AccessKeyId");
  credentials.secret_key = Secret(member(secret_name));
  credentials.session_token = Secret(member(token_name));
  credentials.source = std::move(source);
  const std::string expires = member("Expiration");
  if (!expires.empty()) {
    const std::optional<int64_t> at_ns = ParseIsoTime(expires);
    if (!at_ns) return wrong;
    credentials.expires_s = *at_ns / 1'000'000'000;
  }
  if (credentials.access_key.empty() || credentials.secret_key.empty()) return wrong;
  return credentials;
}

Result<Secret> ReadTokenFile(const std::string& file) {
  std::ifstream input(file, std::ios::binary);
  if (!input) return NoCredentials("File of a token cannot be read: path=" + file);
  const Secret text(std::string(std::istreambuf_iterator<char>(input), {}));
  return Secret(std::string(base::Trim(text.Reveal())));
}

std::string ServiceUrl(const Environment& environment, const char* service,
                       const std::string& host_prefix, const std::string& region) {
  std::string url = environment((std::string("AWS_ENDPOINT_URL_") + service).c_str()).value_or("");
  if (url.empty()) url = environment("AWS_ENDPOINT_URL").value_or("");
  if (url.empty()) {
    url = "https://" + host_prefix + "." + region +
          (region.starts_with("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com");
  }
  if (!url.ends_with('/')) url += '/';
  return url;
}

}  // namespace tenon::object_store
