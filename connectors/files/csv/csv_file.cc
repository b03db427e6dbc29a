// Writes rows as CSV.
#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error_catalog.h"
#include "base/failpoint.h"
#include "base/text.h"
#include "columnar/column.h"
#include "columnar/json_text.h"
#include "columnar/scalar_text.h"
#include "connectors/files/csv/csv_cells.h"
#include "connectors/files/csv/csv_format.h"

namespace tenon::files {
namespace {

using columnar::ArrayNode;
using columnar::Column;

constexpr size_t kBlockBytes = 1 << 20;

bool IsNull(const ArrayNode& node, int64_t row) {
  const auto* const bits = node.buffer<uint8_t>(0);
  if (bits == nullptr || node.null_count == 0) return false;
  const int64_t at = node.offset + row;
  return (bits[at / 8] >> (at % 8) & 1) == 0;
}

class CsvFile : public WrittenFile {
 public:
  CsvFile(std::unique_ptr<object_store::StagedWriter> file, const CsvWriteOptions& options)
      : file_(std::move(file)),
        options_(options),
        quoting_(options.separator, options.quote),
        block_(std::make_unique_for_overwrite<char[]>(kBlockBytes)) {}

  Status PutHeader(const Schema& schema) {
    for (int i = 0; i < schema.size(); ++i) {
      if (i > 0) TENON_RETURN_IF_ERROR(PutByte(static_cast<char>(options_.separator)));
      TENON_RETURN_IF_ERROR(PutText(schema.field(i).name, schema.field(i).name));
    }
    return PutByte('\n');
  }

  Status Write(RecordBatch batch) override {
    const SchemaPtr schema = batch.schema_ptr();
    const int64_t rows = batch.num_rows();
    const std::vector<Column> columns = columnar::TakeColumns(std::move(batch));
    for (int64_t row = 0; row < rows; ++row) {
      for (size_t i = 0; i < columns.size(); ++i) {
        if (i > 0) TENON_RETURN_IF_ERROR(PutByte(static_cast<char>(options_.separator)));
        TENON_RETURN_IF_ERROR(PutCell(columns[i], row, schema->field(static_cast<int>(i)).name));
      }
      TENON_RETURN_IF_ERROR(PutByte('\n'));
    }
    return Status::Ok();
  }

  int64_t bytes() const override { return file_->bytes() + static_cast<int64_t>(at_); }

  Result<object_store::StagedObject> Close() override {
    TENON_RETURN_IF_ERROR(Flush());
    TENON_FAILPOINT_STATUS("K12");
    return file_->Finish();
  }

 private:
  Status Flush() {
    const size_t size = std::exchange(at_, 0);
    if (size == 0) return Status::Ok();
    return file_->Append({reinterpret_cast<const uint8_t*>(block_.get()), size});
  }

  Status PutByte(char c) {
    if (at_ == kBlockBytes) TENON_RETURN_IF_ERROR(Flush());
    block_[at_++] = c;
    return Status::Ok();
  }

  Status PutBytes(std::string_view text) {
    while (!text.empty()) {
      if (at_ == kBlockBytes) TENON_RETURN_IF_ERROR(Flush());
      const size_t size = std::min(text.size(), kBlockBytes - at_);
      std::copy_n(text.data(), size, block_.get() + at_);
      at_ += size;
      text.remove_prefix(size);
    }
    return Status::Ok();
  }

  Status PutCell(const Column& column, int64_t row, const std::string& name) {
    const ArrayNode& node = *column.node();
    const TypeId type = column.type().id();
    if (type == TypeId::kNull || IsNull(node, row)) return Status::Ok();
    if (IsCsvScalar(type)) {
      if (quoting_.numbers_too()) {
        char text[columnar::kMostScalarBytes];
        char* const end = columnar::PutScalar(column, row, text);
        return PutText({text, static_cast<size_t>(end - text)}, name);
      }
      if (kBlockBytes - at_ < columnar::kMostScalarBytes) TENON_RETURN_IF_ERROR(Flush());
      char* const end = columnar::PutScalar(column, row, block_.get() + at_);
      at_ = static_cast<size_t>(end - block_.get());
      return Status::Ok();
    }
    if (type == TypeId::kBinary) {
      // As in JSON: base64, there in quotes.
      scratch_.clear();
      columnar::AppendJson(column, row, {}, &scratch_);
      return PutText(std::string_view(scratch_).substr(1, scratch_.size() - 2), name);
    }
    const auto* const offsets = node.buffer<int32_t>(1) + node.offset + row;
    return PutText(
        {node.buffer<char>(2) + offsets[0], static_cast<size_t>(offsets[1] - offsets[0])}, name);
  }

  Status PutText(std::string_view text, const std::string& column) {
    if (!quoting_.NeedsQuotes(text)) return PutBytes(text);
    if (!options_.quote) return PutUnquoted(text, column);
    const char quote = static_cast<char>(*options_.quote);
    TENON_RETURN_IF_ERROR(PutByte(quote));
    while (!text.empty()) {
      const size_t end = std::min(text.find(quote), text.size() - 1) + 1;
      TENON_RETURN_IF_ERROR(PutBytes(text.substr(0, end)));
      if (text[end - 1] == quote) TENON_RETURN_IF_ERROR(PutByte(quote));
      text.remove_prefix(end);
    }
    return PutByte(quote);
  }

  // With quoteChar -1 blanks and empty texts are written as they are; what would break the record is refused.
  Status PutUnquoted(std::string_view text, const std::string& column) {
    const char breaking[] = {static_cast<char>(options_.separator), '\n', '\r'};
    if (text.find_first_of({breaking, sizeof(breaking)}) == std::string_view::npos) {
      return PutBytes(text);
    }
    return Status::DataError("Value cannot be written without quotes: column=" + column +
                             " value=" + base::ShortText(text, 60))
        .WithHint("Set quoteChar, or choose a separator that no value holds.");
  }

  const std::unique_ptr<object_store::StagedWriter> file_;
  const CsvWriteOptions options_;
  const CsvQuoting quoting_;
  const std::unique_ptr<char[]> block_;
  size_t at_ = 0;
  std::string scratch_;
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
