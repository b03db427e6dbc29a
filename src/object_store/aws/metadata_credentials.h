// Credentials that the place where a process runs gives it. Private to this room.
#pragma once

#include <optional>

#include "object_store/aws/credential_request.h"

namespace tenon::object_store {

// Of a container (ECS, EKS pod identity); nullopt when its variables are not set.
Result<std::optional<AwsCredentials>> FromContainer(const CredentialContext& context);
// Of the role of an EC2 instance, by IMDSv2; nullopt when this is no such machine, or it has no role.
Result<std::optional<AwsCredentials>> FromInstance(const CredentialContext& context);

}  // namespace tenon::object_store
