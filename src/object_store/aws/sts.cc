#include "object_store/aws/sts.h"

#include <ctime>
#include <utility>

#include "base/hash.h"
#include "object_store/aws/aws_time.h"
#include "object_store/aws/sigv4.h"
#include "object_store/aws/xml.h"

namespace tenon::object_store {
namespace {

NameValues FieldsOf(const char* action, const RoleRequest& role) {
  NameValues fields = {{"Action", action},
                       {"RoleArn", role.role},
                       {"RoleSessionName", role.session_name.empty() ? "tenon" : role.session_name},
                       {"Version", "2011-06-15"}};
  if (!role.external_id.empty()) fields.emplace_back("ExternalId", role.external_id);
  if (role.duration_s > 0) {
    fields.emplace_back("DurationSeconds", std::to_string(role.duration_s));
  }
  return fields;
}

std::string HostOf(const std::string& url) {
  const size_t begin = url.find("://") + 3;
  return url.substr(begin, url.find('/', begin) - begin);
}

std::string PathOf(const std::string& url) {
  return url.substr(url.find('/', url.find("://") + 3));
}

// Posts the fields, signed unless `caller` is null, and reads the credentials out of the answer.
Result<AwsCredentials> Ask(const CredentialContext& context, const std::string& action,
                           const RoleRequest& role, const NameValues& fields,
                           const AwsCredentials* caller, const std::string& source) {
  const Secret body(EncodeQuery(fields));
  const std::string region = context.region.empty() ? "us-east-1" : context.region;
  HttpRequest request;
  request.method = "POST";
  request.url = ServiceUrl(context.environment, "STS", "sts", region);
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  request.body = {reinterpret_cast<const uint8_t*>(body.Reveal().data()), body.Reveal().size()};
  if (caller != nullptr) {
    const std::string time = SigningTime(std::time(nullptr));
    const std::string path = PathOf(request.url);
    request.headers.emplace_back("Host", HostOf(request.url));
    request.headers.emplace_back("x-amz-date", time);
    if (!caller->session_token.empty()) {
      request.headers.emplace_back("x-amz-security-token",
                                   std::string(caller->session_token.Reveal()));
    }
    const std::string hash = base::Sha256Hex(body.Reveal());
    request.headers.emplace_back("Authorization",
                                 AuthorizationOf(caller->access_key, caller->secret_key,
                                                 {.time = time, .region = region, .service = "sts"},
                                                 {.method = request.method,
                                                  .path = path,
                                                  .headers = &request.headers,
                                                  .payload_hash = hash}));
  }
  TENON_ASSIGN_OR_RETURN(const HttpReply reply,
                         AskForCredentials(context, std::move(request), source));
  const Result<XmlElement> answer = ParseXml(reply.body);
  const XmlElement* found = answer.ok() ? answer->Find(action + "Result") : nullptr;
  if (found != nullptr) found = found->Find("Credentials");
  if (reply.status != 200 || found == nullptr) {
    const XmlElement* const error = answer.ok() ? answer->Find("Error") : nullptr;
    return NoCredentials("Role is not given: role=" + role.role + " source=" + source +
                         " status=" + std::to_string(reply.status) +
                         " code=" + std::string(error == nullptr ? "" : error->TextOf("Code")));
  }
  AwsCredentials credentials;
  credentials.access_key = found->TextOf("AccessKeyId");
  credentials.secret_key = Secret(std::string(found->TextOf("SecretAccessKey")));
  credentials.session_token = Secret(std::string(found->TextOf("SessionToken")));
  credentials.expires_s = ParseIsoTime(found->TextOf("Expiration")).value_or(0) / 1'000'000'000;
  credentials.source = source;
  return credentials;
}

}  // namespace

Result<AwsCredentials> AssumeRole(const CredentialContext& context, const RoleRequest& request,
                                  const AwsCredentials& caller) {
  return Ask(context, "AssumeRole", request, FieldsOf("AssumeRole", request), &caller,
             "role taken by " + caller.source);
}

Result<AwsCredentials> AssumeRoleWithWebIdentity(const CredentialContext& context,
                                                 const RoleRequest& request,
                                                 const std::string& token_file) {
  TENON_ASSIGN_OR_RETURN(const Secret token, ReadTokenFile(token_file));
  NameValues fields = FieldsOf("AssumeRoleWithWebIdentity", request);
  fields.emplace_back("WebIdentityToken", std::string(token.Reveal()));
  return Ask(context, "AssumeRoleWithWebIdentity", request, fields, nullptr, "web identity");
}

}  // namespace tenon::object_store
