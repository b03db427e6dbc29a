#include <arrow/io/interfaces.h>
#include <arrow/ipc/writer.h>
#include <arrow/record_batch.h>

#include <utility>

#include "columnar/arrow/bridge.h"
#include "columnar/arrow/functions.h"

namespace tenon::columnar {
namespace {

// A ByteSink as Arrow's stream; keeps the sink's own error, which says more than Arrow's.
class SinkStream final : public arrow::io::OutputStream {
 public:
  explicit SinkStream(ByteSink& sink) : sink_(sink) { set_mode(arrow::io::FileMode::WRITE); }

  arrow::Status Write(const void* data, int64_t bytes) override {
    Status status = sink_.Write({static_cast<const std::byte*>(data), static_cast<size_t>(bytes)});
    position_ += bytes;
    if (status.ok()) return arrow::Status::OK();
    error_ = std::move(status);
    return arrow::Status::IOError(std::string(error_.message()));
  }
  arrow::Result<int64_t> Tell() const override { return position_; }
  arrow::Status Close() override {
    closed_ = true;
    return arrow::Status::OK();
  }
  bool closed() const override { return closed_; }

  Status Explain(const arrow::Status& status) const {
    if (!error_.ok()) return error_;
    return status.ok() ? Status::Ok()
                       : FromArrowStatus(status, "Arrow stream could not be written");
  }

 private:
  ByteSink& sink_;
  int64_t position_ = 0;
  bool closed_ = false;
  Status error_;
};

class Writer final : public IpcStreamWriter {
 public:
  explicit Writer(ByteSink& sink) : stream_(sink) {}

  Status Open(const SchemaPtr& schema) {
    TENON_ASSIGN_OR_RETURN(const std::shared_ptr<arrow::Schema> arrow_schema,
                           bridge_.ArrowSchemaOf(schema));
    auto options = arrow::ipc::IpcWriteOptions::Defaults();
    options.use_threads = false;
    auto writer = arrow::ipc::MakeStreamWriter(&stream_, arrow_schema, options);
    if (!writer.ok()) return stream_.Explain(writer.status());
    writer_ = *std::move(writer);
    return Status::Ok();
  }

  Status Write(RecordBatch batch) override {
    TENON_ASSIGN_OR_RETURN(const std::shared_ptr<arrow::RecordBatch> rows, bridge_.Borrowed(batch));
    return stream_.Explain(writer_->WriteRecordBatch(*rows));
  }

  Status Close() override { return stream_.Explain(writer_->Close()); }

 private:
  SinkStream stream_;
  SchemaBridge bridge_;
  std::shared_ptr<arrow::ipc::RecordBatchWriter> writer_;
};

}  // namespace

Result<std::unique_ptr<IpcStreamWriter>> arrow_module::MakeIpcStream(ByteSink& sink,
                                                                     SchemaPtr schema) {
  auto writer = std::make_unique<Writer>(sink);
  TENON_RETURN_IF_ERROR(writer->Open(schema));
  return std::unique_ptr<IpcStreamWriter>(std::move(writer));
}

}  // namespace tenon::columnar
