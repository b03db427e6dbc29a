#include "tenon/plugin_export.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "door/plugin_export_read.h"
#include "door/plugin_export_write.h"
#include "door/plugin_guard.h"

namespace tenon {
namespace {

// The oldest host whose tables have all that this side needs.
constexpr uint32_t kOldestHost = 1;

Options ReadOptions(tenon_options given) {
  Options options;
  for (size_t i = 0; i < given.count; ++i) {
    const tenon_option& item = given.items[i];
    std::string name(internal::FromText(item.name)), value(internal::FromText(item.value));
    if (item.secret != 0) {
      options.SetSecret(std::move(name), Secret(std::move(value)));
    } else {
      options.Set(std::move(name), std::move(value));
    }
  }
  return options;
}

Status NoAbility(const Connector& connector, std::string_view id) {
  return Status::Unsupported("Connector lacks an ability: connector=" + connector.info().name +
                             " ability=" + std::string(id));
}

struct ConnectorSelf {
  std::unique_ptr<Connector> connector;
  ConnectorInfo info;  // What c_info points to.
  std::vector<tenon_text> class_names;
  tenon_info c_info{};

  explicit ConnectorSelf(std::unique_ptr<Connector> given)
      : connector(std::move(given)), info(connector->info()) {
    auto has = [this](std::string_view id) {
      return std::find(info.abilities.begin(), info.abilities.end(), id) != info.abilities.end()
                 ? 1
                 : 0;
    };
    class_names = internal::ToTexts(info.class_names);
    c_info.size = sizeof(c_info);
    c_info.door_version = TENON_DOOR_VERSION;
    c_info.name = internal::ToText(info.name);
    c_info.version = internal::ToText(info.version);
    c_info.help = internal::ToText(info.help);
    c_info.options_schema = internal::ToText(info.options_schema);
    c_info.sink_options_schema = internal::ToText(info.sink_options_schema);
    c_info.class_names = class_names.data();
    c_info.class_name_count = class_names.size();
    c_info.can_read = info.can.read ? 1 : 0;
    c_info.can_write = info.can.write ? 1 : 0;
    c_info.replayable = info.can.replayable ? 1 : 0;
    c_info.remote = info.can.remote ? 1 : 0;
    c_info.max_readers = info.can.max_readers;
    c_info.max_writers = info.can.max_writers;
    c_info.has_recovery = has(Recovery::kId);
    c_info.has_catalog = has(Catalog::kId);
    c_info.has_connection_test = has(ConnectionTest::kId);
  }

  static Connector& Of(void* self) { return *static_cast<ConnectorSelf*>(self)->connector; }

  static const tenon_info* Info(const void* self) {
    return &static_cast<const ConnectorSelf*>(self)->c_info;
  }

  static int32_t OpenSource(void* self, tenon_options options, const tenon_task* task,
                            tenon_source* out, tenon_error* error) {
    return internal::Guard(error, [&]() -> Status {
      auto own = std::make_unique<internal::PluginTask>(task);
      TENON_ASSIGN_OR_RETURN(std::unique_ptr<Source> source,
                             Of(self).OpenSource(ReadOptions(options), own->context()));
      internal::ExportSource(std::move(source), std::move(own), out);
      return Status::Ok();
    });
  }

  static int32_t OpenReaders(void* self, tenon_options options, tenon_text state,
                             const ArrowSchema* schema, const tenon_task* task,
                             tenon_reader_factory* out, tenon_error* error) {
    return internal::Guard(error, [&]() -> Status {
      auto own = std::make_unique<internal::PluginTask>(task);
      ScanState read{std::string(internal::FromText(state)), std::nullopt};
      if (schema != nullptr && schema->release != nullptr) {
        TENON_ASSIGN_OR_RETURN(read.schema, ImportSchema(*schema));
      }
      TENON_ASSIGN_OR_RETURN(std::unique_ptr<ReaderFactory> factory,
                             Of(self).OpenReaders(ReadOptions(options), read, own->context()));
      internal::ExportReaderFactory(std::move(factory), std::move(own), out);
      return Status::Ok();
    });
  }

  static int32_t OpenSink(void* self, tenon_options options, const tenon_write_request* request,
                          const tenon_task* task, tenon_sink* out, tenon_error* error) {
    return internal::Guard(error, [&]() -> Status {
      auto own = std::make_unique<internal::PluginTask>(task);
      TENON_ASSIGN_OR_RETURN(const WriteRequest read, internal::ReadWriteRequest(*request));
      TENON_ASSIGN_OR_RETURN(std::unique_ptr<Sink> sink,
                             Of(self).OpenSink(ReadOptions(options), read, own->context()));
      internal::ExportSink(std::move(sink), std::move(own), out);
      return Status::Ok();
    });
  }

  static int32_t OpenWriters(void* self, tenon_options options, tenon_text sink_state,
                             const tenon_task* task, tenon_writer_factory* out,
                             tenon_error* error) {
    return internal::Guard(error, [&]() -> Status {
      auto own = std::make_unique<internal::PluginTask>(task);
      TENON_ASSIGN_OR_RETURN(std::unique_ptr<WriterFactory> factory,
                             Of(self).OpenWriters(ReadOptions(options),
                                                  internal::FromText(sink_state), own->context()));
      internal::ExportWriterFactory(std::move(factory), std::move(own), out);
      return Status::Ok();
    });
  }

  // The ability A, or kUnsupported.
  template <typename A>
  static Result<std::unique_ptr<A>> Open(void* self, tenon_options options,
                                         const TaskContext& context) {
    TENON_ASSIGN_OR_RETURN(std::unique_ptr<A> ability,
                           OpenAbilityAs<A>(Of(self), ReadOptions(options), context));
    if (ability == nullptr) return NoAbility(Of(self), A::kId);
    return ability;
  }

  static int32_t OpenRecovery(void* self, tenon_options options, const tenon_task* task,
                              tenon_recovery* out, tenon_error* error) {
    return internal::Guard(error, [&]() -> Status {
      auto own = std::make_unique<internal::PluginTask>(task);
      TENON_ASSIGN_OR_RETURN(std::unique_ptr<Recovery> recovery,
                             Open<Recovery>(self, options, own->context()));
      internal::ExportRecovery(std::move(recovery), std::move(own), out);
      return Status::Ok();
    });
  }

  static int32_t OpenCatalog(void* self, tenon_options options, const tenon_task* task,
                             tenon_catalog* out, tenon_error* error) {
    return internal::Guard(error, [&]() -> Status {
      auto own = std::make_unique<internal::PluginTask>(task);
      TENON_ASSIGN_OR_RETURN(std::unique_ptr<Catalog> catalog,
                             Open<Catalog>(self, options, own->context()));
      internal::ExportCatalog(std::move(catalog), std::move(own), out);
      return Status::Ok();
    });
  }

  static int32_t TestConnection(void* self, tenon_options options, const tenon_task* task,
                                tenon_error* error) {
    return internal::Guard(error, [&]() -> Status {
      internal::PluginTask own(task);
      TENON_ASSIGN_OR_RETURN(std::unique_ptr<ConnectionTest> test,
                             Open<ConnectionTest>(self, options, own.context()));
      return test->Test(own.context());
    });
  }

  static void Release(tenon_connector* table) {
    const std::unique_ptr<ConnectorSelf> last(static_cast<ConnectorSelf*>(table->self));
    table->self = nullptr;
    table->release = nullptr;
  }
};

Status Export(std::unique_ptr<Connector> connector, uint32_t host_door_version,
              tenon_connector* out) {
  if (host_door_version < kOldestHost) {
    return Status::Unsupported("The host is too old for this connector: host_door_version=" +
                               std::to_string(host_door_version) +
                               " needed=" + std::to_string(kOldestHost))
        .WithHint("Upgrade Tenon.");
  }
  auto self = std::make_unique<ConnectorSelf>(std::move(connector));
  internal::FillTable<tenon_connector>(
      {sizeof(tenon_connector), self.release(), ConnectorSelf::Info, ConnectorSelf::OpenSource,
       ConnectorSelf::OpenReaders, ConnectorSelf::OpenSink, ConnectorSelf::OpenWriters,
       ConnectorSelf::OpenRecovery, ConnectorSelf::OpenCatalog, ConnectorSelf::TestConnection,
       ConnectorSelf::Release},
      out);
  return Status::Ok();
}

}  // namespace

int32_t ExportConnector(std::unique_ptr<Connector> connector, uint32_t host_door_version,
                        tenon_connector* out, tenon_error* error) noexcept {
  return internal::Guard(error,
                         [&] { return Export(std::move(connector), host_door_version, out); });
}

int32_t internal::ExportMadeConnector(std::unique_ptr<Connector> (*make)(),
                                      uint32_t host_door_version, tenon_connector* out,
                                      tenon_error* error) noexcept {
  return Guard(error, [&] { return Export(make(), host_door_version, out); });
}

}  // namespace tenon
