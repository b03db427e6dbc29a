#include "connectors/files/write/file_sink.h"

#include <string>
#include <utility>
#include <vector>

#include "base/error_catalog.h"
#include "connectors/files/write/file_series.h"
#include "connectors/files/write/partition_split.h"
#include "connectors/files/write/sink_records.h"
#include "connectors/files/write/target.h"

namespace tenon::files {
namespace {

using object_store::StagedObject;

class FileSink : public Sink {
 public:
  FileSink(std::unique_ptr<WriteFormat> format, std::unique_ptr<Target> target, SinkPlaces places,
           std::vector<std::string> partition_keys)
      : format_(std::move(format)),
        target_(std::move(target)),
        places_(std::move(places)),
        partition_keys_(std::move(partition_keys)) {}

  CommitClass commit_class() const override { return places_.commit_class; }
  std::string state() const override { return places_.ToJson(); }

  Status CheckSchema(const Schema& schema) const override {
    if (partition_keys_.empty()) return format_->CheckSchema(schema);
    TENON_ASSIGN_OR_RETURN(const PartitionKeys keys, PartitionKeys::Of(schema, partition_keys_));
    return format_->CheckSchema(*keys.rows);
  }

  Status Commit(uint64_t seq, std::string_view, std::span<const std::string> messages,
                const TaskContext&) override {
    TENON_ASSIGN_OR_RETURN(const std::vector<StagedObject> files, FilesOf(places_, messages));
    return OfDisk(target_->Publish(places_, seq, files, Publisher::kCommit));
  }

 private:
  const std::unique_ptr<WriteFormat> format_;
  const std::unique_ptr<Target> target_;
  const SinkPlaces places_;
  const std::vector<std::string> partition_keys_;
};

class FileRecovery : public Recovery {
 public:
  Result<Outcome> Settle(const SinkCall&, uint64_t seq, std::string_view,
                         std::span<const std::string> messages, std::string_view places_json,
                         const TaskContext& context) override {
    TENON_ASSIGN_OR_RETURN(const SinkPlaces places, SinkPlaces::FromJson(places_json));
    TENON_ASSIGN_OR_RETURN(const std::vector<StagedObject> files, FilesOf(places, messages));
    TENON_ASSIGN_OR_RETURN(const std::unique_ptr<Target> target,
                           OpenTarget(places.folder, context.stop()));
    TENON_RETURN_IF_ERROR(target->Verify(places, files));
    TENON_RETURN_IF_ERROR(OfDisk(target->Publish(places, seq, files, Publisher::kRecovery)));
    return Outcome::kPublished;
  }

  Status Discard(const SinkCall&, std::string_view places_json,
                 std::span<const std::string> messages, const TaskContext& context) override {
    TENON_ASSIGN_OR_RETURN(const SinkPlaces places, SinkPlaces::FromJson(places_json));
    TENON_ASSIGN_OR_RETURN(const std::vector<StagedObject> files, FilesOf(places, messages));
    TENON_ASSIGN_OR_RETURN(const std::unique_ptr<Target> target,
                           OpenTarget(places.folder, context.stop()));
    return target->Discard(places, files);
  }
};

Status NeedsSchema(const std::string& what, const SinkOptions& options, std::string hint) {
  return Status::InvalidArgument(
             what + " needs the schema of all rows before the first: path=" + options.path)
      .WithNumber(base::kErrSinkNeedsSchema)
      .WithHint(std::move(hint));
}

Status CheckRequest(const SinkOptions& options, const WriteRequest& request) {
  if (request.mode == WriteMode::kUpsert) {
    return Status::Unsupported("Files cannot be updated by key: path=" + options.path)
        .WithHint("Write with append or overwrite.");
  }
  if (!options.partition_keys.empty() && !request.schema) {
    return NeedsSchema("A write by partition keys", options,
                       "Leave partitionKeys out, or give the frame a schema.");
  }
  if (!options.partition_keys.empty())
    TENON_RETURN_IF_ERROR(PartitionKeys::Of(*request.schema, options.partition_keys).status());
  if (options.format == SinkFormat::kParquet && !request.schema) {
    return NeedsSchema("Parquet", options,
                       "Write glueparquet, which starts another file when the schema grows.");
  }
  return Status::Ok();
}

}  // namespace

Result<std::unique_ptr<Sink>> OpenFileSink(const SinkOptions& options, const WriteRequest& request,
                                           std::stop_token stop) {
  TENON_RETURN_IF_ERROR(CheckRequest(options, request));
  TENON_ASSIGN_OR_RETURN(
      std::unique_ptr<WriteFormat> format,
      MakeWriteFormat(options, request.schema.has_value(), HeaderLine::kAsAsked));
  TENON_ASSIGN_OR_RETURN(std::unique_ptr<Target> target, OpenTarget(options.path, std::move(stop)));
  TENON_ASSIGN_OR_RETURN(SinkPlaces places, target->Plan(options, request));
  if (!places.file.empty() && format->one_schema() && !request.schema)
    return NeedsSchema("One file of this format", options, "Write into a folder.");
  return std::make_unique<FileSink>(std::move(format), std::move(target), std::move(places),
                                    options.partition_keys);
}

std::unique_ptr<Recovery> MakeFileRecovery() { return std::make_unique<FileRecovery>(); }

}  // namespace tenon::files
