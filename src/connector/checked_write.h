// The writing half of checked.h: sinks, writer factories and writers. See there.
#pragma once

#include <memory>

#include "connector/checked_host.h"
#include "connector/contract.h"
#include "tenon/sink.h"

namespace tenon::connector {

// kInternal when the sink breaks a rule as soon as it is opened.
Result<std::unique_ptr<Sink>> CheckSink(ContractPtr contract, std::unique_ptr<CheckedHost> host,
                                        std::unique_ptr<Sink> sink);

std::unique_ptr<WriterFactory> CheckWriters(ContractPtr contract, std::unique_ptr<CheckedHost> host,
                                            std::unique_ptr<WriterFactory> factory);

}  // namespace tenon::connector
