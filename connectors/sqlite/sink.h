// Writing: one transaction, which ends with the register. Writers take turns in it.
#pragma once

#include <memory>

#include "connectors/sqlite/sqlite_options.h"
#include "tenon/connector.h"
#include "tenon/sink.h"

namespace tenon::sqlite {

Result<std::unique_ptr<Sink>> MakeSink(SinkOptions options, const WriteRequest& request);
std::unique_ptr<Recovery> MakeRecovery(SinkOptions options);

}  // namespace tenon::sqlite
