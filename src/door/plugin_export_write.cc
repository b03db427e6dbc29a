#include "door/plugin_export_write.h"

#include <string>
#include <utility>
#include <vector>

#include "door/plugin_guard.h"

namespace tenon::internal {
namespace {

// In each of these the task is declared first: it outlives what was opened with it.

struct WriterSelf {
  std::unique_ptr<PluginTask> task;
  std::unique_ptr<PartitionWriter> writer;
  BatchImporter importer{nullptr};

  static int32_t Write(void* self, ArrowSchema* schema, ArrowArray* array, tenon_error* error) {
    return Guard(error, [&]() -> Status {
      auto* writer = static_cast<WriterSelf*>(self);
      TENON_ASSIGN_OR_RETURN(RecordBatch batch, writer->importer.Import(schema, array));
      return writer->writer->Write(std::move(batch));
    });
  }

  static int32_t Commit(void* self, tenon_bytes* message, tenon_error* error) {
    return Guard(error, [&]() -> Status {
      TENON_ASSIGN_OR_RETURN(std::string text, static_cast<WriterSelf*>(self)->writer->Commit());
      GiveBytes(std::move(text), message);
      return Status::Ok();
    });
  }
};

Status OpenWriter(const WriterFactory& factory, WriterId id, const tenon_task* task,
                  tenon_writer* out) {
  auto self = std::make_unique<WriterSelf>();
  self->task = std::make_unique<PluginTask>(task);
  TENON_ASSIGN_OR_RETURN(self->writer, factory.Open(id, self->task->context()));
  FillTable<tenon_writer>({sizeof(tenon_writer), self.release(), WriterSelf::Write,
                           WriterSelf::Commit, ReleaseTable<WriterSelf>},
                          out);
  return Status::Ok();
}

struct WriterFactorySelf {
  std::unique_ptr<PluginTask> task;
  std::unique_ptr<WriterFactory> factory;

  static int32_t Open(const void* self, int32_t partition, int32_t attempt, const tenon_task* task,
                      tenon_writer* out, tenon_error* error) {
    return Guard(error, [&] {
      return OpenWriter(*static_cast<const WriterFactorySelf*>(self)->factory, {partition, attempt},
                        task, out);
    });
  }
};

struct SinkSelf {
  std::unique_ptr<PluginTask> task;
  std::unique_ptr<Sink> sink;

  static const Sink& Of(const void* self) { return *static_cast<const SinkSelf*>(self)->sink; }

  // Has no room for an error: a class that cannot be had is the weakest one.
  static int32_t CommitClassOf(const void* self) {
    CommitClass found = CommitClass::kAppendOnly;
    static_cast<void>(Guard(nullptr, [&] {
      found = Of(self).commit_class();
      return Status::Ok();
    }));
    return static_cast<int32_t>(found);
  }

  static int32_t State(const void* self, tenon_bytes* out, tenon_error* error) {
    return Guard(error, [&] {
      GiveBytes(Of(self).state(), out);
      return Status::Ok();
    });
  }

  // The table's self is the factory itself, which the sink owns.
  static int32_t LocalWriters(const void* self, tenon_writer_factory* out, tenon_error* error) {
    return Guard(error, [&] {
      const WriterFactory* factory = Of(self).local_writers();
      const auto open = [](const void* local, int32_t partition, int32_t attempt,
                           const tenon_task* task, tenon_writer* writer, tenon_error* open_error) {
        return Guard(open_error, [&] {
          return OpenWriter(*static_cast<const WriterFactory*>(local), {partition, attempt}, task,
                            writer);
        });
      };
      FillTable<tenon_writer_factory>(
          {sizeof(tenon_writer_factory), const_cast<WriterFactory*>(factory), open,
           [](tenon_writer_factory* table) { table->release = nullptr; }},
          out);
      return Status::Ok();
    });
  }

  static int32_t CheckSchema(const void* self, const ArrowSchema* schema, tenon_error* error) {
    return Guard(error, [&]() -> Status {
      TENON_ASSIGN_OR_RETURN(const Schema read, ImportSchema(*schema));
      return Of(self).CheckSchema(read);
    });
  }

  static int32_t Commit(void* self, uint64_t seq, tenon_text covers, const tenon_text* messages,
                        size_t message_count, const tenon_task* task, tenon_error* error) {
    return Guard(error, [&] {
      PluginTask own(task);
      const std::vector<std::string> texts = FromTexts(messages, message_count);
      return static_cast<SinkSelf*>(self)->sink->Commit(seq, FromText(covers), texts,
                                                        own.context());
    });
  }
};

struct RecoverySelf {
  std::unique_ptr<PluginTask> task;
  std::unique_ptr<Recovery> recovery;

  static int32_t Settle(void* self, const tenon_sink_call* call, uint64_t seq, tenon_text covers,
                        const tenon_text* messages, size_t message_count, tenon_text places,
                        const tenon_task* task, int32_t* outcome, tenon_error* error) {
    return Guard(error, [&]() -> Status {
      PluginTask own(task);
      TENON_ASSIGN_OR_RETURN(
          const Outcome decided,
          static_cast<RecoverySelf*>(self)->recovery->Settle(
              FromSinkCall(*call), seq, FromText(covers), FromTexts(messages, message_count),
              FromText(places), own.context()));
      *outcome = static_cast<int32_t>(decided);
      return Status::Ok();
    });
  }

  static int32_t Discard(void* self, const tenon_sink_call* call, tenon_text places,
                         const tenon_text* messages, size_t message_count, const tenon_task* task,
                         tenon_error* error) {
    return Guard(error, [&] {
      PluginTask own(task);
      return static_cast<RecoverySelf*>(self)->recovery->Discard(
          FromSinkCall(*call), FromText(places), FromTexts(messages, message_count), own.context());
    });
  }
};

// Names with the texts that they point to.
struct NamePage {
  TablePage page;
  std::vector<tenon_text> items;

  static Status Give(Result<TablePage> result, tenon_names* out) {
    auto names = std::make_unique<NamePage>();
    TENON_ASSIGN_OR_RETURN(names->page, std::move(result));
    names->items = ToTexts(names->page.names);
    *out = {names->items.data(), names->items.size(), ToText(names->page.next_token), names.get(),
            [](tenon_names* list) {
              const std::unique_ptr<NamePage> last(static_cast<NamePage*>(list->owner));
              *list = {};
            }};
    static_cast<void>(names.release());  // Owned by the list.
    return Status::Ok();
  }
};

struct CatalogSelf {
  std::unique_ptr<PluginTask> task;
  std::unique_ptr<Catalog> catalog;

  static int32_t ListNamespaces(void* self, tenon_text token, int32_t max, const tenon_task* task,
                                tenon_names* out, tenon_error* error) {
    return Guard(error, [&] {
      PluginTask own(task);
      return NamePage::Give(static_cast<CatalogSelf*>(self)->catalog->ListNamespaces(
                                FromText(token), max, own.context()),
                            out);
    });
  }

  static int32_t ListTables(void* self, tenon_text name_space, tenon_text token, int32_t max,
                            const tenon_task* task, tenon_names* out, tenon_error* error) {
    return Guard(error, [&] {
      PluginTask own(task);
      return NamePage::Give(static_cast<CatalogSelf*>(self)->catalog->ListTables(
                                FromText(name_space), FromText(token), max, own.context()),
                            out);
    });
  }

  static int32_t Describe(void* self, tenon_text name_space, tenon_text table,
                          const tenon_task* task, ArrowSchema* out, tenon_error* error) {
    return Guard(error, [&]() -> Status {
      PluginTask own(task);
      TENON_ASSIGN_OR_RETURN(const Schema schema,
                             static_cast<CatalogSelf*>(self)->catalog->Describe(
                                 FromText(name_space), FromText(table), own.context()));
      ExportSchema(schema, out);
      return Status::Ok();
    });
  }
};

}  // namespace

Result<WriteRequest> ReadWriteRequest(const tenon_write_request& given) {
  const tenon_write_request in = CompleteTable(given);
  WriteRequest request;
  request.call = FromSinkCall(in.call);
  if (in.schema != nullptr && in.schema->release != nullptr) {
    TENON_ASSIGN_OR_RETURN(request.schema, ImportSchema(*in.schema));
  }
  request.mode = static_cast<WriteMode>(in.mode);
  request.keys = FromTexts(in.keys, in.key_count);
  request.wanted_writers = in.wanted_writers;
  return request;
}

void ExportSink(std::unique_ptr<Sink> sink, std::unique_ptr<PluginTask> task, tenon_sink* out) {
  auto self = std::make_unique<SinkSelf>();
  self->task = std::move(task);
  self->sink = std::move(sink);
  FillTable<tenon_sink>(
      {sizeof(tenon_sink), self.release(), SinkSelf::CommitClassOf, SinkSelf::State,
       SinkSelf::LocalWriters, SinkSelf::CheckSchema, SinkSelf::Commit, ReleaseTable<SinkSelf>},
      out);
}

void ExportWriterFactory(std::unique_ptr<WriterFactory> factory, std::unique_ptr<PluginTask> task,
                         tenon_writer_factory* out) {
  auto self = std::make_unique<WriterFactorySelf>();
  self->task = std::move(task);
  self->factory = std::move(factory);
  FillTable<tenon_writer_factory>({sizeof(tenon_writer_factory), self.release(),
                                   WriterFactorySelf::Open, ReleaseTable<WriterFactorySelf>},
                                  out);
}

void ExportRecovery(std::unique_ptr<Recovery> recovery, std::unique_ptr<PluginTask> task,
                    tenon_recovery* out) {
  auto self = std::make_unique<RecoverySelf>();
  self->task = std::move(task);
  self->recovery = std::move(recovery);
  FillTable<tenon_recovery>({sizeof(tenon_recovery), self.release(), RecoverySelf::Settle,
                             RecoverySelf::Discard, ReleaseTable<RecoverySelf>},
                            out);
}

void ExportCatalog(std::unique_ptr<Catalog> catalog, std::unique_ptr<PluginTask> task,
                   tenon_catalog* out) {
  auto self = std::make_unique<CatalogSelf>();
  self->task = std::move(task);
  self->catalog = std::move(catalog);
  FillTable<tenon_catalog>(
      {sizeof(tenon_catalog), self.release(), CatalogSelf::ListNamespaces, CatalogSelf::ListTables,
       CatalogSelf::Describe, ReleaseTable<CatalogSelf>},
      out);
}

}  // namespace tenon::internal
