// Makes rows out of nothing: as many as asked, of any types, in any number of partitions, with delays, faults and
// broken promises on request. It stands in for a store wherever an engine is tested or measured;
// docs/connectors/sequence.md lists its options and says which value each row has.
#pragma once

#include <memory>

#include "tenon/connector.h"

namespace tenon {

// The connector "sequence", read-only. It has no state: any number may exist.
std::unique_ptr<Connector> MakeSequenceConnector();

}  // namespace tenon
