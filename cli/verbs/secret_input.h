// Text that may be secret, from a file or stdin.
#pragma once

#include <cstddef>
#include <string_view>

#include "entry.h"
#include "tenon/result.h"
#include "tenon/secret.h"

namespace tenon::cli {

// The text of the file that `option` names; "-" is stdin. kInvalidArgument TN1103: the option is missing, or its file
// cannot be read or is longer than `max_bytes`.
Result<Secret> ReadSecretInput(const Request& request, std::string_view option, size_t max_bytes);

}  // namespace tenon::cli
