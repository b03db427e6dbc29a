// A connector: code that can read and write one kind of store. Include this to write one.
//
//   class MyConnector : public tenon::Connector { … info(), OpenSource(), OpenReaders() … };
//   TENON_PLUGIN(MyConnector)          // plugin_export.h, when it is built as a library of its own
//
// Everything but info() is optional and defaults to kUnsupported. A connector has no state of its own: it gets
// resolved options and returns objects. All its methods may be called concurrently. Values travel, services do
// not: a connector never sees a secret store, a catalog or a bookmark store.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/options.h"
#include "tenon/sink.h"
#include "tenon/source.h"

namespace tenon {

// An optional ability, asked for by id. The only down-cast is in OpenAbilityAs below.
struct Ability {
  virtual ~Ability() = default;
};

enum class Outcome : int32_t { kPublished = 1, kNever = 2 };

// What a sink needs besides Commit so that a cut run can be finished. Must work in a new process, from options and
// journal alone, without opening the sink.
class Recovery : public Ability {
 public:
  static constexpr std::string_view kId = "tenon.recovery/1";
  // Decides for ever: rolls prepared files forward, or fences the register. Repeating it gives the same answer.
  // kUnavailable = no answer (the run ends as "unknown"); never a guess. kConflict: a newer call holds the register.
  virtual Result<Outcome> Settle(const SinkCall& call, uint64_t seq, std::string_view covers,
                                 std::span<const std::string> messages, std::string_view places,
                                 const TaskContext& context) = 0;
  // Removes what the call left behind and no commit names. Idempotent; may be repeated by later runs, because a
  // stopped process may wake and write after the first sweep.
  virtual Status Discard(const SinkCall& call, std::string_view places,
                         std::span<const std::string> messages, const TaskContext& context) = 0;
};

struct TablePage {
  std::vector<std::string> names;
  std::string next_token;  // Empty: this was the last page.
};

// Browsing. Names are given and returned as the store spells them.
class Catalog : public Ability {
 public:
  static constexpr std::string_view kId = "tenon.catalog/1";
  virtual Result<TablePage> ListNamespaces(std::string_view token, int max,
                                           const TaskContext& context) = 0;
  virtual Result<TablePage> ListTables(std::string_view name_space, std::string_view token, int max,
                                       const TaskContext& context) = 0;
  virtual Result<Schema> Describe(std::string_view name_space, std::string_view table,
                                  const TaskContext& context) = 0;
};

// Without it the host opens a source and asks its schema.
class ConnectionTest : public Ability {
 public:
  static constexpr std::string_view kId = "tenon.connection_test/1";
  // Ok, kPermissionDenied (credentials), kUnavailable (not reached) or kNotFound.
  virtual Status Test(const TaskContext& context) = 0;
};

// Claims default to "can": a connector says what it cannot do, and the conformance suite checks both ways.
struct Capabilities {
  bool read = true;
  bool write = true;
  bool replayable = true;  // Opening a partition again gives the same rows.
  bool remote = true;      // Scans and writers may be opened in another process.
  int max_readers = 0;     // At once; 0 = as many as the host likes.
  int max_writers = 0;
};

struct ConnectorInfo {
  std::string name;                      // "sequence": how a job names it.
  std::string version;                   // Its own.
  std::string help;                      // One sentence.
  std::vector<std::string> class_names;  // Values of the option className that mean this connector.
  std::string options_schema;  // JSON Schema of the source's options: OptionSpec::JsonSchema().
  std::string sink_options_schema;  // Of the sink's; empty when it has none or they are the same.
  Capabilities can;
  std::vector<std::string> abilities;  // Ids that OpenAbility answers.
};

class Connector {
 public:
  virtual ~Connector() = default;
  virtual ConnectorInfo info() const = 0;  // No I/O.
  virtual Result<std::unique_ptr<Source>> OpenSource(const Options& options,
                                                     const TaskContext& context);
  virtual Result<std::unique_ptr<ReaderFactory>> OpenReaders(const Options& options,
                                                             const ScanState& state,
                                                             const TaskContext& context);
  virtual Result<std::unique_ptr<Sink>> OpenSink(const Options& options,
                                                 const WriteRequest& request,
                                                 const TaskContext& context);
  virtual Result<std::unique_ptr<WriterFactory>> OpenWriters(const Options& options,
                                                             std::string_view sink_state,
                                                             const TaskContext& context);
  // Null = it has no such ability.
  virtual Result<std::unique_ptr<Ability>> OpenAbility(std::string_view id, const Options& options,
                                                       const TaskContext& context);
};

// The ability A of a connector, or null.
template <typename A>
Result<std::unique_ptr<A>> OpenAbilityAs(Connector& connector, const Options& options,
                                         const TaskContext& context) {
  TENON_ASSIGN_OR_RETURN(std::unique_ptr<Ability> ability,
                         connector.OpenAbility(A::kId, options, context));
  return std::unique_ptr<A>(static_cast<A*>(ability.release()));
}

}  // namespace tenon
