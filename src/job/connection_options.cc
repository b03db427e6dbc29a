#include "job/connection_options.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/error_catalog.h"
#include "base/json.h"
#include "base/text.h"

namespace tenon::job {
namespace {

using base::Json;
using catalog::Connection;

struct Renamed {
  std::string_view property, option;
};
constexpr std::array kRenamed = {Renamed{"CONNECTOR_CLASS_NAME", "className"},
                                 Renamed{"CONNECTION_URL", "url"},
                                 Renamed{"JDBC_CONNECTION_URL", "url"},
                                 Renamed{"SECRET_ID", "secretId"},
                                 Renamed{"USERNAME", "user"},
                                 Renamed{"PASSWORD", "password"}};

// They say where code is, or repeat what the URL says.
constexpr std::array<std::string_view, 8> kGluesOwn = {
    "CONNECTOR_TYPE",         "CONNECTION_TYPE", "CONNECTOR_URL",       "JDBC_DRIVER_JAR_URI",
    "JDBC_DRIVER_CLASS_NAME", "JDBC_ENGINE",     "JDBC_ENGINE_VERSION", "CONFIG_FILES"};
// Asked for by nobody when they are false.
constexpr std::array<std::string_view, 2> kSwitches = {"JDBC_ENFORCE_SSL",
                                                       "SKIP_CUSTOM_JDBC_CERT_VALIDATION"};
constexpr std::array kAliases = {Renamed{"postgres", "postgresql"}, Renamed{"mariadb", "mysql"}};

Status OtherType(const Connection& connection, std::string_view connection_type,
                 const std::string& fact, std::string hint) {
  return Status::InvalidArgument("Connection is of another type: connection=" + connection.name +
                                 " " + fact + " connection_type=" + std::string(connection_type))
      .WithNumber(base::kErrOtherConnectionType)
      .WithHint(std::move(hint));
}

std::string DatabaseName(std::string_view name) {
  const std::string lower = base::ToLower(name);
  for (const Renamed& alias : kAliases) {
    if (lower == alias.property) return std::string(alias.option);
  }
  return lower;
}

// "postgresql" of "jdbc:postgresql://…"; empty when it is no such URL.
std::string DatabaseOf(std::string_view url) {
  constexpr std::string_view kScheme = "jdbc:";
  if (!base::ToLower(url.substr(0, kScheme.size())).starts_with(kScheme)) return "";
  url.remove_prefix(kScheme.size());
  return DatabaseName(url.substr(0, url.find_first_of(":/@")));
}

std::string UrlOf(const Connection& connection) {
  for (const char* name : {"JDBC_CONNECTION_URL", "CONNECTION_URL"}) {
    if (const Result<Secret> url = connection.properties.GetSecret(name); url.ok())
      return std::string(url->Reveal());
  }
  return "";
}

Status CheckConnector(const Connection& connection, const connector::ConnectionType& type,
                      std::string_view connection_type) {
  const std::string wanted = type.marketplace ? "MARKETPLACE" : "CUSTOM";
  if (connection.kind != wanted) {
    return OtherType(connection, connection_type, "type=" + connection.kind,
                     "Such a connection_type takes connections of type " + wanted + ".");
  }
  for (const char* name : {"CONNECTOR_TYPE", "CONNECTION_TYPE"}) {
    const Result<std::string> said = connection.properties.Get(name);
    const std::string_view interface = connector::InterfaceName(*type.interface);
    if (said.ok() && !EqualsIgnoreCase(*said, interface)) {
      return OtherType(connection, connection_type,
                       std::string(name) + "=" + base::ShortText(*said, 60),
                       "Take connection_type " + base::ToLower(wanted) + "." +
                           base::ToLower(base::ShortText(*said, 60)) + ", or another connection.");
    }
  }
  return Status::Ok();
}

Status CheckStore(const Connection& connection, std::string_view connection_type) {
  if (connection.kind == "NETWORK" || EqualsIgnoreCase(connection.kind, connection_type))
    return Status::Ok();
  const std::string fact = "type=" + connection.kind;
  if (connection.kind == "CUSTOM" || connection.kind == "MARKETPLACE") {
    return OtherType(connection, connection_type, fact,
                     "Such a connection goes with a connection_type that begins with " +
                         base::ToLower(connection.kind) + ".");
  }
  const std::string database = DatabaseOf(UrlOf(connection));
  if (connection.kind == "JDBC" && database == DatabaseName(connection_type)) return Status::Ok();
  return OtherType(connection, connection_type,
                   fact + (database.empty() ? "" : " database=" + base::ShortText(database, 60)),
                   "Name another connection, or change connection_type.");
}

// The connector of a bring-your-own pair has its URL as [["default=<url>"], "<delimiter>"].
std::string PlainUrl(std::string_view url) {
  constexpr std::string_view kDefault = "default=";
  if (url.starts_with('[')) {
    const Result<Json> parts = base::ParseJson(url);
    if (parts.ok() && parts->is_array() && !parts->empty() && (*parts)[0].is_array() &&
        !(*parts)[0].empty() && (*parts)[0][0].is_string()) {
      const std::string first = (*parts)[0][0].get<std::string>();
      return first.starts_with(kDefault) ? first.substr(kDefault.size()) : first;
    }
  }
  return std::string(url);
}

template <typename Names>
bool Among(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

Result<Options> OptionsOf(const Connection& connection, const connector::ConnectionType& type,
                          std::string_view connection_type) {
  TENON_RETURN_IF_ERROR(type.interface ? CheckConnector(connection, type, connection_type)
                                       : CheckStore(connection, connection_type));
  Options options;
  for (const std::string& property : connection.properties.names()) {
    if (Among(kGluesOwn, property)) continue;
    TENON_ASSIGN_OR_RETURN(Secret value, connection.properties.GetSecret(property));
    if (Among(kSwitches, property) && EqualsIgnoreCase(value.Reveal(), "false")) continue;
    std::string option = property;
    for (const Renamed& renamed : kRenamed) {
      if (property == renamed.property) option = renamed.option;
    }
    if (option == "url") value = Secret(PlainUrl(value.Reveal()));
    if (connection.properties.IsSecret(property)) {
      options.SetSecret(option, std::move(value));
    } else {
      options.Set(option, std::string(value.Reveal()));
    }
  }
  return options;
}

}  // namespace tenon::job
