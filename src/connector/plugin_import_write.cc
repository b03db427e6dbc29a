#include "connector/plugin_import_write.h"

#include <string>
#include <utility>
#include <vector>

namespace tenon::connector {
namespace {

using internal::ToText;

// In each of these the task is declared first: it outlives what was opened with it.

class ImportedWriter : public PartitionWriter {
 public:
  ImportedWriter(OwnedTable<tenon_writer> table, std::unique_ptr<LentTask> task)
      : task_(std::move(task)), table_(std::move(table)) {}

  Status Write(RecordBatch batch) override {
    if (table_->write == nullptr) return MissingFunction("tenon_writer.write");
    ArrowSchema schema{};
    ArrowArray array{};
    exporter_.Export(std::move(batch), &schema, &array);
    Status status = CallPlugin(
        [&](tenon_error* error) { return table_->write(table_.self(), &schema, &array, error); });
    // The writer takes both over; one that refused them may have left them.
    if (schema.release != nullptr) schema.release(&schema);
    if (array.release != nullptr) array.release(&array);
    return status;
  }

  Result<std::string> Commit() override {
    if (table_->commit == nullptr) return MissingFunction("tenon_writer.commit");
    tenon_bytes message{};
    TENON_RETURN_IF_ERROR(CallPlugin(
        [&](tenon_error* error) { return table_->commit(table_.self(), &message, error); }));
    return internal::TakeBytes(&message);
  }

 private:
  std::unique_ptr<LentTask> task_;
  OwnedTable<tenon_writer> table_;
  internal::BatchExporter exporter_;
};

class ImportedWriterFactory : public WriterFactory {
 public:
  ImportedWriterFactory(OwnedTable<tenon_writer_factory> table, std::unique_ptr<LentTask> task)
      : task_(std::move(task)), table_(std::move(table)) {}

  Result<std::unique_ptr<PartitionWriter>> Open(WriterId id,
                                                const TaskContext& context) const override {
    if (table_->open == nullptr) return MissingFunction("tenon_writer_factory.open");
    auto task = std::make_unique<LentTask>(context);
    OwnedTable<tenon_writer> writer;
    TENON_RETURN_IF_ERROR(CallPlugin([&](tenon_error* error) {
      return table_->open(table_.self(), id.partition, id.attempt, task->table(), writer.out(),
                          error);
    }));
    return std::make_unique<ImportedWriter>(std::move(writer), std::move(task));
  }

 private:
  std::unique_ptr<LentTask> task_;
  OwnedTable<tenon_writer_factory> table_;
};

class ImportedSink : public Sink {
 public:
  ImportedSink(OwnedTable<tenon_sink> table, std::unique_ptr<LentTask> task,
               CommitClass commit_class, std::string state,
               std::unique_ptr<WriterFactory> local_writers)
      : task_(std::move(task)),
        table_(std::move(table)),
        commit_class_(commit_class),
        state_(std::move(state)),
        local_writers_(std::move(local_writers)) {}

  CommitClass commit_class() const override { return commit_class_; }
  std::string state() const override { return state_; }
  const WriterFactory* local_writers() const override { return local_writers_.get(); }

  Status CheckSchema(const Schema& schema) const override {
    if (table_->check_schema == nullptr) return Status::Ok();
    ArrowSchema exported{};
    ExportSchema(schema, &exported);
    Status status = CallPlugin(
        [&](tenon_error* error) { return table_->check_schema(table_.self(), &exported, error); });
    exported.release(&exported);
    return status;
  }

  Status Commit(uint64_t seq, std::string_view covers, std::span<const std::string> messages,
                const TaskContext& context) override {
    if (table_->commit == nullptr) return MissingFunction("tenon_sink.commit");
    const LentTask task(context);
    const std::vector<tenon_text> texts = internal::ToTexts(messages);
    return CallPlugin([&](tenon_error* error) {
      return table_->commit(table_.self(), seq, ToText(covers), texts.data(), texts.size(),
                            task.table(), error);
    });
  }

 private:
  std::unique_ptr<LentTask> task_;
  OwnedTable<tenon_sink> table_;
  CommitClass commit_class_;
  std::string state_;
  std::unique_ptr<WriterFactory> local_writers_;  // Ends before its sink.
};

class ImportedRecovery : public Recovery {
 public:
  ImportedRecovery(OwnedTable<tenon_recovery> table, std::unique_ptr<LentTask> task)
      : task_(std::move(task)), table_(std::move(table)) {}

  Result<Outcome> Settle(const SinkCall& call, uint64_t seq, std::string_view covers,
                         std::span<const std::string> messages, std::string_view places,
                         const TaskContext& context) override {
    if (table_->settle == nullptr) return MissingFunction("tenon_recovery.settle");
    const LentTask task(context);
    const tenon_sink_call lent = internal::ToSinkCall(call);
    const std::vector<tenon_text> texts = internal::ToTexts(messages);
    int32_t outcome = 0;
    TENON_RETURN_IF_ERROR(CallPlugin([&](tenon_error* error) {
      return table_->settle(table_.self(), &lent, seq, ToText(covers), texts.data(), texts.size(),
                            ToText(places), task.table(), &outcome, error);
    }));
    if (outcome == static_cast<int32_t>(Outcome::kPublished)) return Outcome::kPublished;
    if (outcome == static_cast<int32_t>(Outcome::kNever)) return Outcome::kNever;
    // An answer that nobody understands is none: the run stays unknown.
    return Status::Unavailable("The plug-in settled with an unknown outcome: outcome=" +
                               std::to_string(outcome));
  }

  Status Discard(const SinkCall& call, std::string_view places,
                 std::span<const std::string> messages, const TaskContext& context) override {
    if (table_->discard == nullptr) return MissingFunction("tenon_recovery.discard");
    const LentTask task(context);
    const tenon_sink_call lent = internal::ToSinkCall(call);
    const std::vector<tenon_text> texts = internal::ToTexts(messages);
    return CallPlugin([&](tenon_error* error) {
      return table_->discard(table_.self(), &lent, ToText(places), texts.data(), texts.size(),
                             task.table(), error);
    });
  }

 private:
  std::unique_ptr<LentTask> task_;
  OwnedTable<tenon_recovery> table_;
};

TablePage TakeNames(tenon_names* names) {
  TablePage page{internal::FromTexts(names->items, names->count),
                 std::string(internal::FromText(names->next_token))};
  if (names->release != nullptr) names->release(names);
  return page;
}

class ImportedCatalog : public Catalog {
 public:
  ImportedCatalog(OwnedTable<tenon_catalog> table, std::unique_ptr<LentTask> task)
      : task_(std::move(task)), table_(std::move(table)) {}

  Result<TablePage> ListNamespaces(std::string_view token, int max,
                                   const TaskContext& context) override {
    if (table_->list_namespaces == nullptr) return MissingFunction("tenon_catalog.list_namespaces");
    const LentTask task(context);
    tenon_names names{};
    TENON_RETURN_IF_ERROR(CallPlugin([&](tenon_error* error) {
      return table_->list_namespaces(table_.self(), ToText(token), max, task.table(), &names,
                                     error);
    }));
    return TakeNames(&names);
  }

  Result<TablePage> ListTables(std::string_view name_space, std::string_view token, int max,
                               const TaskContext& context) override {
    if (table_->list_tables == nullptr) return MissingFunction("tenon_catalog.list_tables");
    const LentTask task(context);
    tenon_names names{};
    TENON_RETURN_IF_ERROR(CallPlugin([&](tenon_error* error) {
      return table_->list_tables(table_.self(), ToText(name_space), ToText(token), max,
                                 task.table(), &names, error);
    }));
    return TakeNames(&names);
  }

  Result<Schema> Describe(std::string_view name_space, std::string_view table,
                          const TaskContext& context) override {
    if (table_->describe == nullptr) return MissingFunction("tenon_catalog.describe");
    const LentTask task(context);
    ArrowSchema out{};
    TENON_RETURN_IF_ERROR(CallPlugin([&](tenon_error* error) {
      return table_->describe(table_.self(), ToText(name_space), ToText(table), task.table(), &out,
                              error);
    }));
    Result<Schema> schema = ImportSchema(out);
    if (out.release != nullptr) out.release(&out);
    return schema;
  }

 private:
  std::unique_ptr<LentTask> task_;
  OwnedTable<tenon_catalog> table_;
};

}  // namespace

Result<std::unique_ptr<Sink>> ImportSink(OwnedTable<tenon_sink> table,
                                         std::unique_ptr<LentTask> task) {
  // A class that the plug-in does not name, or that this host does not know, promises least.
  int32_t commit_class = table->commit_class != nullptr ? table->commit_class(table.self()) : 0;
  if (commit_class < 0 || commit_class > static_cast<int32_t>(CommitClass::kTransactional))
    commit_class = 0;
  tenon_bytes state{};
  if (table->state != nullptr) {
    TENON_RETURN_IF_ERROR(
        CallPlugin([&](tenon_error* error) { return table->state(table.self(), &state, error); }));
  }
  std::unique_ptr<WriterFactory> writers;
  if (table->local_writers != nullptr) {
    OwnedTable<tenon_writer_factory> local;
    TENON_RETURN_IF_ERROR(CallPlugin([&](tenon_error* error) {
      return table->local_writers(table.self(), local.out(), error);
    }));
    if (local.self() != nullptr) writers = ImportWriterFactory(std::move(local), nullptr);
  }
  return std::make_unique<ImportedSink>(std::move(table), std::move(task),
                                        static_cast<CommitClass>(commit_class),
                                        internal::TakeBytes(&state), std::move(writers));
}

std::unique_ptr<WriterFactory> ImportWriterFactory(OwnedTable<tenon_writer_factory> table,
                                                   std::unique_ptr<LentTask> task) {
  return std::make_unique<ImportedWriterFactory>(std::move(table), std::move(task));
}

std::unique_ptr<Recovery> ImportRecovery(OwnedTable<tenon_recovery> table,
                                         std::unique_ptr<LentTask> task) {
  return std::make_unique<ImportedRecovery>(std::move(table), std::move(task));
}

std::unique_ptr<Catalog> ImportCatalog(OwnedTable<tenon_catalog> table,
                                       std::unique_ptr<LentTask> task) {
  return std::make_unique<ImportedCatalog>(std::move(table), std::move(task));
}

Status WithWriteRequest(const WriteRequest& request,
                        const std::function<Status(const tenon_write_request*)>& call) {
  tenon_write_request lent{};
  lent.size = sizeof(lent);
  lent.mode = static_cast<int32_t>(request.mode);
  lent.wanted_writers = request.wanted_writers;
  lent.call = internal::ToSinkCall(request.call);
  const std::vector<tenon_text> keys = internal::ToTexts(request.keys);
  lent.keys = keys.data();
  lent.key_count = keys.size();
  ArrowSchema schema{};
  if (request.schema) {
    ExportSchema(*request.schema, &schema);
    lent.schema = &schema;
  }
  Status status = call(&lent);
  if (schema.release != nullptr) schema.release(&schema);
  return status;
}

}  // namespace tenon::connector
