// What a profile of AWS's files says about credentials. Private to this room.
//
// The first of these that the profile has counts: a role (role_arn with source_profile or credential_source), a role by
// web identity (role_arn with web_identity_token_file), single sign-on (sso_session or sso_start_url), keys, a program
// (credential_process). Profiles that source_profile names may have any of them.
#pragma once

#include <optional>

#include "object_store/aws/credential_request.h"

namespace tenon::object_store {

// Nullopt: the profile says nothing. TN5010 names the profile and the setting.
Result<std::optional<AwsCredentials>> FromProfile(const CredentialContext& context,
                                                  const AwsProfile& profile);

}  // namespace tenon::object_store
