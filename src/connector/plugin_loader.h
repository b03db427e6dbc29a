// Finds shared libraries that hold connectors (tenon/plugin.h) and loads them.
//
// Looked at, in this order: what the job names, the folders of $TENON_CONNECTOR_PATH, the folder `connectors` of the
// state folder. A folder's *.so are taken, and those of the folders directly in it (bundles). A library is loaded once
// however often it is found, and never unloaded: batches may outlive everything. Its code runs in this process; a
// crash of it ends the process (crash_report.h tells whose it was).
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "connector/registry.h"
#include "tenon/connector.h"
#include "tenon/result.h"

namespace tenon::connector {

struct PluginPlaces {
  std::vector<std::string> named;      // JobSettings::plugin_paths: libraries, or folders of them.
  std::string search_path;             // $TENON_CONNECTOR_PATH: folders with ':' between them.
  std::filesystem::path state_folder;  // Empty: none.

  // With what the environment says.
  static PluginPlaces FromEnvironment(std::vector<std::string> named,
                                      std::filesystem::path state_folder);
};

// What became of one place.
struct PluginAttempt {
  std::filesystem::path path;  // A folder, or a library.
  std::string connector;       // The name of the one it holds.
  std::string reason;          // Why nothing was loaded; empty: it was.
};

struct LoadedPlugins {
  std::vector<std::shared_ptr<Connector>> connectors;
  std::vector<PluginAttempt> attempts;

  // A line for each place: "/a/b.so: orders 1.2" or "/a/c.so: undefined symbol: x".
  std::string Describe() const;
  // A kNotFound of the registry with all places and reasons in its hint; anything else unchanged.
  Status Explain(Status status) const;
};

// Loads all that is there. A library that was found by searching and cannot be loaded is only noted; one that the job
// names is an error: TN3002, with every place and reason.
Result<LoadedPlugins> LoadPlugins(const PluginPlaces& places);

}  // namespace tenon::connector
