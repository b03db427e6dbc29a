// The reading half of spark.h's adapter: a ReadSupport seen as a Source and as readers. Private to the door.
#pragma once

#include <memory>
#include <string>

#include "tenon/spark.h"

namespace tenon::spark::internal {

// `read` is kept by all that is made here. `name` is the connector's, for errors.
std::unique_ptr<Source> MakeSource(std::shared_ptr<const ReadSupport> read, std::string name,
                                   const Options& options);
Result<std::unique_ptr<ReaderFactory>> MakeReaders(std::shared_ptr<const ReadSupport> read,
                                                   const Options& options, const ScanState& state);

}  // namespace tenon::spark::internal
