// The connectors that come with Tenon, listed by hand: nothing registers itself.
#pragma once

#include <memory>
#include <vector>

#include "tenon/connector.h"

namespace tenon {

// New objects on each call: an embedder owns what it passes to Job::Start.
std::vector<std::shared_ptr<Connector>> BuiltinConnectors();

}  // namespace tenon
