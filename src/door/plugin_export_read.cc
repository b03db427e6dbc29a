#include "door/plugin_export_read.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "door/plugin_guard.h"

namespace tenon::internal {
namespace {

// In each of these the task is declared first: it outlives what was opened with it.

struct ReaderSelf {
  std::unique_ptr<PluginTask> task;
  std::unique_ptr<PartitionReader> reader;
  BatchExporter exporter;

  static int32_t Next(void* self, ArrowSchema* schema, ArrowArray* array, tenon_error* error) {
    return Guard(error, [&]() -> Status {
      auto* reader = static_cast<ReaderSelf*>(self);
      TENON_ASSIGN_OR_RETURN(std::optional<RecordBatch> batch, reader->reader->Next());
      schema->release = nullptr;
      array->release = nullptr;
      if (batch) reader->exporter.Export(*std::move(batch), schema, array);
      return Status::Ok();
    });
  }
};

Status OpenReader(const ReaderFactory& factory, const tenon_partition* partition,
                  const tenon_task* task, tenon_reader* out) {
  auto self = std::make_unique<ReaderSelf>();
  self->task = std::make_unique<PluginTask>(task);
  TENON_ASSIGN_OR_RETURN(self->reader,
                         factory.Open(FromPartition(*partition), self->task->context()));
  FillTable<tenon_reader>(
      {sizeof(tenon_reader), self.release(), ReaderSelf::Next, ReleaseTable<ReaderSelf>}, out);
  return Status::Ok();
}

struct FactorySelf {
  std::unique_ptr<PluginTask> task;
  std::unique_ptr<ReaderFactory> factory;

  static int32_t Open(const void* self, const tenon_partition* partition, const tenon_task* task,
                      tenon_reader* out, tenon_error* error) {
    return Guard(error, [&] {
      return OpenReader(*static_cast<const FactorySelf*>(self)->factory, partition, task, out);
    });
  }
};

// Partitions with the texts that they point to.
struct PartitionPage {
  std::vector<Partition> partitions;
  std::vector<std::vector<tenon_text>> hosts;
  std::vector<tenon_partition> items;

  static void Release(tenon_partition_list* list) {
    const std::unique_ptr<PartitionPage> last(static_cast<PartitionPage*>(list->owner));
    *list = {};
  }
};

struct ScanSelf {
  std::unique_ptr<PluginTask> task;
  std::unique_ptr<Scan> scan;

  static const Scan& Of(const void* self) { return *static_cast<const ScanSelf*>(self)->scan; }

  static int32_t NextPartitions(void* self, const tenon_task* task, tenon_partition_list* out,
                                tenon_error* error) {
    return Guard(error, [&]() -> Status {
      PluginTask own(task);
      auto page = std::make_unique<PartitionPage>();
      TENON_ASSIGN_OR_RETURN(page->partitions,
                             static_cast<ScanSelf*>(self)->scan->NextPartitions(own.context()));
      page->hosts.resize(page->partitions.size());
      for (size_t i = 0; i < page->partitions.size(); ++i) {
        page->items.push_back(ToPartition(page->partitions[i], &page->hosts[i]));
      }
      *out = {page->items.data(), page->items.size(), page.get(), PartitionPage::Release};
      static_cast<void>(page.release());  // Owned by the list.
      return Status::Ok();
    });
  }

  static int32_t State(const void* self, tenon_bytes* bytes, ArrowSchema* schema,
                       tenon_error* error) {
    return Guard(error, [&] {
      ScanState state = Of(self).state();
      schema->release = nullptr;
      if (state.schema) ExportSchema(*state.schema, schema);
      GiveBytes(std::move(state.bytes), bytes);
      return Status::Ok();
    });
  }

  static int32_t End(const void* self, int32_t* has, tenon_bytes* position, tenon_error* error) {
    return Guard(error, [&] {
      std::optional<Position> end = Of(self).end();
      *has = end ? 1 : 0;
      if (end) GiveBytes(std::move(end->json), position);
      return Status::Ok();
    });
  }

  static int32_t Pin(const void* self, tenon_bytes* pin, tenon_error* error) {
    return Guard(error, [&] {
      GiveBytes(Of(self).pin(), pin);
      return Status::Ok();
    });
  }

  // The table's self is the factory itself, which the scan owns.
  static int32_t LocalReaders(const void* self, tenon_reader_factory* out, tenon_error* error) {
    return Guard(error, [&] {
      const ReaderFactory* factory = Of(self).local_readers();
      const auto open = [](const void* local, const tenon_partition* partition,
                           const tenon_task* task, tenon_reader* reader, tenon_error* open_error) {
        return Guard(open_error, [&] {
          return OpenReader(*static_cast<const ReaderFactory*>(local), partition, task, reader);
        });
      };
      FillTable<tenon_reader_factory>(
          {sizeof(tenon_reader_factory), const_cast<ReaderFactory*>(factory), open,
           [](tenon_reader_factory* table) { table->release = nullptr; }},
          out);
      return Status::Ok();
    });
  }
};

Result<ScanRequest> ReadRequest(const tenon_scan_request& given) {
  const tenon_scan_request in = CompleteTable(given);
  ScanRequest request;
  if (in.has_columns != 0) request.columns = FromTexts(in.columns, in.column_count);
  TENON_ASSIGN_OR_RETURN(request.where, ReadPredicates(in.where, in.where_count));
  if (in.has_limit != 0) request.limit = in.limit;
  if (in.after.data != nullptr) request.after = Position{std::string(FromText(in.after))};
  if (in.until.data != nullptr) request.until = Position{std::string(FromText(in.until))};
  request.pin = FromText(in.pin);
  request.wanted_partitions = in.wanted_partitions;
  return request;
}

// An offer with the texts and lists that it points to.
struct OfferOwner {
  ScanOffer offer;
  std::vector<int32_t> where;
  std::vector<tenon_sort_key> order;
  std::vector<tenon_text> keys;

  static void Release(tenon_scan_offer* offer) {
    const std::unique_ptr<OfferOwner> last(static_cast<OfferOwner*>(offer->owner));
    if (offer->schema.release != nullptr) offer->schema.release(&offer->schema);
    offer->owner = nullptr;
    offer->release = nullptr;
  }
};

void GiveOffer(ScanOffer offer, tenon_scan_offer* out) {
  auto owner = std::make_unique<OfferOwner>();
  owner->offer = std::move(offer);
  const ScanOffer& kept = owner->offer;
  for (PushDown answer : kept.where) owner->where.push_back(static_cast<int32_t>(answer));
  for (const SortKey& key : kept.order) {
    owner->order.push_back({ToText(key.column), key.descending ? 1 : 0, key.nulls_first ? 1 : 0});
  }
  owner->keys = ToTexts(kept.partition_keys);

  tenon_scan_offer filled{};
  filled.size = sizeof(filled);
  filled.columns = kept.columns ? 1 : 0;
  filled.limit = kept.limit ? 1 : 0;
  filled.where = owner->where.data();
  filled.where_count = owner->where.size();
  if (kept.schema) ExportSchema(*kept.schema, &filled.schema);
  filled.rows = kept.rows;
  filled.bytes = kept.bytes;
  filled.order = owner->order.data();
  filled.order_count = owner->order.size();
  filled.partition_keys = owner->keys.data();
  filled.partition_key_count = owner->keys.size();
  filled.detail = ToText(kept.detail);
  filled.release = OfferOwner::Release;
  filled.owner = owner.release();
  FillTable(filled, out);
}

struct SourceSelf {
  std::unique_ptr<PluginTask> task;
  std::unique_ptr<Source> source;

  static int32_t ReadSchema(void* self, const tenon_task* task, ArrowSchema* out,
                            tenon_error* error) {
    return Guard(error, [&]() -> Status {
      PluginTask own(task);
      TENON_ASSIGN_OR_RETURN(std::optional<Schema> schema,
                             static_cast<SourceSelf*>(self)->source->schema(own.context()));
      out->release = nullptr;
      if (schema) ExportSchema(*schema, out);
      return Status::Ok();
    });
  }

  static int32_t Offer(void* self, const tenon_scan_request* request, const tenon_task* task,
                       tenon_scan_offer* out, tenon_error* error) {
    return Guard(error, [&]() -> Status {
      PluginTask own(task);
      TENON_ASSIGN_OR_RETURN(const ScanRequest read, ReadRequest(*request));
      TENON_ASSIGN_OR_RETURN(ScanOffer offer,
                             static_cast<SourceSelf*>(self)->source->Offer(read, own.context()));
      GiveOffer(std::move(offer), out);
      return Status::Ok();
    });
  }

  static int32_t Plan(void* self, const tenon_scan_request* accepted, const tenon_task* task,
                      tenon_scan* out, tenon_error* error) {
    return Guard(error, [&]() -> Status {
      auto scan = std::make_unique<ScanSelf>();
      scan->task = std::make_unique<PluginTask>(task);
      TENON_ASSIGN_OR_RETURN(const ScanRequest read, ReadRequest(*accepted));
      TENON_ASSIGN_OR_RETURN(
          scan->scan, static_cast<SourceSelf*>(self)->source->Plan(read, scan->task->context()));
      FillTable<tenon_scan>(
          {sizeof(tenon_scan), scan.release(), ScanSelf::NextPartitions, ScanSelf::State,
           ScanSelf::End, ScanSelf::Pin, ScanSelf::LocalReaders, ReleaseTable<ScanSelf>},
          out);
      return Status::Ok();
    });
  }
};

}  // namespace

void ExportSource(std::unique_ptr<Source> source, std::unique_ptr<PluginTask> task,
                  tenon_source* out) {
  auto self = std::make_unique<SourceSelf>();
  self->task = std::move(task);
  self->source = std::move(source);
  FillTable<tenon_source>({sizeof(tenon_source), self.release(), SourceSelf::ReadSchema,
                           SourceSelf::Offer, SourceSelf::Plan, ReleaseTable<SourceSelf>},
                          out);
}

void ExportReaderFactory(std::unique_ptr<ReaderFactory> factory, std::unique_ptr<PluginTask> task,
                         tenon_reader_factory* out) {
  auto self = std::make_unique<FactorySelf>();
  self->task = std::move(task);
  self->factory = std::move(factory);
  FillTable<tenon_reader_factory>(
      {sizeof(tenon_reader_factory), self.release(), FactorySelf::Open, ReleaseTable<FactorySelf>},
      out);
}

}  // namespace tenon::internal
