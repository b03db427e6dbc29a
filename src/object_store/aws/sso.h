// Credentials of IAM Identity Center (single sign-on). Private to this room.
//
// `aws sso login` signs a person in and leaves a token in ~/.aws/sso/cache; this provider exchanges it for credentials
// of the profile's account and role, and has it renewed when it ends and can be. It never opens a browser.
#pragma once

#include "object_store/aws/credential_request.h"

namespace tenon::object_store {

// TN5010 names the profile, and says to run `aws sso login` when there is no token or it has ended.
// REQUIRES: the profile has sso_session or sso_start_url.
Result<AwsCredentials> FromSingleSignOn(const CredentialContext& context,
                                        const AwsProfile& profile);

}  // namespace tenon::object_store
