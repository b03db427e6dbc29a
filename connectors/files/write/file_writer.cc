#include "connectors/files/write/file_writer.h"

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "base/error_catalog.h"
#include "base/failpoint.h"
#include "base/platform_file.h"
#include "columnar/conform.h"
#include "connectors/files/write/schema_growth.h"
#include "object_store/local_store.h"

namespace tenon::files {
namespace {

using object_store::StagedObject;
using object_store::StagedWriter;

Status OfDisk(Status status) {
  if (!status.Is(StatusCode::kResourceExhausted)) return status;
  return std::move(status)
      .WithNumber(base::kErrDiskFull)
      .WithHint("Make room on the disk and run again; nothing of this write is visible.");
}

// What all writers of a call share.
struct WriterTerms {
  std::unique_ptr<WriteFormat> format;
  int64_t max_file_bytes = 0;
  SinkPlaces places;
};

class FileWriter : public PartitionWriter {
 public:
  FileWriter(std::shared_ptr<const WriterTerms> terms, WriterId id)
      : terms_(std::move(terms)), format_(*terms_->format), places_(terms_->places), id_(id) {
    if (places_.schema) schema_ = std::make_shared<const Schema>(*places_.schema);
  }

  Status Write(RecordBatch batch) override { return OfDisk(WriteBatch(std::move(batch))); }

  Result<std::string> Commit() override {
    // Readers learn the schema from a file without rows; one is enough.
    if (format_.one_schema() && schema_ && files_.empty() && file_ == nullptr &&
        id_.partition == 0) {
      TENON_RETURN_IF_ERROR(OfDisk(OpenNext()));
    }
    TENON_RETURN_IF_ERROR(OfDisk(CloseFile()));
    if (!files_.empty()) TENON_RETURN_IF_ERROR(OfDisk(base::SyncFolder(places_.temporary)));
    return MessageOf(files_);
  }

 private:
  Status WriteBatch(RecordBatch batch) {
    if (batch.num_rows() == 0) return Status::Ok();
    if (format_.one_schema()) {
      TENON_RETURN_IF_ERROR(FitSchema(batch.schema_ptr()));
      TENON_ASSIGN_OR_RETURN(columnar::ConformResult fitting,
                             columnar::Conform(std::move(batch), schema_));
      batch = std::move(fitting.batch);
    }
    if (file_ == nullptr) TENON_RETURN_IF_ERROR(OpenNext());
    TENON_RETURN_IF_ERROR(file_->Write(std::move(batch)));
    TENON_FAILPOINT_STATUS("K10");
    if (terms_->max_file_bytes > 0 && file_->bytes() >= terms_->max_file_bytes) return CloseFile();
    return Status::Ok();
  }

  // Starts another file when the batch brings columns that this one has not.
  Status FitSchema(const SchemaPtr& batch) {
    if (batch == last_batch_ || batch == schema_ || places_.schema) return Status::Ok();
    TENON_ASSIGN_OR_RETURN(Schema grown, GrowSchema(schema_ ? *schema_ : Schema(), *batch));
    last_batch_ = batch;
    if (schema_ && grown == *schema_) return Status::Ok();
    TENON_RETURN_IF_ERROR(format_.CheckSchema(grown));
    schema_ = std::make_shared<const Schema>(std::move(grown));
    return CloseFile();
  }

  Status OpenNext() {
    char number[32];
    std::snprintf(number, sizeof(number), "part-%05d-", id_.partition);
    std::string name = number + places_.mark;
    if (!files_.empty()) {
      std::snprintf(number, sizeof(number), ".%03zu", files_.size());
      name += number;
    }
    const std::string ending = format_.ending();
    // The attempt is in the temporary name only: attempts of one partition may race.
    const std::string temporary =
        places_.temporary + "/." + name + ".attempt-" + std::to_string(id_.attempt) + ending;
    TENON_ASSIGN_OR_RETURN(std::unique_ptr<StagedWriter> staged,
                           store_.Stage(temporary, places_.folder + "/" + name + ending));
    TENON_ASSIGN_OR_RETURN(file_, format_.Open(std::move(staged), schema_));
    return Status::Ok();
  }

  Status CloseFile() {
    if (file_ == nullptr) return Status::Ok();
    TENON_ASSIGN_OR_RETURN(StagedObject done, file_->Close());
    files_.push_back(std::move(done));
    file_.reset();
    return Status::Ok();
  }

  const std::shared_ptr<const WriterTerms> terms_;
  const WriteFormat& format_;
  const SinkPlaces& places_;
  const WriterId id_;
  object_store::LocalStore store_;
  SchemaPtr schema_;
  SchemaPtr last_batch_;
  std::unique_ptr<WrittenFile> file_;
  std::vector<StagedObject> files_;
};

class FileWriters : public WriterFactory {
 public:
  explicit FileWriters(std::shared_ptr<const WriterTerms> terms) : terms_(std::move(terms)) {}

  Result<std::unique_ptr<PartitionWriter>> Open(WriterId id, const TaskContext&) const override {
    return std::make_unique<FileWriter>(terms_, id);
  }

 private:
  const std::shared_ptr<const WriterTerms> terms_;
};

}  // namespace

Result<std::unique_ptr<WriterFactory>> OpenFileWriters(const SinkOptions& options,
                                                       SinkPlaces places) {
  auto terms = std::make_shared<WriterTerms>();
  TENON_ASSIGN_OR_RETURN(terms->format, MakeWriteFormat(options, places.schema.has_value()));
  terms->max_file_bytes = options.max_file_bytes;
  terms->places = std::move(places);
  return std::make_unique<FileWriters>(std::move(terms));
}

}  // namespace tenon::files
