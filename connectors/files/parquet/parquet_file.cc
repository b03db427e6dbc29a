// Writes rows as a Parquet file.
#include <utility>

#include "base/failpoint.h"
#include "connectors/files/parquet/parquet_format.h"

namespace tenon::files {
namespace {

using object_store::StagedObject;
using object_store::StagedWriter;

// Hands what the codec writes to a staged file and keeps what that becomes.
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

class ParquetFile : public WrittenFile {
 public:
  static Result<std::unique_ptr<WrittenFile>> Open(std::unique_ptr<StagedWriter> file,
                                                   SchemaPtr schema,
                                                   const columnar::ParquetOptions& options) {
    auto opened = std::make_unique<ParquetFile>();
    auto sink = std::make_unique<StagedSink>(std::move(file), &opened->result_);
    opened->sink_ = sink.get();
    TENON_ASSIGN_OR_RETURN(opened->writer_, columnar::ParquetWriter::Open(
                                                std::move(sink), std::move(schema), options));
    return std::unique_ptr<WrittenFile>(std::move(opened));
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

class ParquetWriteFormat : public WriteFormat {
 public:
  explicit ParquetWriteFormat(columnar::ParquetOptions options) : options_(std::move(options)) {}
  const char* ending() const override { return ".parquet"; }
  bool one_schema() const override { return true; }
  Status CheckSchema(const Schema& schema) const override {
    return columnar::CheckParquetSchema(schema, options_.bloom_filter_columns);
  }
  Result<std::unique_ptr<WrittenFile>> Open(std::unique_ptr<StagedWriter> file,
                                            SchemaPtr schema) const override {
    return ParquetFile::Open(std::move(file), std::move(schema), options_);
  }

 private:
  const columnar::ParquetOptions options_;
};

}  // namespace

std::unique_ptr<WriteFormat> MakeParquetWriteFormat(columnar::ParquetOptions options) {
  return std::make_unique<ParquetWriteFormat>(std::move(options));
}

}  // namespace tenon::files
