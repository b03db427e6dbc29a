#include "connector/plugin_import.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "connector/plugin_import_read.h"
#include "connector/plugin_import_write.h"

namespace tenon::connector {
namespace {

using internal::FromText;
using internal::ToText;

class PluginConnector : public Connector {
 public:
  PluginConnector(OwnedTable<tenon_connector> table, ConnectorInfo info)
      : table_(std::move(table)), info_(std::move(info)) {}

  ConnectorInfo info() const override { return info_; }

  Result<std::unique_ptr<Source>> OpenSource(const Options& options,
                                             const TaskContext& context) override {
    if (table_->open_source == nullptr) return Connector::OpenSource(options, context);
    const LentOptions lent(options);
    auto task = std::make_unique<LentTask>(context);
    OwnedTable<tenon_source> source;
    TENON_RETURN_IF_ERROR(CallPlugin([&](tenon_error* error) {
      return table_->open_source(table_.self(), lent.table(), task->table(), source.out(), error);
    }));
    return ImportSource(std::move(source), std::move(task));
  }

  Result<std::unique_ptr<ReaderFactory>> OpenReaders(const Options& options, const ScanState& state,
                                                     const TaskContext& context) override {
    if (table_->open_readers == nullptr) return Connector::OpenReaders(options, state, context);
    const LentOptions lent(options);
    auto task = std::make_unique<LentTask>(context);
    OwnedTable<tenon_reader_factory> factory;
    ArrowSchema schema{};
    if (state.schema) ExportSchema(*state.schema, &schema);
    Status status = CallPlugin([&](tenon_error* error) {
      return table_->open_readers(table_.self(), lent.table(), ToText(state.bytes), &schema,
                                  task->table(), factory.out(), error);
    });
    if (schema.release != nullptr) schema.release(&schema);
    TENON_RETURN_IF_ERROR(std::move(status));
    SchemaPtr declared;
    if (state.schema) declared = std::make_shared<const Schema>(*state.schema);
    return ImportReaderFactory(std::move(factory), std::move(task), std::move(declared));
  }

  Result<std::unique_ptr<Sink>> OpenSink(const Options& options, const WriteRequest& request,
                                         const TaskContext& context) override {
    if (table_->open_sink == nullptr) return Connector::OpenSink(options, request, context);
    const LentOptions lent(options);
    auto task = std::make_unique<LentTask>(context);
    OwnedTable<tenon_sink> sink;
    TENON_RETURN_IF_ERROR(WithWriteRequest(request, [&](const tenon_write_request* lent_request) {
      return CallPlugin([&](tenon_error* error) {
        return table_->open_sink(table_.self(), lent.table(), lent_request, task->table(),
                                 sink.out(), error);
      });
    }));
    return ImportSink(std::move(sink), std::move(task));
  }

  Result<std::unique_ptr<WriterFactory>> OpenWriters(const Options& options,
                                                     std::string_view sink_state,
                                                     const TaskContext& context) override {
    if (table_->open_writers == nullptr)
      return Connector::OpenWriters(options, sink_state, context);
    const LentOptions lent(options);
    auto task = std::make_unique<LentTask>(context);
    OwnedTable<tenon_writer_factory> factory;
    TENON_RETURN_IF_ERROR(CallPlugin([&](tenon_error* error) {
      return table_->open_writers(table_.self(), lent.table(), ToText(sink_state), task->table(),
                                  factory.out(), error);
    }));
    return ImportWriterFactory(std::move(factory), std::move(task));
  }

  Result<std::unique_ptr<Ability>> OpenAbility(std::string_view id, const Options& options,
                                               const TaskContext& context) override;

 private:
  OwnedTable<tenon_connector> table_;
  ConnectorInfo info_;
};

// Asks the plug-in anew at each test.
class PluginConnectionTest : public ConnectionTest {
 public:
  PluginConnectionTest(const OwnedTable<tenon_connector>& table, Options options)
      : table_(table), options_(std::move(options)) {}

  Status Test(const TaskContext& context) override {
    const LentOptions lent(options_);
    const LentTask task(context);
    return CallPlugin([&](tenon_error* error) {
      return table_->test_connection(table_.self(), lent.table(), task.table(), error);
    });
  }

 private:
  const OwnedTable<tenon_connector>& table_;
  Options options_;
};

Result<std::unique_ptr<Ability>> PluginConnector::OpenAbility(std::string_view id,
                                                              const Options& options,
                                                              const TaskContext& context) {
  const bool has =
      std::find(info_.abilities.begin(), info_.abilities.end(), id) != info_.abilities.end();
  if (!has) return std::unique_ptr<Ability>();
  if (id == ConnectionTest::kId) return std::make_unique<PluginConnectionTest>(table_, options);
  const LentOptions lent(options);
  auto task = std::make_unique<LentTask>(context);
  if (id == Recovery::kId) {
    OwnedTable<tenon_recovery> recovery;
    TENON_RETURN_IF_ERROR(CallPlugin([&](tenon_error* error) {
      return table_->open_recovery(table_.self(), lent.table(), task->table(), recovery.out(),
                                   error);
    }));
    return ImportRecovery(std::move(recovery), std::move(task));
  }
  OwnedTable<tenon_catalog> catalog;
  TENON_RETURN_IF_ERROR(CallPlugin([&](tenon_error* error) {
    return table_->open_catalog(table_.self(), lent.table(), task->table(), catalog.out(), error);
  }));
  return ImportCatalog(std::move(catalog), std::move(task));
}

// A claim counts only with the function that keeps it.
ConnectorInfo ReadInfo(const tenon_connector& table, const tenon_info& given) {
  const tenon_info in = internal::CompleteTable(given);
  ConnectorInfo info;
  info.name = FromText(in.name);
  info.version = FromText(in.version);
  info.help = FromText(in.help);
  info.class_names = internal::FromTexts(in.class_names, in.class_name_count);
  info.options_schema = FromText(in.options_schema);
  info.sink_options_schema = FromText(in.sink_options_schema);
  info.can.read = in.can_read != 0 && table.open_source != nullptr;
  info.can.write = in.can_write != 0 && table.open_sink != nullptr;
  info.can.replayable = in.replayable != 0;
  info.can.remote = in.remote != 0;
  info.can.max_readers = in.max_readers;
  info.can.max_writers = in.max_writers;
  if (in.has_recovery != 0 && table.open_recovery != nullptr)
    info.abilities.emplace_back(Recovery::kId);
  if (in.has_catalog != 0 && table.open_catalog != nullptr)
    info.abilities.emplace_back(Catalog::kId);
  if (in.has_connection_test != 0 && table.test_connection != nullptr) {
    info.abilities.emplace_back(ConnectionTest::kId);
  }
  return info;
}

}  // namespace

Result<std::unique_ptr<Connector>> ImportConnector(tenon_connector_init_function init,
                                                   std::string_view library_path) {
  const std::string library = " library=" + std::string(library_path);
  OwnedTable<tenon_connector> table;
  Status status =
      CallPlugin([&](tenon_error* error) { return init(TENON_DOOR_VERSION, table.out(), error); });
  if (!status.ok()) return std::move(status).WithWhere("library=" + std::string(library_path));
  const tenon_info* info = table->info != nullptr ? table->info(table.self()) : nullptr;
  if (info == nullptr) return Status::Internal("The plug-in says nothing about itself:" + library);
  ConnectorInfo read = ReadInfo(*table.out(), *info);
  if (read.name.empty()) return Status::Internal("The plug-in has no name:" + library);
  return std::make_unique<PluginConnector>(std::move(table), std::move(read));
}

}  // namespace tenon::connector
