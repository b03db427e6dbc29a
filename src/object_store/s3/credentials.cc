#include "object_store/s3/credentials.h"

#include <cstdio>
#include <ctime>
#include <fstream>
#include <iterator>
#include <utility>

#include "base/error_catalog.h"
#include "base/json.h"
#include "base/text.h"
#include "object_store/s3/s3_time.h"
#include "object_store/s3/sigv4.h"
#include "object_store/s3/xml.h"

namespace tenon::object_store {
namespace {

using std::chrono::milliseconds;

constexpr int64_t kRenewBefore_s = 300;
constexpr int kAsks = 3;
constexpr milliseconds kMetadataTimeout{1000};
constexpr milliseconds kPauseBetweenAsks{200};
constexpr size_t kMostProcessBytes = 64 << 10;

Status NoCredentials(std::string message) {
  return Status::PermissionDenied(std::move(message)).WithNumber(base::kErrNoCredentials);
}

// The JSON that credential_process, containers and instances give, each with its own names.
Result<AwsCredentials> FromJson(std::string_view text, const char* secret_name,
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

Result<Secret> ReadToken(const std::string& file) {
  std::ifstream input(file, std::ios::binary);
  if (!input) return NoCredentials("File of a token cannot be read: path=" + file);
  const Secret text(std::string(std::istreambuf_iterator<char>(input), {}));
  return Secret(std::string(base::Trim(text.Reveal())));
}

struct PipeCloser {
  void operator()(std::FILE* pipe) const { pclose(pipe); }
};

// What the command of credential_process prints.
Result<AwsCredentials> RunProcess(const std::string& command, const std::string& profile) {
  const std::string source = "credential_process of profile " + profile;
  std::unique_ptr<std::FILE, PipeCloser> pipe(popen(command.c_str(), "re"));
  if (!pipe) return NoCredentials("Program for credentials cannot be started: source=" + source);
  std::string output;
  char block[4096];
  while (const size_t got = std::fread(block, 1, sizeof(block), pipe.get())) {
    output.append(block, got);
    if (output.size() > kMostProcessBytes) break;
  }
  const Secret text(std::move(output));
  const int exit = pclose(pipe.release());
  if (exit != 0) {
    return NoCredentials("Program for credentials failed: source=" + source +
                         " status=" + std::to_string(exit));
  }
  return FromJson(text.Reveal(), "SecretAccessKey", "SessionToken", source);
}

}  // namespace

Result<std::shared_ptr<const AwsCredentials>> CredentialChain::Get() {
  const std::lock_guard lock(mutex_);
  if (current_ &&
      (current_->expires_s == 0 || std::time(nullptr) + kRenewBefore_s < current_->expires_s)) {
    return current_;
  }
  Result<AwsCredentials> found = Find();
  if (!found.ok()) {
    // Good until their last second when the provider has a bad moment.
    if (current_ && std::time(nullptr) < current_->expires_s) return current_;
    return std::move(found).status();
  }
  current_ = std::make_shared<const AwsCredentials>(*std::move(found));
  return current_;
}

void CredentialChain::Forget(const AwsCredentials& ended) {
  const std::lock_guard lock(mutex_);
  if (current_.get() == &ended && ended.expires_s != 0) current_.reset();
}

Result<AwsCredentials> CredentialChain::Find() {
  if (settings_.anonymous) {
    AwsCredentials nobody;
    nobody.source = "anonymous";
    nobody.anonymous = true;
    return nobody;
  }
  if (settings_.keys) return *settings_.keys;
  const Environment& environment = settings_.environment;
  const std::optional<std::string> key = environment("AWS_ACCESS_KEY_ID");
  const std::optional<std::string> secret = environment("AWS_SECRET_ACCESS_KEY");
  if (key && secret) {
    AwsCredentials credentials;
    credentials.access_key = *key;
    credentials.secret_key = Secret(*secret);
    credentials.session_token = Secret(environment("AWS_SESSION_TOKEN").value_or(""));
    credentials.source = "environment";
    return credentials;
  }
  using Provider = Result<std::optional<AwsCredentials>> (CredentialChain::*)();
  for (const Provider provider :
       {&CredentialChain::FromWebIdentity, &CredentialChain::FromProfile,
        &CredentialChain::FromContainer, &CredentialChain::FromInstance}) {
    TENON_ASSIGN_OR_RETURN(std::optional<AwsCredentials> found, (this->*provider)());
    if (found) return *std::move(found);
  }
  return NoCredentials("No credentials for S3 are there: looked=options,environment,profile " +
                       settings_.profile.name() + ",container,instance")
      .WithHint(
          "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE; see "
          "docs/object-storage.md.");
}

Result<HttpReply> CredentialChain::Ask(HttpRequest request, const char* whom) {
  HttpOutcome outcome;
  for (int ask = 0; ask < kAsks; ++ask) {
    if (ask > 0) TENON_RETURN_IF_ERROR(client_.Pause(kPauseBetweenAsks * ask));
    outcome = client_.Start(request)->Wait();
    if (!outcome.failure && outcome.reply.status < 500) return std::move(outcome.reply);
    if (outcome.failure && outcome.failure->fault == HttpFault::kCancelled)
      return Status::Cancelled("The task was cancelled");
  }
  const std::string reason =
      outcome.failure ? outcome.failure->text : "status " + std::to_string(outcome.reply.status);
  return Status::Unavailable(std::string("No credentials came: source=") + whom +
                             " reason=" + reason)
      .WithRetry(Retry::kAgain);
}

Result<std::optional<AwsCredentials>> CredentialChain::FromWebIdentity() {
  const Environment& environment = settings_.environment;
  const auto file = environment("AWS_WEB_IDENTITY_TOKEN_FILE");
  const auto role = environment("AWS_ROLE_ARN");
  if (!file || !role) return std::nullopt;
  TENON_ASSIGN_OR_RETURN(const Secret token, ReadToken(*file));
  const std::string fields =
      EncodeQuery({{"Action", "AssumeRoleWithWebIdentity"},
                   {"RoleArn", *role},
                   {"RoleSessionName", environment("AWS_ROLE_SESSION_NAME").value_or("tenon")},
                   {"Version", "2011-06-15"},
                   {"WebIdentityToken", std::string(token.Reveal())}});
  const Secret body(fields);
  const std::string region = settings_.region.empty() ? "us-east-1" : settings_.region;
  HttpRequest request;
  request.method = "POST";
  request.url = environment("AWS_ENDPOINT_URL_STS")
                    .value_or("https://sts." + region +
                              (region.starts_with("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com"));
  if (!request.url.ends_with('/')) request.url += '/';
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  request.body = {reinterpret_cast<const uint8_t*>(body.Reveal().data()), body.Reveal().size()};
  TENON_ASSIGN_OR_RETURN(const HttpReply reply, Ask(std::move(request), "web identity"));
  const Result<XmlElement> answer = ParseXml(reply.body);
  const XmlElement* found = answer.ok() ? answer->Find("AssumeRoleWithWebIdentityResult") : nullptr;
  if (found != nullptr) found = found->Find("Credentials");
  if (reply.status != 200 || found == nullptr) {
    const XmlElement* const error = answer.ok() ? answer->Find("Error") : nullptr;
    return NoCredentials("Web identity is not accepted: role=" + *role +
                         " status=" + std::to_string(reply.status) +
                         " code=" + std::string(error == nullptr ? "" : error->TextOf("Code")));
  }
  AwsCredentials credentials;
  credentials.access_key = found->TextOf("AccessKeyId");
  credentials.secret_key = Secret(std::string(found->TextOf("SecretAccessKey")));
  credentials.session_token = Secret(std::string(found->TextOf("SessionToken")));
  credentials.expires_s = ParseIsoTime(found->TextOf("Expiration")).value_or(0) / 1'000'000'000;
  credentials.source = "web identity";
  return credentials;
}

Result<std::optional<AwsCredentials>> CredentialChain::FromProfile() {
  const AwsProfile& profile = settings_.profile;
  AwsCredentials credentials;
  credentials.access_key = profile.Text("aws_access_key_id");
  if (!credentials.access_key.empty()) {
    credentials.secret_key = profile.SecretOf("aws_secret_access_key");
    credentials.session_token = profile.SecretOf("aws_session_token");
    credentials.source = "profile=" + profile.name();
    if (!credentials.secret_key.empty()) return credentials;
    return NoCredentials("Profile has a key id without its secret: profile=" + profile.name());
  }
  const std::string command = profile.Text("credential_process");
  if (!command.empty()) {
    TENON_ASSIGN_OR_RETURN(credentials, RunProcess(command, profile.name()));
    return credentials;
  }
  for (const char* const unknown : {"sso_session", "sso_start_url", "role_arn"}) {
    if (profile.Text(unknown).empty()) continue;
    return Status::Unsupported(
               "Profile asks for a way of signing in that is not built in: profile=" +
               profile.name() + " setting=" + unknown)
        .WithNumber(base::kErrNoCredentials)
        .WithHint(
            "Let AWS's own program do it: make a profile with credential_process = aws "
            "configure export-credentials --profile " +
            profile.name() + ".");
  }
  return std::nullopt;
}

Result<std::optional<AwsCredentials>> CredentialChain::FromContainer() {
  const Environment& environment = settings_.environment;
  const auto relative = environment("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  const auto full = environment("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  if (!relative && !full) return std::nullopt;
  HttpRequest request;
  request.method = "GET";
  request.url = relative ? "http://169.254.170.2" + *relative : *full;
  request.connect_timeout = kMetadataTimeout;
  Secret token(environment("AWS_CONTAINER_AUTHORIZATION_TOKEN").value_or(""));
  if (const auto file = environment("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")) {
    TENON_ASSIGN_OR_RETURN(token, ReadToken(*file));
  }
  if (!token.empty()) request.headers = {{"Authorization", std::string(token.Reveal())}};
  TENON_ASSIGN_OR_RETURN(const HttpReply reply, Ask(std::move(request), "container"));
  if (reply.status != 200) {
    return NoCredentials("Container gives no credentials: status=" + std::to_string(reply.status));
  }
  TENON_ASSIGN_OR_RETURN(AwsCredentials credentials,
                         FromJson(reply.body, "SecretAccessKey", "Token", "container"));
  return credentials;
}

Result<std::optional<AwsCredentials>> CredentialChain::FromInstance() {
  const Environment& environment = settings_.environment;
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
  const HttpOutcome first = client_.Start(request)->Wait();
  if (first.failure && first.failure->fault == HttpFault::kCancelled)
    return Status::Cancelled("The task was cancelled");
  // No such address: this is no machine of AWS.
  if (first.failure || first.reply.status != 200) return std::nullopt;
  const Secret token(first.reply.body);
  request.method = "GET";
  request.headers = {{"X-aws-ec2-metadata-token", std::string(token.Reveal())}};
  request.url = host + "/latest/meta-data/iam/security-credentials/";
  TENON_ASSIGN_OR_RETURN(const HttpReply role, Ask(request, "instance"));
  if (role.status == 404) return std::nullopt;
  const std::string name(base::Trim(role.body.substr(0, role.body.find('\n'))));
  request.url += EncodePath(name);
  TENON_ASSIGN_OR_RETURN(const HttpReply reply, Ask(std::move(request), "instance"));
  if (role.status != 200 || reply.status != 200) {
    return NoCredentials("Instance gives no credentials: role=" + name +
                         " status=" + std::to_string(reply.status));
  }
  TENON_ASSIGN_OR_RETURN(AwsCredentials credentials,
                         FromJson(reply.body, "SecretAccessKey", "Token", "instance"));
  return credentials;
}

}  // namespace tenon::object_store
