// What the connection_type of a read or write means: one of Glue's six custom types, a store that Glue names itself
// ("s3", "file"), or a connector by its own name. Pure functions; any thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "connector/registry.h"
#include "tenon/options.h"

namespace tenon::connector {

enum class Interface { kSpark, kAthena, kJdbc };

struct ConnectionType {
  // Of custom.* and marketplace.*: the option className says which connector.
  std::optional<Interface> interface;
  bool marketplace = false;
  // Else: the name of a connector in the registry…
  std::string connector;
  // …and the format that the type stands for: "parquet" is files of Parquet. Empty: the call names it.
  std::string format;
};

// Ignores case. kInvalidArgument TN1010 gives the nearest type that `registry` can serve.
Result<ConnectionType> ParseConnectionType(std::string_view text, const Registry& registry);

// "spark", "athena", "jdbc"
std::string_view InterfaceName(Interface interface);

struct ResolvedConnector {
  std::shared_ptr<Connector> connector;
  ConnectionType type;
};
// The connector of a type, by className where the type needs one. Errors: TN1010; TN1003 className is missing;
// TN1011 no such connector; TN1013, TN1014 the connector, or its interface, does not go in this direction.
enum class Direction { kRead, kWrite };
Result<ResolvedConnector> ResolveConnector(const Registry& registry,
                                           std::string_view connection_type, const Options& options,
                                           Direction direction);

}  // namespace tenon::connector
