#include "object_store/aws/credentials.h"

#include <ctime>
#include <utility>

#include "object_store/aws/credential_request.h"
#include "object_store/aws/metadata_credentials.h"
#include "object_store/aws/profile_credentials.h"
#include "object_store/aws/sts.h"

namespace tenon::object_store {
namespace {

constexpr int64_t kRenewBefore_s = 300;

// As Kubernetes sets it up for a pod.
Result<std::optional<AwsCredentials>> FromWebIdentity(const CredentialContext& context) {
  const auto file = context.environment("AWS_WEB_IDENTITY_TOKEN_FILE");
  const auto role = context.environment("AWS_ROLE_ARN");
  if (!file || !role) return std::nullopt;
  const RoleRequest request{
      .role = *role, .session_name = context.environment("AWS_ROLE_SESSION_NAME").value_or("")};
  TENON_ASSIGN_OR_RETURN(AwsCredentials credentials,
                         AssumeRoleWithWebIdentity(context, request, *file));
  return credentials;
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
  const CredentialContext context{settings_.environment, client_, settings_.region};
  if (std::optional<AwsCredentials> keys = FromEnvironment(settings_.environment))
    return *std::move(keys);
  const auto profile = [&](const CredentialContext& asked) {
    return FromProfile(asked, settings_.profile);
  };
  using Provider = std::function<Result<std::optional<AwsCredentials>>(const CredentialContext&)>;
  for (const Provider& provider : {Provider(FromWebIdentity), Provider(profile),
                                   Provider(FromContainer), Provider(FromInstance)}) {
    TENON_ASSIGN_OR_RETURN(std::optional<AwsCredentials> found, provider(context));
    if (found) return *std::move(found);
  }
  return NoCredentials("No credentials for S3 are there: looked=options,environment,profile " +
                       settings_.profile.name() + ",container,instance")
      .WithHint(
          "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE; see "
          "docs/object-storage.md.");
}

}  // namespace tenon::object_store
