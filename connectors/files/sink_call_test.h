// One sink call, step by step, as the engine takes it.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "connectors/files/files.h"
#include "tenon/batch_builder.h"
#include "tenon/connector.h"

namespace tenon::files {

inline constexpr char kToken[] = "0123456789abcdef0123456789abcdef";

inline Schema OneLong(const std::string& name = "a") { return Schema({{name, DataType::Long()}}); }

inline RecordBatch Rows(const Schema& schema, std::vector<int64_t> values) {
  BatchBuilder rows(std::make_shared<const Schema>(schema));
  for (const int64_t value : values) rows.Append(value);
  Result<RecordBatch> batch = rows.Finish();
  return std::move(batch).value();
}

struct Call {
  Options options;
  WriteRequest request;
  std::unique_ptr<Connector> connector = MakeFilesConnector();
  std::unique_ptr<Sink> sink;
  std::string places;
  std::vector<std::string> messages;

  Call(const std::string& folder, const std::string& format, WriteMode mode = WriteMode::kAppend,
       const std::string& token = kToken) {
    options.Set("path", folder).Set("format", format);
    request.call = {.home = "h", .job = "j", .sink = "s", .run = "run/1", .token = token};
    request.mode = mode;
    request.schema = OneLong();
  }

  Status Open() {
    TENON_ASSIGN_OR_RETURN(sink, connector->OpenSink(options, request, TaskContext()));
    places = sink->state();
    return Status::Ok();
  }

  Status WritePartition(WriterId id, std::vector<RecordBatch> batches, bool keep = true) {
    TENON_ASSIGN_OR_RETURN(const auto writers,
                           connector->OpenWriters(options, sink->state(), TaskContext()));
    TENON_ASSIGN_OR_RETURN(const auto writer, writers->Open(id, TaskContext()));
    for (RecordBatch& batch : batches) TENON_RETURN_IF_ERROR(writer->Write(std::move(batch)));
    TENON_ASSIGN_OR_RETURN(std::string message, writer->Commit());
    if (keep) messages.push_back(std::move(message));
    return Status::Ok();
  }

  Status WriteNumbers(WriterId id, std::vector<int64_t> values, bool keep = true) {
    std::vector<RecordBatch> batches;
    batches.push_back(Rows(OneLong(), std::move(values)));
    return WritePartition(id, std::move(batches), keep);
  }

  Status Prepare() {
    TENON_RETURN_IF_ERROR(Open());
    TENON_RETURN_IF_ERROR(WriteNumbers({.partition = 0}, {1, 2}));
    return WriteNumbers({.partition = 1}, {3});
  }

  Status Commit() { return sink->Commit(1, "{}", messages, TaskContext()); }

  Result<Outcome> Settle() const {
    TENON_ASSIGN_OR_RETURN(const auto recovery,
                           OpenAbilityAs<Recovery>(*connector, options, TaskContext()));
    return recovery->Settle(request.call, 1, "{}", messages, places, TaskContext());
  }

  Status Discard() const {
    TENON_ASSIGN_OR_RETURN(const auto recovery,
                           OpenAbilityAs<Recovery>(*connector, options, TaskContext()));
    return recovery->Discard(request.call, places, {}, TaskContext());
  }
};

}  // namespace tenon::files
