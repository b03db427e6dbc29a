// A connector whose every answer is a function that a test may replace: by default it keeps its contract.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tenon/batch_builder.h"
#include "tenon/connector.h"

namespace tenon::connector {

inline SchemaPtr IdAndName() {
  static const auto schema = std::make_shared<const Schema>(
      Schema({{"id", DataType::Long()}, {"name", DataType::String()}}));
  return schema;
}

inline RecordBatch TwoRows(SchemaPtr schema = IdAndName()) {
  BatchBuilder rows(std::move(schema));
  rows.Append(int64_t{1}, "Ada");
  rows.Append(int64_t{2}, nullptr);
  return *rows.Finish();
}

struct Script {
  using Next = Result<std::optional<RecordBatch>>;

  std::function<ConnectorInfo()> info = [] {
    return ConnectorInfo{
        .name = "scripted", .version = "7", .abilities = {std::string(Recovery::kId)}};
  };
  std::function<Result<std::optional<Schema>>()> schema = [] {
    return std::optional<Schema>(*IdAndName());
  };
  std::function<Result<ScanOffer>(const ScanRequest&)> offer = [](const ScanRequest&) {
    return ScanOffer();
  };
  std::function<Status(const ScanRequest&)> plan = [](const ScanRequest&) { return Status::Ok(); };
  // `page` counts from 0.
  std::function<Result<std::vector<Partition>>(int page)> partitions = [](int page) {
    return page == 0 ? std::vector<Partition>{{.payload = "only"}} : std::vector<Partition>();
  };
  std::function<ScanState()> state = [] { return ScanState{"state", *IdAndName()}; };
  std::function<std::optional<Position>()> end = [] { return std::optional<Position>(); };
  std::function<std::string()> pin = [] { return std::string(); };
  std::function<Result<std::unique_ptr<PartitionReader>>(const Partition&, const TaskContext&)>
      open;  // Null: `next`.
  // `call` counts from 0.
  std::function<Next(int call, const TaskContext&)> next = [](int call,
                                                              const TaskContext&) -> Next {
    if (call == 0) return std::optional<RecordBatch>(TwoRows());
    return std::optional<RecordBatch>();
  };
  std::function<CommitClass()> commit_class = [] { return CommitClass::kAtomic; };
  std::function<std::string()> sink_state = [] { return std::string("places"); };
  std::function<Status()> write = [] { return Status::Ok(); };
  std::function<Result<std::string>()> writer_commit = [] { return std::string("message"); };
  std::function<Status()> sink_commit = [] { return Status::Ok(); };
  std::function<Result<Outcome>(int call)> settle = [](int) { return Outcome::kPublished; };
  std::function<Result<TablePage>(std::string_view token)> tables = [](std::string_view) {
    return TablePage();
  };
  bool local = false;
};

using ScriptPtr = std::shared_ptr<Script>;

class ScriptedReader : public PartitionReader {
 public:
  ScriptedReader(ScriptPtr script, const TaskContext& task)
      : script_(std::move(script)), task_(task) {}
  Result<std::optional<RecordBatch>> Next() override { return script_->next(calls_++, task_); }

 private:
  const ScriptPtr script_;
  const TaskContext task_;
  int calls_ = 0;
};

class ScriptedReaders : public ReaderFactory {
 public:
  explicit ScriptedReaders(ScriptPtr script) : script_(std::move(script)) {}
  Result<std::unique_ptr<PartitionReader>> Open(const Partition& partition,
                                                const TaskContext& task) const override {
    if (script_->open) return script_->open(partition, task);
    return std::make_unique<ScriptedReader>(script_, task);
  }

 private:
  const ScriptPtr script_;
};

class ScriptedScan : public Scan {
 public:
  explicit ScriptedScan(ScriptPtr script) : script_(script), readers_(std::move(script)) {}
  Result<std::vector<Partition>> NextPartitions(const TaskContext&) override {
    return script_->partitions(pages_++);
  }
  ScanState state() const override { return script_->state(); }
  std::optional<Position> end() const override { return script_->end(); }
  std::string pin() const override { return script_->pin(); }
  const ReaderFactory* local_readers() const override {
    return script_->local ? &readers_ : nullptr;
  }

 private:
  const ScriptPtr script_;
  const ScriptedReaders readers_;
  int pages_ = 0;
};

class ScriptedSource : public Source {
 public:
  explicit ScriptedSource(ScriptPtr script) : script_(std::move(script)) {}
  Result<std::optional<Schema>> schema(const TaskContext&) override { return script_->schema(); }
  Result<ScanOffer> Offer(const ScanRequest& request, const TaskContext&) override {
    return script_->offer(request);
  }
  Result<std::unique_ptr<Scan>> Plan(const ScanRequest& accepted, const TaskContext&) override {
    TENON_RETURN_IF_ERROR(script_->plan(accepted));
    return std::make_unique<ScriptedScan>(script_);
  }

 private:
  const ScriptPtr script_;
};

class ScriptedWriter : public PartitionWriter {
 public:
  explicit ScriptedWriter(ScriptPtr script) : script_(std::move(script)) {}
  Status Write(RecordBatch) override { return script_->write(); }
  Result<std::string> Commit() override { return script_->writer_commit(); }

 private:
  const ScriptPtr script_;
};

class ScriptedWriters : public WriterFactory {
 public:
  explicit ScriptedWriters(ScriptPtr script) : script_(std::move(script)) {}
  Result<std::unique_ptr<PartitionWriter>> Open(WriterId, const TaskContext&) const override {
    return std::make_unique<ScriptedWriter>(script_);
  }

 private:
  const ScriptPtr script_;
};

class ScriptedSink : public Sink {
 public:
  explicit ScriptedSink(ScriptPtr script) : script_(script), writers_(std::move(script)) {}
  CommitClass commit_class() const override { return script_->commit_class(); }
  std::string state() const override { return script_->sink_state(); }
  const WriterFactory* local_writers() const override {
    return script_->local ? &writers_ : nullptr;
  }
  Status Commit(uint64_t, std::string_view, std::span<const std::string>,
                const TaskContext&) override {
    return script_->sink_commit();
  }

 private:
  const ScriptPtr script_;
  const ScriptedWriters writers_;
};

class ScriptedRecovery : public Recovery {
 public:
  explicit ScriptedRecovery(ScriptPtr script) : script_(std::move(script)) {}
  Result<Outcome> Settle(const SinkCall&, uint64_t, std::string_view, std::span<const std::string>,
                         std::string_view, const TaskContext&) override {
    return script_->settle(calls_++);
  }
  Status Discard(const SinkCall&, std::string_view, std::span<const std::string>,
                 const TaskContext&) override {
    return Status::Ok();
  }

 private:
  const ScriptPtr script_;
  int calls_ = 0;
};

class ScriptedCatalog : public Catalog {
 public:
  explicit ScriptedCatalog(ScriptPtr script) : script_(std::move(script)) {}
  Result<TablePage> ListNamespaces(std::string_view token, int, const TaskContext&) override {
    return script_->tables(token);
  }
  Result<TablePage> ListTables(std::string_view, std::string_view token, int,
                               const TaskContext&) override {
    return script_->tables(token);
  }
  Result<Schema> Describe(std::string_view, std::string_view, const TaskContext&) override {
    return Schema();
  }

 private:
  const ScriptPtr script_;
};

class ScriptedConnector : public Connector {
 public:
  explicit ScriptedConnector(ScriptPtr script) : script_(std::move(script)) {}
  ConnectorInfo info() const override { return script_->info(); }
  Result<std::unique_ptr<Source>> OpenSource(const Options&, const TaskContext&) override {
    return std::make_unique<ScriptedSource>(script_);
  }
  Result<std::unique_ptr<ReaderFactory>> OpenReaders(const Options&, const ScanState&,
                                                     const TaskContext&) override {
    return std::make_unique<ScriptedReaders>(script_);
  }
  Result<std::unique_ptr<Sink>> OpenSink(const Options&, const WriteRequest&,
                                         const TaskContext&) override {
    return std::make_unique<ScriptedSink>(script_);
  }
  Result<std::unique_ptr<WriterFactory>> OpenWriters(const Options&, std::string_view,
                                                     const TaskContext&) override {
    return std::make_unique<ScriptedWriters>(script_);
  }
  Result<std::unique_ptr<Ability>> OpenAbility(std::string_view id, const Options&,
                                               const TaskContext&) override {
    if (id == Recovery::kId) return std::make_unique<ScriptedRecovery>(script_);
    if (id == Catalog::kId) return std::make_unique<ScriptedCatalog>(script_);
    return std::unique_ptr<Ability>();
  }

 private:
  const ScriptPtr script_;
};

}  // namespace tenon::connector
