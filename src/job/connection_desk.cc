#include "job/connection_desk.h"

#include <algorithm>
#include <utility>

#include "base/error_catalog.h"
#include "base/failpoint.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/time.h"
#include "connector/plugin_loader.h"
#include "connector/registry.h"
#include "job/secret_options.h"
#include "secret/sealed_secret_store.h"

namespace tenon::job {
namespace {

using base::Json;
using catalog::Connection;

constexpr int kSealedNameBits = 128;

// The secret properties as one JSON object; empty when there are none.
Secret SecretProperties(const Connection& connection) {
  Json values = Json::object();
  for (const std::string& name : connection.properties.names()) {
    if (!connection.properties.IsSecret(name)) continue;
    const Result<Secret> value = connection.properties.GetSecret(name);
    if (value.ok()) values[name] = std::string(value->Reveal());
  }
  return values.empty() ? Secret() : Secret(base::DumpJson(values));
}

}  // namespace

std::unique_ptr<secret::SecretStore> OpenSecrets(const std::filesystem::path& home) {
  return std::make_unique<secret::SealedSecretStore>(home, "user");
}

std::unique_ptr<secret::SecretStore> OpenSealedProperties(const std::filesystem::path& home) {
  return std::make_unique<secret::SealedSecretStore>(home, "connection");
}

ConnectionDesk::ConnectionDesk(const std::filesystem::path& home)
    : home_(home), connections_(home), sealed_(OpenSealedProperties(home)) {}

// What the connector of the connection says of its options; empty when it is not known here.
std::string ConnectionDesk::SchemaOf(
    const Connection& connection, const std::vector<std::shared_ptr<Connector>>& connectors) const {
  const Result<std::string> class_name = connection.properties.Get("CONNECTOR_CLASS_NAME");
  if (!class_name.ok()) return "";
  connector::Registry registry;
  const auto add = [&registry](const std::vector<std::shared_ptr<Connector>>& more) {
    // Two of one name: the first serves.
    for (const auto& connector : more) static_cast<void>(registry.Add(connector));
  };
  add(connectors);
  auto found = registry.FindByClassName(*class_name);
  if (!found.ok()) {
    const auto plugins =
        connector::LoadPlugins(connector::PluginPlaces::FromEnvironment({}, home_));
    if (plugins.ok()) add(plugins->connectors);
    found = registry.FindByClassName(*class_name);
  }
  return found.ok() ? (*found)->info().options_schema : "";
}

Result<Connection> ConnectionDesk::Create(Connection connection,
                                          const std::vector<std::shared_ptr<Connector>>& connectors,
                                          IfThere if_there) {
  TENON_ASSIGN_OR_RETURN(const auto lock, connections_.Lock());
  const Result<Connection> before = connections_.Get(connection.name);
  if (if_there == IfThere::kFail && !before.status().Is(StatusCode::kNotFound)) {
    return Status::AlreadyExists("Connection is there already: name=" + connection.name)
        .WithNumber(base::kErrConnectionExists)
        .WithHint("Give --replace to put this one in its place.");
  }
  connection.updated_us = base::NowMicros();
  connection.created_us = before.ok() ? before->created_us : connection.updated_us;
  MarkSecrets(SchemaOf(connection, connectors), &connection.properties);
  // Under a new name each time: the connection that is there goes on with what was sealed for it.
  if (const Secret values = SecretProperties(connection); !values.empty()) {
    TENON_ASSIGN_OR_RETURN(connection.sealed_name, base::RandomHex(kSealedNameBits));
    TENON_RETURN_IF_ERROR(sealed_->Put(connection.sealed_name, values, IfThere::kFail));
  }
  TENON_FAILPOINT("S03", connection.name);
  TENON_RETURN_IF_ERROR(connections_.Put(*lock, connection));
  TENON_FAILPOINT("S04", connection.name);
  SweepSealed();
  return connection;
}

Status ConnectionDesk::Delete(std::string_view name) {
  TENON_ASSIGN_OR_RETURN(const auto lock, connections_.Lock());
  TENON_RETURN_IF_ERROR(connections_.Delete(*lock, name));
  TENON_FAILPOINT("S04", name);
  SweepSealed();
  return Status::Ok();
}

// Removes what no connection names: of replaced ones, and of writers that were killed. What cannot be removed is left
// to the next writer. REQUIRES: the lock.
void ConnectionDesk::SweepSealed() {
  const Result<std::vector<Connection>> all = connections_.List();
  const Result<std::vector<secret::SecretEntry>> sealed = sealed_->List();
  if (!all.ok() || !sealed.ok()) return;
  for (const secret::SecretEntry& entry : *sealed) {
    const bool named = std::any_of(all->begin(), all->end(), [&](const Connection& connection) {
      return connection.sealed_name == entry.name;
    });
    if (!named) static_cast<void>(sealed_->Delete(entry.name));
  }
}

Status UnsealProperties(const secret::SecretStore& sealed, Connection* connection) {
  if (connection->sealed_name.empty()) return Status::Ok();
  const std::string where = "connection=" + connection->name;
  const Result<Secret> text = sealed.Get(connection->sealed_name);
  if (!text.ok()) return Status(text.status()).WithWhere(where);
  const Result<Json> values = base::ParseJson(text->Reveal());
  const auto damaged = [&] {
    return Status::DataError("Sealed properties do not fit the connection: name=" +
                             connection->name)
        .WithNumber(base::kErrConnectionDamaged)
        .WithHint("Create the connection again with --replace.")
        .WithWhere(where);
  };
  if (!values.ok() || !values->is_object()) return damaged();
  for (const std::string& name : connection->properties.names()) {
    if (!connection->properties.IsSecret(name)) continue;
    const auto value = values->find(name);
    if (value == values->end() || !value->is_string()) return damaged();
    connection->properties.SetSecret(name, Secret(value->get<std::string>()));
  }
  return Status::Ok();
}

}  // namespace tenon::job
