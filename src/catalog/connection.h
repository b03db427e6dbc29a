// A connection as AWS Glue has it: named, stored options for a connector. Values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "tenon/options.h"
#include "tenon/result.h"
#include "tenon/secret.h"

namespace tenon::catalog {

struct Connection {
  std::string name;
  std::string kind;  // Glue's ConnectionType: "CUSTOM".
  std::string description;
  std::vector<std::string> match_criteria;
  Options
      properties;  // A secret one is stored elsewhere, and empty when it comes from a store of connections.
  std::string sealed_name;  // Under which the secret properties are stored; empty: there are none.
  base::Json physical;      // PhysicalConnectionRequirements; null: none.
  int64_t created_us = 0;
  int64_t updated_us = 0;
};

// 1 to 255 bytes of UTF-8 that fit into a file's name, no control characters. Else kInvalidArgument TN1205.
Status CheckConnectionName(std::string_view name);

// From what a user gives: an object of properties by name, or Glue's ConnectionInput or Connection, also inside a
// member of that name, as `aws glue get-connection` prints it. All properties are plain yet. TN1205, TN1202, and TN1204
// for the text, which may hold a password: no error shows any of it but names of members.
Result<Connection> ParseConnection(std::string_view name, std::string_view kind,
                                   const Secret& text);

// Glue's Connection, with *** in place of secret values.
base::Json ShownConnection(const Connection& connection);

// The stored form and back: secret values are left out. kInvalidArgument: not one of ours.
base::Json StoredConnection(const Connection& connection);
Result<Connection> ParseStoredConnection(std::string_view text);

}  // namespace tenon::catalog
