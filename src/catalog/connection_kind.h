// The types of connection that AWS Glue has: JDBC, CUSTOM, MARKETPLACE, KAFKA and so on. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "tenon/result.h"

namespace tenon::catalog {

// In Glue's spelling; ignores case. kInvalidArgument TN1202 with the nearest one.
Result<std::string> ParseConnectionKind(std::string_view text);

}  // namespace tenon::catalog
