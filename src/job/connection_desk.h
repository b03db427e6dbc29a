// Makes, shows and removes the connections of a home, with what is secret of them sealed. For the command line and the
// server; jobs only read (named_options.h). Any thread; processes wait for each other.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/connection.h"
#include "catalog/connection_store.h"
#include "secret/secret_store.h"
#include "tenon/connector.h"
#include "tenon/result.h"

namespace tenon::job {

using secret::IfThere;

// The secrets of the users of a home.
std::unique_ptr<secret::SecretStore> OpenSecrets(const std::filesystem::path& home);
// What is sealed of connections.
std::unique_ptr<secret::SecretStore> OpenSealedProperties(const std::filesystem::path& home);

class ConnectionDesk {
 public:
  // Touches nothing yet.
  explicit ConnectionDesk(const std::filesystem::path& home);

  // Stores it; returns it as it is stored, its secret properties marked: those of secret_options.h, by the connector
  // that CONNECTOR_CLASS_NAME names, looked for among `connectors` and the plug-ins of the home. A cut writer leaves
  // the old connection whole or the new one. kAlreadyExists TN1201; errors of both stores.
  Result<catalog::Connection> Create(catalog::Connection connection,
                                     const std::vector<std::shared_ptr<Connector>>& connectors,
                                     IfThere if_there);
  // Without values of secret properties. TN1200, TN1206.
  Result<catalog::Connection> Get(std::string_view name) const { return connections_.Get(name); }
  Result<std::vector<catalog::Connection>> List() const { return connections_.List(); }
  // With what was sealed for it. TN1200.
  Status Delete(std::string_view name);

 private:
  std::string SchemaOf(const catalog::Connection& connection,
                       const std::vector<std::shared_ptr<Connector>>& connectors) const;
  void SweepSealed();

  const std::filesystem::path home_;
  catalog::ConnectionStore connections_;
  const std::unique_ptr<secret::SecretStore> sealed_;
};

// Puts the values of secret properties back. Errors of the store of secrets, at "connection=NAME".
Status UnsealProperties(const secret::SecretStore& sealed, catalog::Connection* connection);

}  // namespace tenon::job
