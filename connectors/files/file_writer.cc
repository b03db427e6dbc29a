#include "connectors/files/file_writer.h"

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "base/error_catalog.h"
#include "base/failpoint.h"
#include "base/platform_file.h"
#include "columnar/conform.h"
#include "columnar/json_text.h"
#include "columnar/parquet_writer.h"
#include "connectors/files/schema_growth.h"
#include "object_store/local_store.h"

namespace tenon::files {
namespace {

using object_store::StagedObject;
using object_store::StagedWriter;

constexpr size_t kTextBlockBytes = 1 << 20;

Status OfDisk(Status status) {
  if (!status.Is(StatusCode::kResourceExhausted)) return status;
  return std::move(status)
      .WithNumber(base::kErrDiskFull)
      .WithHint("Make room on the disk and run again; nothing of this write is visible.");
}

// One file being written: rows in, a staged object out.
class OpenFile {
 public:
  virtual ~OpenFile() = default;
  virtual Status Write(RecordBatch batch) = 0;
  virtual int64_t bytes() const = 0;
  virtual Result<StagedObject> Close() = 0;
};

class JsonFile : public OpenFile {
 public:
  JsonFile(std::unique_ptr<StagedWriter> file, bool omit_nulls)
      : file_(std::move(file)), omit_nulls_(omit_nulls) {}

  Status Write(RecordBatch batch) override {
    const columnar::JsonText rows(batch, {.omit_nulls = omit_nulls_});
    for (int64_t row = 0; row < batch.num_rows(); ++row) {
      rows.AppendRow(row, &text_);
      text_ += '\n';
      if (text_.size() >= kTextBlockBytes) TENON_RETURN_IF_ERROR(Flush());
    }
    return Status::Ok();
  }

  int64_t bytes() const override { return file_->bytes() + static_cast<int64_t>(text_.size()); }

  Result<StagedObject> Close() override {
    TENON_RETURN_IF_ERROR(Flush());
    TENON_FAILPOINT_STATUS("K12");
    return file_->Finish();
  }

 private:
  Status Flush() {
    TENON_RETURN_IF_ERROR(
        file_->Append({reinterpret_cast<const uint8_t*>(text_.data()), text_.size()}));
    text_.clear();
    return Status::Ok();
  }

  std::unique_ptr<StagedWriter> file_;
  bool omit_nulls_;
  std::string text_;
};

// Hands what the Parquet codec writes to a staged file and keeps what that becomes.
class StagedSink : public columnar::ByteSink {
 public:
  StagedSink(std::unique_ptr<StagedWriter> file, StagedObject* result)
      : file_(std::move(file)), result_(result) {}

  Status Write(std::span<const std::byte> bytes) override {
    return file_->Append({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
  }
  Result<int64_t> Tell() const override { return file_->bytes(); }
  Status Close() override {
    TENON_FAILPOINT_STATUS("K12");
    TENON_ASSIGN_OR_RETURN(*result_, file_->Finish());
    return Status::Ok();
  }
  int64_t bytes() const { return file_->bytes(); }

 private:
  std::unique_ptr<StagedWriter> file_;
  StagedObject* result_;
};

class ParquetFile : public OpenFile {
 public:
  static Result<std::unique_ptr<OpenFile>> Open(std::unique_ptr<StagedWriter> file,
                                                SchemaPtr schema, const SinkOptions& options) {
    auto opened = std::make_unique<ParquetFile>();
    auto sink = std::make_unique<StagedSink>(std::move(file), &opened->result_);
    opened->sink_ = sink.get();
    columnar::ParquetOptions parquet;
    TENON_ASSIGN_OR_RETURN(parquet.compression,
                           columnar::ParseParquetCompression(options.compression));
    parquet.row_group_bytes = options.row_group_bytes;
    TENON_ASSIGN_OR_RETURN(opened->writer_, columnar::ParquetWriter::Open(
                                                std::move(sink), std::move(schema), parquet));
    return std::unique_ptr<OpenFile>(std::move(opened));
  }

  Status Write(RecordBatch batch) override { return writer_->Write(std::move(batch)); }
  int64_t bytes() const override { return sink_->bytes(); }
  Result<StagedObject> Close() override {
    TENON_RETURN_IF_ERROR(writer_->Close().status());
    return result_;
  }

 private:
  StagedObject result_;
  StagedSink* sink_ = nullptr;  // Owned by the writer.
  std::unique_ptr<columnar::ParquetWriter> writer_;
};

class FileWriter : public PartitionWriter {
 public:
  FileWriter(const SinkOptions& options, const SinkPlaces& places, WriterId id)
      : options_(options), places_(places), id_(id) {
    if (places_.schema) schema_ = std::make_shared<const Schema>(*places_.schema);
  }

  Status Write(RecordBatch batch) override { return OfDisk(WriteBatch(std::move(batch))); }

  Result<std::string> Commit() override {
    // Readers learn the schema from a file without rows; one is enough.
    if (options_.format != SinkFormat::kJson && schema_ && files_.empty() && file_ == nullptr &&
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
    if (options_.format != SinkFormat::kJson) {
      TENON_RETURN_IF_ERROR(FitSchema(batch.schema_ptr()));
      TENON_ASSIGN_OR_RETURN(columnar::ConformResult fitting,
                             columnar::Conform(std::move(batch), schema_));
      batch = std::move(fitting.batch);
    }
    if (file_ == nullptr) TENON_RETURN_IF_ERROR(OpenNext());
    TENON_RETURN_IF_ERROR(file_->Write(std::move(batch)));
    TENON_FAILPOINT_STATUS("K10");
    if (options_.max_file_bytes > 0 && file_->bytes() >= options_.max_file_bytes)
      return CloseFile();
    return Status::Ok();
  }

  // Starts another file when the batch brings columns that this one has not.
  Status FitSchema(const SchemaPtr& batch) {
    if (batch == last_batch_ || batch == schema_ || places_.schema) return Status::Ok();
    TENON_ASSIGN_OR_RETURN(Schema grown, GrowSchema(schema_ ? *schema_ : Schema(), *batch));
    last_batch_ = batch;
    if (schema_ && grown == *schema_) return Status::Ok();
    TENON_RETURN_IF_ERROR(columnar::CheckParquetSchema(grown));
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
    const std::string ending = options_.format == SinkFormat::kJson ? ".json" : ".parquet";
    // The attempt is in the temporary name only: attempts of one partition may race.
    const std::string temporary =
        places_.temporary + "/." + name + ".attempt-" + std::to_string(id_.attempt) + ending;
    TENON_ASSIGN_OR_RETURN(std::unique_ptr<StagedWriter> staged,
                           store_.Stage(temporary, places_.folder + "/" + name + ending));
    if (options_.format == SinkFormat::kJson) {
      file_ = std::make_unique<JsonFile>(std::move(staged), !places_.schema.has_value());
    } else {
      TENON_ASSIGN_OR_RETURN(file_, ParquetFile::Open(std::move(staged), schema_, options_));
    }
    return Status::Ok();
  }

  Status CloseFile() {
    if (file_ == nullptr) return Status::Ok();
    TENON_ASSIGN_OR_RETURN(StagedObject done, file_->Close());
    files_.push_back(std::move(done));
    file_.reset();
    return Status::Ok();
  }

  const SinkOptions options_;
  const SinkPlaces places_;
  const WriterId id_;
  object_store::LocalStore store_;
  SchemaPtr schema_;
  SchemaPtr last_batch_;
  std::unique_ptr<OpenFile> file_;
  std::vector<StagedObject> files_;
};

class FileWriters : public WriterFactory {
 public:
  FileWriters(SinkOptions options, SinkPlaces places)
      : options_(std::move(options)), places_(std::move(places)) {}

  Result<std::unique_ptr<PartitionWriter>> Open(WriterId id, const TaskContext&) const override {
    return std::make_unique<FileWriter>(options_, places_, id);
  }

 private:
  SinkOptions options_;
  SinkPlaces places_;
};

}  // namespace

std::unique_ptr<WriterFactory> MakeFileWriters(SinkOptions options, SinkPlaces places) {
  return std::make_unique<FileWriters>(std::move(options), std::move(places));
}

}  // namespace tenon::files
