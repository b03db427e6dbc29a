#include <utility>

#include "memory.h"
#include "memory_parts.h"

namespace tenon {
namespace {

class MemoryConnector : public Connector {
 public:
  explicit MemoryConnector(std::shared_ptr<MemoryStore> store) : store_(std::move(store)) {}

  ConnectorInfo info() const override {
    return {
        .name = "memory",
        .version = "1",
        .help =
            "Tables in the memory of this process: for tests, measurements and embedding programs.",
        .options_schema = memory::SourceSpec().JsonSchema(),
        .sink_options_schema = memory::SinkSpec().JsonSchema(),
        .can = {.remote = false},
        .abilities = {std::string(Recovery::kId)}};
  }

  Result<std::unique_ptr<Source>> OpenSource(const Options& options, const TaskContext&) override {
    TENON_ASSIGN_OR_RETURN(memory::SourceOptions parsed, memory::SourceSpec().Parse(options));
    return memory::MakeSource(store_, std::move(parsed));
  }

  Result<std::unique_ptr<Sink>> OpenSink(const Options& options, const WriteRequest& request,
                                         const TaskContext&) override {
    TENON_ASSIGN_OR_RETURN(memory::SinkOptions parsed, memory::SinkSpec().Parse(options));
    return memory::MakeSink(store_, std::move(parsed), request);
  }

  Result<std::unique_ptr<Ability>> OpenAbility(std::string_view id, const Options& options,
                                               const TaskContext&) override {
    if (id != Recovery::kId) return std::unique_ptr<Ability>();
    TENON_ASSIGN_OR_RETURN(memory::SinkOptions parsed, memory::SinkSpec().Parse(options));
    return memory::MakeRecovery(store_, std::move(parsed));
  }

 private:
  std::shared_ptr<MemoryStore> store_;
};

}  // namespace

std::unique_ptr<Connector> MakeMemoryConnector(std::shared_ptr<MemoryStore> store) {
  return std::make_unique<MemoryConnector>(std::move(store));
}

}  // namespace tenon
