// Holds connectors to their contract: wraps one, and everything it opens, so that a lie or an exception of its code
// becomes an error that names connector, partition and rule, before wrong rows go further.
//
//   std::shared_ptr<Connector> files = Checked(MakeFilesConnector(), CheckLevel::kCheap);
//
// A broken rule is kInternal TN3001 "Connector broke its contract: rule=… connector=…", a secret where none may be
// TN3005, an exception TN3003 (std::bad_alloc: kResourceExhausted). The rules and their words are listed in
// docs/connector-contract.md. The wrapper also does what every caller wants: batches come out in the canonical layout,
// secrets of the options are taken out of errors, logs and error records, errors carry connector= and partition= as
// their place, and a crash report (crash_report.h) can tell where a thread is. The caller is held to the contract too:
// Next() after an error, Write() after Commit() never reach the connector.
//
// Threads and lives are those of the classes that are wrapped.
#pragma once

#include <memory>

#include "tenon/connector.h"

namespace tenon::connector {

enum class CheckLevel {
  kCheap,  // Counts, lengths, schema, order of calls: below a microsecond a batch.
  // Also calls whose answers must be equal are made twice, and every value of a scan's first sixteen batches and of
  // each 64th after them is looked at. For plug-ins: what lies, lies early or often, and looking at all values of
  // wide text costs as much as reading it.
  kSampled,
  kFull,  // Also every value of every batch. For tests and the conformance suite.
};

// Takes the connector over. A connector that is checked already is returned as it is.
std::shared_ptr<Connector> Checked(std::shared_ptr<Connector> connector, CheckLevel level);

}  // namespace tenon::connector
