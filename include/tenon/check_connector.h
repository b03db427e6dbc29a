// Holds a connector's reading to the contract of source.h, without an engine: call it from a unit test of your own.
//
//   ConnectorCheck check = CheckConnector(my_connector, options);
//   for (const std::string& finding : check.findings) std::cerr << finding << "\n";
//
// It reads the source several times: whole, again in another order, with all readers open at once, in batches of three
// rows, with fewer columns, with each filter and limit that Offer takes, up to and behind its position, cancelled, and
// with partitions that are junk. So give it options that name little data: some thousand rows, with nulls if the store
// has them. Anything that is the same for every connector is checked here; what only yours can know is not.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tenon/connector.h"

namespace tenon {

struct ConnectorCheck {
  std::vector<std::string> findings;  // "rule: facts"; empty: it keeps the contract.
  int partitions = 0;                 // Of the first, plain read.
  int64_t rows = 0;
  int filters_taken = 0;  // Conjuncts that Offer took, exactly or not, and that were tried.
};

// Never fails itself: an error of the connector is a finding. REQUIRES: options that the connector accepts, and a store
// that does not change meanwhile.
ConnectorCheck CheckConnector(Connector& connector, const Options& options);

}  // namespace tenon
