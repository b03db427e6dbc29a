// Writes rows as CSV.
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error_catalog.h"
#include "base/failpoint.h"
#include "columnar/column.h"
#include "columnar/text_buffer.h"
#include "connectors/files/csv/csv_format.h"
#include "connectors/files/csv/csv_rows.h"

namespace tenon::files {
namespace {

constexpr size_t kBlockBytes = 1 << 20;

class CsvFile : public WrittenFile {
 public:
  CsvFile(std::unique_ptr<object_store::StagedWriter> file, const CsvWriteOptions& options)
      : file_(std::move(file)), rows_(options) {}

  Status PutHeader(const Schema& schema) { return rows_.AppendHeader(schema, &text_); }

  Status Write(RecordBatch batch) override {
    const SchemaPtr schema = batch.schema_ptr();
    const int64_t rows = batch.num_rows();
    const std::vector<columnar::Column> columns = columnar::TakeColumns(std::move(batch));
    if (columns.empty()) {
      for (int64_t row = 0; row < rows; ++row) text_.Append('\n');
      return Flush();
    }
    for (int64_t row = 0; row < rows;) {
      TENON_ASSIGN_OR_RETURN(row, rows_.AppendSome(columns, *schema, row, &text_));
      if (text_.size() >= kBlockBytes) TENON_RETURN_IF_ERROR(Flush());
    }
    return Status::Ok();
  }

  int64_t bytes() const override { return file_->bytes() + static_cast<int64_t>(text_.size()); }

  Result<object_store::StagedObject> Close() override {
    TENON_RETURN_IF_ERROR(Flush());
    TENON_FAILPOINT_STATUS("K12");
    return file_->Finish();
  }

 private:
  Status Flush() {
    if (text_.size() == 0) return Status::Ok();
    const std::string_view text = text_.text();
    TENON_RETURN_IF_ERROR(
        file_->Append({reinterpret_cast<const uint8_t*>(text.data()), text.size()}));
    text_.Clear();
    return Status::Ok();
  }

  const std::unique_ptr<object_store::StagedWriter> file_;
  CsvRows rows_;
  columnar::TextBuffer text_;
};

Status RefuseColumn(const Field& field) {
  return Status::InvalidArgument("CSV cannot hold this column: column=" + field.name +
                                 " type=" + field.type.ToString());
}

class CsvWriteFormat : public WriteFormat {
 public:
  explicit CsvWriteFormat(const CsvWriteOptions& options) : options_(options) {}

  const char* ending() const override { return ".csv"; }
  bool one_schema() const override { return true; }

  Status CheckSchema(const Schema& schema) const override {
    for (const Field& field : schema.fields()) {
      if (field.type.id() == TypeId::kChoice) {
        return RefuseColumn(field)
            .WithNumber(base::kErrUnresolvedChoice)
            .WithHint("Resolve it before the write: resolveChoice(specs=[(\"" + field.name +
                      "\", \"cast:string\")]).");
      }
      if (field.type.is_nested()) {
        return RefuseColumn(field)
            .WithNumber(base::kErrSinkType)
            .WithHint("Flatten it before the write, by unnest or relationalize, or write json.");
      }
    }
    return Status::Ok();
  }

  Result<std::unique_ptr<WrittenFile>> Open(std::unique_ptr<object_store::StagedWriter> file,
                                            SchemaPtr schema) const override {
    auto written = std::make_unique<CsvFile>(std::move(file), options_);
    if (options_.write_header) TENON_RETURN_IF_ERROR(written->PutHeader(*schema));
    return std::unique_ptr<WrittenFile>(std::move(written));
  }

 private:
  const CsvWriteOptions options_;
};

}  // namespace

std::unique_ptr<WriteFormat> MakeCsvWriteFormat(const CsvWriteOptions& options) {
  return std::make_unique<CsvWriteFormat>(options);
}

}  // namespace tenon::files
