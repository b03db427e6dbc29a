#include "connectors/builtin.h"

namespace tenon {

std::vector<std::shared_ptr<Connector>> BuiltinConnectors() { return {}; }

}  // namespace tenon
