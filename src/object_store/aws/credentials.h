// Who asks: keys from where AWS's own tools find them, renewed before they end.
//
// In this order, the first that is configured counts: keys given as options; AWS_ACCESS_KEY_ID and
// AWS_SECRET_ACCESS_KEY; a web identity (AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN); what the profile says
// (profile_credentials.h); the container's address (AWS_CONTAINER_CREDENTIALS_*); the machine's role (IMDSv2). A
// provider that is configured and fails is an error: the next one would be somebody else.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "object_store/aws/aws_settings.h"
#include "object_store/aws/http_client.h"
#include "tenon/result.h"
#include "tenon/secret.h"

namespace tenon::object_store {

struct AwsCredentials {
  std::string access_key;
  Secret secret_key;
  Secret session_token;    // Empty: none.
  int64_t expires_s = 0;   // Since 1970; 0: never.
  std::string source;      // "environment", "profile=x": for errors.
  bool anonymous = false;  // Requests are not signed.
};

struct CredentialSettings {
  Environment environment;
  AwsProfile profile;
  std::string region;                  // Of the STS that a web identity asks.
  std::optional<AwsCredentials> keys;  // Given as options.
  bool anonymous = false;
};

// Looks them up on first use and keeps them. Thread-safe: one thread renews, the others wait.
class CredentialChain {
 public:
  // `client` outlives it.
  CredentialChain(CredentialSettings settings, HttpClient& client)
      : settings_(std::move(settings)), client_(client) {}

  // Not ended for the next minutes. kPermissionDenied (TN5010): there are none, or the provider in whose turn it is
  // gives none. kUnavailable: it did not answer.
  Result<std::shared_ptr<const AwsCredentials>> Get();
  // The store said that these have ended: Get looks them up again.
  void Forget(const AwsCredentials& ended);

 private:
  Result<AwsCredentials> Find();

  const CredentialSettings settings_;
  HttpClient& client_;
  std::mutex mutex_;                               // Held while they are looked up.
  std::shared_ptr<const AwsCredentials> current_;  // Guarded by mutex_.
};

}  // namespace tenon::object_store
