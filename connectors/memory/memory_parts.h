// How the connector's files find each other: options, and the makers of source, sink and recovery.
#pragma once

#include <memory>
#include <string>

#include "memory_store.h"
#include "tenon/option_spec.h"

namespace tenon::memory {

struct SourceOptions {
  std::string table;
};

struct SinkOptions {
  std::string table;
  std::string mode = "keep";
  int64_t sleep_ms = 0;
  std::optional<std::string> fail_in;
  std::string fail_code = "unavailable";
  std::optional<int64_t> fail_times;
};

const OptionSpec<SourceOptions>& SourceSpec();
const OptionSpec<SinkOptions>& SinkSpec();

std::unique_ptr<Source> MakeSource(std::shared_ptr<const MemoryStore> store, SourceOptions options);
Result<std::unique_ptr<Sink>> MakeSink(std::shared_ptr<MemoryStore> store, SinkOptions options,
                                       const WriteRequest& request);
std::unique_ptr<Recovery> MakeRecovery(std::shared_ptr<MemoryStore> store, SinkOptions options);

}  // namespace tenon::memory
