#include "connectors/console/row_printer.h"

#include <utility>

#include "base/error_catalog.h"
#include "base/text.h"
#include "columnar/ipc_stream.h"
#include "columnar/table_text.h"
#include "connectors/files/write/write_options.h"

namespace tenon::console {
namespace {

Status NeedsSchema(std::string_view format) {
  return Status::InvalidArgument(
             "This form needs the schema of all rows before the first: format=" +
             std::string(format))
      .WithNumber(base::kErrSinkNeedsSchema);
}

class TablePrinter final : public RowPrinter {
 public:
  TablePrinter(SchemaPtr schema, const ConsoleSettings& settings)
      : writer_(settings), table_(std::move(schema), {.colour = settings.colour}) {}

  Status CheckSchema(const Schema&) const override { return Status::Ok(); }
  Status Print(RecordBatch batch) override {
    std::string text;
    table_.Add(batch, &text);
    return writer_.Write(text.data(), text.size());
  }
  Status Finish() override {
    std::string text;
    table_.Finish(&text);
    return writer_.Write(text.data(), text.size());
  }

 private:
  DescriptorWriter writer_;
  columnar::TableText table_;
};

class ArrowPrinter final : public RowPrinter {
 public:
  explicit ArrowPrinter(const ConsoleSettings& settings) : writer_(settings), sink_(writer_) {}

  Status Open(SchemaPtr schema) {
    TENON_ASSIGN_OR_RETURN(stream_, columnar::IpcStreamWriter::Make(sink_, std::move(schema)));
    return Status::Ok();
  }
  Status CheckSchema(const Schema&) const override { return Status::Ok(); }
  Status Print(RecordBatch batch) override { return stream_->Write(std::move(batch)); }
  Status Finish() override { return stream_->Close(); }

 private:
  DescriptorWriter writer_;
  SinkToDescriptor sink_;
  std::unique_ptr<columnar::IpcStreamWriter> stream_;
};

// What a file of this format would hold. Opened with the first rows: a schema may yet be refused.
class FilePrinter final : public RowPrinter {
 public:
  FilePrinter(std::unique_ptr<files::WriteFormat> format, SchemaPtr schema,
              const ConsoleSettings& settings)
      : writer_(settings), format_(std::move(format)), schema_(std::move(schema)) {}

  Status CheckSchema(const Schema& schema) const override { return format_->CheckSchema(schema); }
  Status Print(RecordBatch batch) override {
    TENON_RETURN_IF_ERROR(Open());
    return file_->Write(std::move(batch));
  }
  Status Finish() override {
    // A file without rows has its head, when there is a schema to make one of.
    if (schema_) TENON_RETURN_IF_ERROR(Open());
    return file_ == nullptr ? Status::Ok() : file_->Close().status();
  }

 private:
  Status Open() {
    if (file_ != nullptr) return Status::Ok();
    TENON_ASSIGN_OR_RETURN(file_,
                           format_->Open(std::make_unique<StagedToDescriptor>(writer_), schema_));
    return Status::Ok();
  }

  DescriptorWriter writer_;
  const std::unique_ptr<files::WriteFormat> format_;
  const SchemaPtr schema_;
  std::unique_ptr<files::WrittenFile> file_;
};

Result<std::unique_ptr<RowPrinter>> MakeFilePrinter(Options options, SchemaPtr schema,
                                                    const ConsoleSettings& settings) {
  options.Set("path", "-");  // What a file would need.
  TENON_ASSIGN_OR_RETURN(const files::SinkOptions parsed, files::ParseSinkOptions(options));
  TENON_ASSIGN_OR_RETURN(
      std::unique_ptr<files::WriteFormat> format,
      files::MakeWriteFormat(parsed, schema != nullptr, files::HeaderLine::kAsAsked));
  if (format->one_schema() && schema == nullptr) {
    TENON_ASSIGN_OR_RETURN(const std::string name, options.GetOr("format", ""));
    return NeedsSchema(name);
  }
  return std::unique_ptr<RowPrinter>(
      std::make_unique<FilePrinter>(std::move(format), std::move(schema), settings));
}

}  // namespace

Result<std::unique_ptr<RowPrinter>> MakeRowPrinter(const Options& options, SchemaPtr schema,
                                                   const ConsoleSettings& settings) {
  TENON_ASSIGN_OR_RETURN(const std::string given, options.GetOr("format", "table"));
  const std::string format = base::ToLower(given);
  if (format != "table" && format != "arrow") {
    return MakeFilePrinter(options, std::move(schema), settings);
  }
  if (options.size() > (options.Has("format") ? 1u : 0u)) {
    return Status::InvalidArgument("This form of output takes no options: format=" + format)
        .WithNumber(base::kErrUnknownOption);
  }
  if (schema == nullptr) return NeedsSchema(format);
  if (format == "table") {
    return std::unique_ptr<RowPrinter>(std::make_unique<TablePrinter>(std::move(schema), settings));
  }
  auto arrow = std::make_unique<ArrowPrinter>(settings);
  TENON_RETURN_IF_ERROR(arrow->Open(std::move(schema)));
  return std::unique_ptr<RowPrinter>(std::move(arrow));
}

}  // namespace tenon::console
