#include "catalog/connection.h"

#include <algorithm>
#include <utility>

#include "base/error_catalog.h"
#include "base/text.h"
#include "base/time.h"
#include "catalog/connection_kind.h"
#include "catalog/connection_store.h"

namespace tenon::catalog {
namespace {

using base::Json;
using base::JsonObject;

constexpr int64_t kVersion = 1;
constexpr size_t kLongestName = 255;
constexpr std::string_view kMask = "***";

// What a ConnectionInput may hold, and what one that was read from Glue holds besides, which says nothing here.
const std::vector<std::string>& KnownMembers() {
  static const std::vector<std::string> members = {"Name",
                                                   "Description",
                                                   "ConnectionType",
                                                   "MatchCriteria",
                                                   "ConnectionProperties",
                                                   "PhysicalConnectionRequirements",
                                                   "AuthenticationConfiguration",
                                                   "CreationTime",
                                                   "LastUpdatedTime",
                                                   "LastUpdatedBy",
                                                   "Status",
                                                   "StatusReason",
                                                   "LastConnectionValidationTime",
                                                   "ConnectionSchemaVersion",
                                                   "CompatibleComputeEnvironments",
                                                   "ValidateCredentials",
                                                   "ValidateForComputeEnvironments"};
  return members;
}

Status WrongFile(std::string what, std::string hint) {
  return Status::InvalidArgument("File of a connection cannot be used: " + std::move(what))
      .WithNumber(base::kErrConnectionFile)
      .WithHint(std::move(hint));
}

Status WrongFile(const Status& cause) {
  return WrongFile(std::string(cause.message()),
                   cause.hint().empty() ? "Correct the file." : std::string(cause.hint()));
}

// base::ParseJson would show the text in its error.
Result<Json> ParseFile(const Secret& text) {
  std::string where;
  try {
    return Json::parse(text.Reveal().begin(), text.Reveal().end());
  } catch (const Json::parse_error& error) {
    where = " byte=" + std::to_string(error.byte);
  } catch (const Json::exception&) {
  }
  return WrongFile("reason=not JSON" + where,
                   "Check quotes, commas and brackets near that byte. Wanted is an object of "
                   "properties, or a ConnectionInput.");
}

Result<Options> ParseProperties(const JsonObject& object) {
  Options properties;
  for (const auto& [name, value] : object.value().items()) {
    const bool is_text = value.is_string();
    if (name.empty() || !(is_text || value.is_number() || value.is_boolean())) {
      return WrongFile("path=" + object.PathOf(base::ShortText(name, 100)) +
                           " wanted=string is=" + value.type_name(),
                       "A property is a text by its name.");
    }
    if (properties.Has(name)) {
      return WrongFile("path=" + object.PathOf(name) + " reason=is there twice",
                       "Names of properties ignore case: remove one of the two.");
    }
    properties.Set(name, is_text ? value.get<std::string>() : value.dump());
  }
  return properties;
}

// A connection of Glue's second schema names its secret here.
Status AddAuthentication(const JsonObject& input, Options* properties) {
  if (!input.Has("AuthenticationConfiguration")) return Status::Ok();
  TENON_ASSIGN_OR_RETURN(const JsonObject object, input.Object("AuthenticationConfiguration"));
  TENON_RETURN_IF_ERROR(object.RefuseOthers({"AuthenticationType", "SecretArn", "KmsKeyArn"}));
  TENON_ASSIGN_OR_RETURN(const std::string arn, object.StringOr("SecretArn", ""));
  if (!arn.empty() && !properties->Has("SECRET_ID")) properties->Set("SECRET_ID", arn);
  return Status::Ok();
}

// Errors of JsonObject, which show names of members and types only.
Status ReadInput(const JsonObject& input, Connection* connection) {
  TENON_RETURN_IF_ERROR(input.RefuseOthers(KnownMembers()));
  TENON_ASSIGN_OR_RETURN(connection->description, input.StringOr("Description", ""));
  if (input.Has("MatchCriteria")) {
    TENON_ASSIGN_OR_RETURN(connection->match_criteria, input.Strings("MatchCriteria"));
  }
  if (input.Has("PhysicalConnectionRequirements")) {
    TENON_ASSIGN_OR_RETURN(const JsonObject physical,
                           input.Object("PhysicalConnectionRequirements"));
    connection->physical = physical.value();
  }
  TENON_ASSIGN_OR_RETURN(const JsonObject properties, input.Object("ConnectionProperties"));
  TENON_ASSIGN_OR_RETURN(connection->properties, ParseProperties(properties));
  return AddAuthentication(input, &connection->properties);
}

Status CheckSame(const JsonObject& input, std::string_view member, std::string_view given) {
  TENON_ASSIGN_OR_RETURN(const std::string said, input.StringOr(member, given));
  if (said == given || (member == "ConnectionType" && EqualsIgnoreCase(said, given))) {
    return Status::Ok();
  }
  return WrongFile("path=" + input.PathOf(member) + " file=" + base::ShortText(said, 100) +
                       " given=" + std::string(given),
                   "File and command name different connections: correct one of them.");
}

Json PropertiesOf(const Connection& connection, bool masked) {
  Json properties = Json::object();
  for (const std::string& name : connection.properties.names()) {
    const Result<std::string> value = connection.properties.Get(name);
    if (value.ok()) {
      properties[name] = *value;
    } else if (masked) {
      properties[name] = kMask;
    }
  }
  return properties;
}

Json DocumentOf(const Connection& connection, bool masked) {
  Json document{{"Name", connection.name}, {"ConnectionType", connection.kind}};
  if (!connection.description.empty()) document["Description"] = connection.description;
  if (!connection.match_criteria.empty()) document["MatchCriteria"] = connection.match_criteria;
  document["ConnectionProperties"] = PropertiesOf(connection, masked);
  if (!connection.physical.is_null())
    document["PhysicalConnectionRequirements"] = connection.physical;
  return document;
}

}  // namespace

Status CheckConnectionName(std::string_view name) {
  const bool printable = std::none_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
  if (!name.empty() && name.size() <= kLongestName && printable && base::IsUtf8(name) &&
      FileNameOf(name).size() <= kLongestName) {
    return Status::Ok();
  }
  return Status::InvalidArgument("Name of a connection is wrong: name=" +
                                 base::ShortText(name, 100))
      .WithNumber(base::kErrConnectionName)
      .WithHint("Take 1 to 255 bytes of UTF-8 without control characters.");
}

Result<Connection> ParseConnection(std::string_view name, std::string_view kind,
                                   const Secret& text) {
  TENON_RETURN_IF_ERROR(CheckConnectionName(name));
  Connection connection;
  connection.name = name;
  TENON_ASSIGN_OR_RETURN(connection.kind, ParseConnectionKind(kind));
  TENON_ASSIGN_OR_RETURN(const Json document, ParseFile(text));
  Result<JsonObject> object = JsonObject::From(document);
  for (const char* wrapper : {"Connection", "ConnectionInput"}) {
    if (object.ok() && object->Has(wrapper)) object = object->Object(wrapper);
  }
  if (!object.ok()) return WrongFile(object.status());
  if (!object->Has("ConnectionProperties")) {
    TENON_ASSIGN_OR_RETURN(connection.properties, ParseProperties(*object));
    return connection;
  }
  const auto read = [&]() -> Status {
    TENON_RETURN_IF_ERROR(CheckSame(*object, "Name", connection.name));
    TENON_RETURN_IF_ERROR(CheckSame(*object, "ConnectionType", connection.kind));
    return ReadInput(*object, &connection);
  };
  Status done = read();
  if (!done.ok() && done.number() == 0) return WrongFile(done);
  TENON_RETURN_IF_ERROR(std::move(done));
  return connection;
}

Json ShownConnection(const Connection& connection) {
  Json document = DocumentOf(connection, true);
  document["CreationTime"] = base::FormatInstant(connection.created_us);
  document["LastUpdatedTime"] = base::FormatInstant(connection.updated_us);
  return document;
}

Json StoredConnection(const Connection& connection) {
  Json document = DocumentOf(connection, false);
  Json secret_names = Json::array();
  for (const std::string& name : connection.properties.names()) {
    if (connection.properties.IsSecret(name)) secret_names.push_back(name);
  }
  document["Tenon"] = {{"version", kVersion},
                       {"sealed", secret_names},
                       {"sealed_name", connection.sealed_name},
                       {"created_us", connection.created_us},
                       {"updated_us", connection.updated_us}};
  return document;
}

Result<Connection> ParseStoredConnection(std::string_view text) {
  TENON_ASSIGN_OR_RETURN(const Json document, base::ParseJson(text));
  TENON_ASSIGN_OR_RETURN(const JsonObject object, JsonObject::From(document));
  TENON_ASSIGN_OR_RETURN(const JsonObject own, object.Object("Tenon"));
  TENON_ASSIGN_OR_RETURN(const int64_t version, own.Integer("version"));
  if (version != kVersion) return Status::InvalidArgument("Version is not known");
  Connection connection;
  TENON_ASSIGN_OR_RETURN(connection.name, object.String("Name"));
  TENON_ASSIGN_OR_RETURN(connection.kind, object.String("ConnectionType"));
  TENON_ASSIGN_OR_RETURN(connection.description, object.StringOr("Description", ""));
  if (object.Has("MatchCriteria")) {
    TENON_ASSIGN_OR_RETURN(connection.match_criteria, object.Strings("MatchCriteria"));
  }
  if (const Json* physical = object.Find("PhysicalConnectionRequirements"); physical != nullptr) {
    connection.physical = *physical;
  }
  TENON_ASSIGN_OR_RETURN(const JsonObject properties, object.Object("ConnectionProperties"));
  TENON_ASSIGN_OR_RETURN(connection.properties, ParseProperties(properties));
  TENON_ASSIGN_OR_RETURN(const std::vector<std::string> sealed, own.Strings("sealed"));
  for (const std::string& name : sealed) connection.properties.SetSecret(name, Secret());
  TENON_ASSIGN_OR_RETURN(connection.sealed_name, own.String("sealed_name"));
  TENON_ASSIGN_OR_RETURN(connection.created_us, own.Integer("created_us"));
  TENON_ASSIGN_OR_RETURN(connection.updated_us, own.Integer("updated_us"));
  return connection;
}

}  // namespace tenon::catalog
