// The host's side of plugin.h: turns the C tables of a plug-in into the classes of connector.h.
//
// The plug-in's library stays loaded for ever, because batches may outlive every object made here. Functions that the
// plug-in leaves out, or that its older header did not have, are kUnsupported. Threads are those of the classes.
#pragma once

#include <memory>
#include <string_view>

#include "tenon/connector.h"
#include "tenon/plugin.h"

namespace tenon::connector {

// Calls the entry point of the library at `library_path`, which only names it in errors. Gives the plug-in's own error
// when it refuses, kInternal that names the library when its tables are not usable.
Result<std::unique_ptr<Connector>> ImportConnector(tenon_connector_init_function init,
                                                   std::string_view library_path);

}  // namespace tenon::connector
