#include "connectors/files/write/file_writer.h"

#include <string>
#include <utility>
#include <vector>

#include "connectors/files/write/folder_writer.h"

namespace tenon::files {
namespace {

class FileWriter : public PartitionWriter {
 public:
  FileWriter(std::shared_ptr<const WriterTerms> terms, WriterId id, SchemaPtr schema)
      : terms_(std::move(terms)),
        id_(id),
        files_(terms_, id, "", schema),
        typed_(schema != nullptr) {}

  Status Write(RecordBatch batch) override { return OfDisk(files_.Write(std::move(batch))); }

  Result<std::string> Commit() override {
    // Readers learn the schema from a file without rows; one is enough. A target that is a file is there in any case.
    const bool one_at_least =
        !terms_->places.file.empty() || (terms_->format->one_schema() && typed_);
    if (one_at_least && id_.partition == 0) TENON_RETURN_IF_ERROR(OfDisk(files_.WriteNothing()));
    TENON_RETURN_IF_ERROR(OfDisk(files_.Close()));
    TENON_RETURN_IF_ERROR(OfDisk(terms_->target->Keep(terms_->places, files_.files())));
    return MessageOf(terms_->places, id_.attempt, files_.files());
  }

 private:
  const std::shared_ptr<const WriterTerms> terms_;
  const WriterId id_;
  FileSeries files_;
  const bool typed_;
};

class FileWriters : public WriterFactory {
 public:
  explicit FileWriters(std::shared_ptr<const WriterTerms> terms) : terms_(std::move(terms)) {
    if (terms_->places.schema) schema_ = std::make_shared<const Schema>(*terms_->places.schema);
  }

  Result<std::unique_ptr<PartitionWriter>> Open(WriterId id, const TaskContext&) const override {
    if (terms_->partition_keys.empty()) return std::make_unique<FileWriter>(terms_, id, schema_);
    return OpenFolderWriter(terms_, id, schema_);
  }

 private:
  const std::shared_ptr<const WriterTerms> terms_;
  SchemaPtr schema_;
};

}  // namespace

Result<std::unique_ptr<WriterFactory>> OpenFileWriters(const SinkOptions& options,
                                                       SinkPlaces places, std::stop_token stop) {
  auto terms = std::make_shared<WriterTerms>();
  const bool typed = places.schema.has_value();
  TENON_ASSIGN_OR_RETURN(terms->format, MakeWriteFormat(options, typed, HeaderLine::kAsAsked));
  if (!places.file.empty()) {
    TENON_ASSIGN_OR_RETURN(terms->following, MakeWriteFormat(options, typed, HeaderLine::kNone));
  }
  TENON_ASSIGN_OR_RETURN(terms->target, OpenTarget(options.path, std::move(stop)));
  // A target that is one file is as large as its rows are.
  terms->max_file_bytes = places.file.empty() ? options.max_file_bytes : 0;
  terms->partition_keys = options.partition_keys;
  terms->most_open_files = options.most_open_files();
  terms->places = std::move(places);
  return std::make_unique<FileWriters>(std::move(terms));
}

}  // namespace tenon::files
