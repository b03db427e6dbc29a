// From the properties of a connection, in Glue's words, to a connector's options. Pure functions.
#pragma once

#include <string_view>

#include "catalog/connection.h"
#include "connector/connection_types.h"
#include "tenon/options.h"
#include "tenon/result.h"

namespace tenon::job {

// CONNECTOR_CLASS_NAME -> className, JDBC_CONNECTION_URL and CONNECTION_URL -> url, SECRET_ID -> secretId, USERNAME ->
// user, PASSWORD -> password. What Glue keeps for itself (CONNECTOR_TYPE, CONNECTOR_URL, …) is left out; any other
// property is an option of its own name. kInvalidArgument TN1203: the connection is not for this type.
Result<Options> OptionsOf(const catalog::Connection& connection,
                          const connector::ConnectionType& type, std::string_view connection_type);

}  // namespace tenon::job
