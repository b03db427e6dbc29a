// Roles taken at AWS's Security Token Service. Private to this room.
#pragma once

#include <string>

#include "object_store/aws/credential_request.h"

namespace tenon::object_store {

struct RoleRequest {
  std::string role;          // Its ARN.
  std::string session_name;  // Empty: "tenon".
  std::string external_id;
  int64_t duration_s = 0;  // 0: the service's own.
};

// AssumeRole, signed by `caller`. TN5010 with the service's own code when it refuses.
Result<AwsCredentials> AssumeRole(const CredentialContext& context, const RoleRequest& request,
                                  const AwsCredentials& caller);
// AssumeRoleWithWebIdentity, by the token in `token_file`.
Result<AwsCredentials> AssumeRoleWithWebIdentity(const CredentialContext& context,
                                                 const RoleRequest& request,
                                                 const std::string& token_file);

}  // namespace tenon::object_store
