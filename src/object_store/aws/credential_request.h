// What the providers of credentials share: whom they ask, how, and what an answer looks like. Private to this room.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "object_store/aws/aws_settings.h"
#include "object_store/aws/credentials.h"
#include "object_store/aws/http_client.h"
#include "tenon/result.h"

namespace tenon::object_store {

// Borrowed for one look-up.
struct CredentialContext {
  const Environment& environment;
  HttpClient& client;
  const std::string& region;  // Empty: not configured.
};

// kPermissionDenied TN5010.
Status NoCredentials(std::string message);

// The keys of the environment variables; nullopt when one of the two is absent.
std::optional<AwsCredentials> FromEnvironment(const Environment& environment);

// Asks up to three times while nothing or a fault of the server comes back. kUnavailable names `whom`.
Result<HttpReply> AskForCredentials(const CredentialContext& context, HttpRequest request,
                                    std::string_view whom);

// The JSON object that credential_process, containers and instances answer, each with its own names.
Result<AwsCredentials> CredentialsOfJson(std::string_view text, const char* secret_name,
                                         const char* token_name, std::string source);

// The whole file, without blanks around it.
Result<Secret> ReadTokenFile(const std::string& file);

// "https://sts.eu-west-1.amazonaws.com/", or what AWS_ENDPOINT_URL_<SERVICE> or AWS_ENDPOINT_URL say instead; ends with
// a slash. `service` is in capitals: "STS", "SSO_OIDC".
std::string ServiceUrl(const Environment& environment, const char* service,
                       const std::string& host_prefix, const std::string& region);

}  // namespace tenon::object_store
