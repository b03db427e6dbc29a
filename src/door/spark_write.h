// The writing half of spark.h's adapter: a WriteSupport seen as a Sink and as writers. Private to the door.
#pragma once

#include <memory>
#include <string_view>

#include "tenon/spark.h"

namespace tenon::spark::internal {

Result<std::unique_ptr<Sink>> OpenSink(const WriteSupport& write, const Options& options,
                                       const WriteRequest& request);
Result<std::unique_ptr<WriterFactory>> OpenWriters(const WriteSupport& write,
                                                   const Options& options,
                                                   std::string_view sink_state);

}  // namespace tenon::spark::internal
