#include "connector/connection_types.h"

#include <algorithm>
#include <array>

#include "base/error_catalog.h"
#include "base/text.h"
#include "tenon/option_spec.h"

namespace tenon::connector {
namespace {

constexpr std::array<Interface, 3> kInterfaces = {Interface::kSpark, Interface::kAthena,
                                                  Interface::kJdbc};

// Glue's words for stores that one of our connectors serves.
struct Native {
  std::string_view type, connector, format;
};
constexpr std::array<Native, 4> kNative = {{
    {"s3", "files", ""},
    {"file", "files", ""},
    {"parquet", "files", "parquet"},
    {"orc", "files", "orc"},
}};

std::vector<std::string> KnownTypes(const Registry& registry) {
  std::vector<std::string> types;
  for (const char* family : {"custom.", "marketplace."}) {
    for (const Interface interface : kInterfaces)
      types.push_back(family + std::string(InterfaceName(interface)));
  }
  for (const Native& native : kNative) {
    if (registry.Has(native.connector)) types.emplace_back(native.type);
  }
  for (std::string& name : registry.names()) {
    if (std::find(types.begin(), types.end(), name) == types.end())
      types.push_back(std::move(name));
  }
  return types;
}

std::optional<Interface> InterfaceOf(std::string_view name) {
  for (const Interface interface : kInterfaces) {
    if (name == InterfaceName(interface)) return interface;
  }
  return std::nullopt;
}

Status CheckDirection(const ResolvedConnector& resolved, Direction direction) {
  const ConnectorInfo info = resolved.connector->info();
  if (direction == Direction::kRead && !info.can.read) {
    return Status::Unsupported("Connector cannot read: connector=" + info.name)
        .WithNumber(base::kErrCannotRead);
  }
  if (direction == Direction::kWrite && !info.can.write) {
    return Status::Unsupported("Connector cannot write: connector=" + info.name)
        .WithNumber(base::kErrCannotWrite);
  }
  return Status::Ok();
}

}  // namespace

std::string_view InterfaceName(Interface interface) {
  switch (interface) {
    case Interface::kSpark: return "spark";
    case Interface::kAthena: return "athena";
    case Interface::kJdbc: return "jdbc";
  }
  return "";
}

Result<ConnectionType> ParseConnectionType(std::string_view text, const Registry& registry) {
  const std::string lower = base::ToLower(text);
  const size_t dot = lower.find('.');
  const std::string family = lower.substr(0, dot);
  if (dot != std::string::npos && (family == "custom" || family == "marketplace")) {
    if (std::optional<Interface> interface = InterfaceOf(std::string_view(lower).substr(dot + 1))) {
      return ConnectionType{interface, family == "marketplace", "", ""};
    }
  }
  for (const Native& native : kNative) {
    if (lower == native.type && registry.Has(native.connector)) {
      return ConnectionType{std::nullopt, false, std::string(native.connector),
                            std::string(native.format)};
    }
  }
  if (registry.Has(lower)) return ConnectionType{std::nullopt, false, lower, ""};
  const std::vector<std::string> known = KnownTypes(registry);
  const std::string nearest = NearestName(lower, known);
  return Status::InvalidArgument("Connection type is not known: connection_type=" +
                                 base::ShortText(text, 100))
      .WithHint(nearest.empty() ? "Known: " + base::Join(known, ", ") + "."
                                : "Did you mean " + nearest + "?")
      .WithNumber(base::kErrUnknownConnectionType);
}

Result<ResolvedConnector> ResolveConnector(const Registry& registry,
                                           std::string_view connection_type, const Options& options,
                                           Direction direction) {
  ResolvedConnector resolved;
  TENON_ASSIGN_OR_RETURN(resolved.type, ParseConnectionType(connection_type, registry));
  if (!resolved.type.interface) {
    TENON_ASSIGN_OR_RETURN(resolved.connector, registry.Find(resolved.type.connector));
  } else {
    if (*resolved.type.interface == Interface::kAthena && direction == Direction::kWrite) {
      return Status::Unsupported("Connector cannot write: connection_type=" +
                                 std::string(connection_type))
          .WithHint("Athena connectors only read, as in AWS Glue.")
          .WithNumber(base::kErrCannotWrite);
    }
    if (!options.Has("className")) {
      return Status::InvalidArgument("Option is required: option=className connection_type=" +
                                     std::string(connection_type))
          .WithHint("className says which connector: its entry point, or its name here.")
          .WithNumber(base::kErrMissingOption);
    }
    TENON_ASSIGN_OR_RETURN(const std::string class_name, options.Get("className"));
    TENON_ASSIGN_OR_RETURN(resolved.connector, registry.FindByClassName(class_name));
  }
  TENON_RETURN_IF_ERROR(CheckDirection(resolved, direction));
  return resolved;
}

}  // namespace tenon::connector
