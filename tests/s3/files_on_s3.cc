#include "tests/s3/files_on_s3.h"

#include <chrono>
#include <future>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "connectors/files/files.h"
#include "tenon/batch_builder.h"
#include "tenon/connector.h"

namespace tenon::s3_test {
namespace {

using base::Json;

Options OptionsOf(const Json& job) {
  Options options;
  for (const auto& [name, value] : job["options"].items())
    options.Set(name, value.is_string() ? value.get<std::string>() : value.dump());
  return options;
}

SinkCall CallOf(const Json& job) {
  return {.home = "home",
          .job = "job",
          .sink = "sink",
          .run = "run-1",
          .token = job["token"].get<std::string>()};
}

Schema RowSchema() { return Schema({{"id", DataType::Long()}}); }

Result<std::string> WriteRows(const WriterFactory& writers, int partition, int64_t from, int64_t to,
                              const TaskContext& context) {
  TENON_ASSIGN_OR_RETURN(const std::unique_ptr<PartitionWriter> writer,
                         writers.Open({.partition = partition, .attempt = 0}, context));
  BatchBuilder rows(std::make_shared<const Schema>(RowSchema()));
  for (int64_t id = from; id < to; ++id) rows.Append(id);
  TENON_ASSIGN_OR_RETURN(RecordBatch batch, rows.Finish());
  TENON_RETURN_IF_ERROR(writer->Write(std::move(batch)));
  return writer->Commit();
}

Result<std::unique_ptr<Ability>> OpenRecovery(Connector& connector) {
  return connector.OpenAbility(Recovery::kId, Options(), TaskContext());
}

}  // namespace

Result<Json> WriteFiles(const Json& job) {
  const std::unique_ptr<Connector> connector = files::MakeFilesConnector();
  const Options options = OptionsOf(job);
  // As Ctrl-C does, so long after the call has begun.
  std::stop_source cancel;
  std::promise<void> done;
  std::jthread canceller;
  if (const int64_t after_ms = job.value("stop_after_ms", int64_t{0}); after_ms > 0) {
    canceller = std::jthread([&cancel, after_ms, ended = done.get_future()] {
      ended.wait_for(std::chrono::milliseconds(after_ms));
      cancel.request_stop();
    });
  }
  const TaskContext context(nullptr, cancel.get_token());
  const std::string mode = job.value("mode", "append");
  const WriteRequest request{.call = CallOf(job),
                             .schema = RowSchema(),
                             .mode = mode == "replace"  ? WriteMode::kReplace
                                     : mode == "create" ? WriteMode::kCreate
                                                        : WriteMode::kAppend};
  TENON_ASSIGN_OR_RETURN(const std::unique_ptr<Sink> sink,
                         connector->OpenSink(options, request, context));
  TENON_ASSIGN_OR_RETURN(const std::unique_ptr<WriterFactory> writers,
                         connector->OpenWriters(options, sink->state(), context));
  const int64_t rows = job.value("rows", int64_t{0}), count = job.value("writers", int64_t{1});
  std::vector<std::string> messages;
  for (int64_t i = 0; i < count; ++i) {
    TENON_ASSIGN_OR_RETURN(std::string message,
                           WriteRows(*writers, static_cast<int>(i), rows * i / count,
                                     rows * (i + 1) / count, context));
    messages.push_back(std::move(message));
  }
  if (job.value("commit", false)) {
    TENON_RETURN_IF_ERROR(sink->Commit(job.value("seq", uint64_t{1}), "", messages, context));
  }
  return Json{{"state", sink->state()}, {"messages", messages}};
}

Result<Json> SettleFiles(const Json& job) {
  const std::unique_ptr<Connector> connector = files::MakeFilesConnector();
  TENON_ASSIGN_OR_RETURN(const std::unique_ptr<Ability> ability, OpenRecovery(*connector));
  const auto messages = job["messages"].get<std::vector<std::string>>();
  TENON_ASSIGN_OR_RETURN(const Outcome outcome,
                         static_cast<Recovery&>(*ability).Settle(
                             CallOf(job), job.value("seq", uint64_t{1}), "", messages,
                             job["state"].get<std::string>(), TaskContext()));
  return Json(outcome == Outcome::kPublished);
}

Result<Json> DiscardFiles(const Json& job) {
  const std::unique_ptr<Connector> connector = files::MakeFilesConnector();
  TENON_ASSIGN_OR_RETURN(const std::unique_ptr<Ability> ability, OpenRecovery(*connector));
  const auto messages = job["messages"].get<std::vector<std::string>>();
  TENON_RETURN_IF_ERROR(static_cast<Recovery&>(*ability).Discard(
      CallOf(job), job["state"].get<std::string>(), messages, TaskContext()));
  return Json(true);
}

Result<Json> ReadFiles(const Json& job) {
  const std::unique_ptr<Connector> connector = files::MakeFilesConnector();
  const Options options = OptionsOf(job);
  const TaskContext context;
  TENON_ASSIGN_OR_RETURN(const std::unique_ptr<Source> source,
                         connector->OpenSource(options, context));
  TENON_ASSIGN_OR_RETURN(const std::unique_ptr<Scan> scan, source->Plan(ScanRequest(), context));
  TENON_ASSIGN_OR_RETURN(const std::unique_ptr<ReaderFactory> readers,
                         connector->OpenReaders(options, scan->state(), context));
  int64_t rows = 0;
  for (;;) {
    TENON_ASSIGN_OR_RETURN(const std::vector<Partition> partitions, scan->NextPartitions(context));
    if (partitions.empty()) return Json(rows);
    for (const Partition& partition : partitions) {
      TENON_ASSIGN_OR_RETURN(const std::unique_ptr<PartitionReader> reader,
                             readers->Open(partition, context));
      for (;;) {
        TENON_ASSIGN_OR_RETURN(const std::optional<RecordBatch> batch, reader->Next());
        if (!batch) break;
        rows += batch->num_rows();
      }
    }
  }
}

}  // namespace tenon::s3_test
