#include "columnar/parquet_writer.h"

#include <algorithm>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/error_catalog.h"
#include "base/text.h"
#include "columnar/memory.h"
#include "columnar/parquet_library.h"
#include "columnar/promises.h"
#include "tenon/option_spec.h"

namespace tenon::columnar {
namespace {

Status RefuseColumn(const std::string& path, const std::string& why) {
  return Status::InvalidArgument("Parquet cannot hold this column: column=" + path + " " + why);
}

Status CheckType(const DataType& type, const std::string& path) {
  switch (type.id()) {
    case TypeId::kChoice:
      return RefuseColumn(path, "type=" + type.ToString())
          .WithNumber(base::kErrUnresolvedChoice)
          .WithHint("Resolve it before the write: resolveChoice(specs=[(\"" + path +
                    "\", \"make_struct\")]).");
    case TypeId::kNull:
      return RefuseColumn(path, "type=null")
          .WithNumber(base::kErrSinkType)
          .WithHint("It holds nothing but nulls: put DropNullFields before the write.");
    case TypeId::kDecimal:
      if (type.precision() <= 38) return Status::Ok();
      return RefuseColumn(path, "type=" + type.ToString())
          .WithNumber(base::kErrSinkType)
          .WithHint("Cast it to a decimal of at most 38 digits, or to string.");
    case TypeId::kStruct:
      if (type.fields().empty())
        return RefuseColumn(path, "type=struct<>")
            .WithNumber(base::kErrSinkType)
            .WithHint("It has no fields: drop it before the write.");
      break;
    default: break;
  }
  for (const Field& field : type.fields()) {
    const bool in_struct = type.id() == TypeId::kStruct;
    TENON_RETURN_IF_ERROR(CheckType(field.type, in_struct ? path + "." + field.name : path + "[]"));
  }
  return Status::Ok();
}

// Ok when the dotted path leads through structs to a column that is not nested.
Status CheckLeaf(const Schema& schema, const std::string& path) {
  std::span<const Field> fields = schema.fields();
  for (size_t at = 0; at <= path.size();) {
    const size_t dot = std::min(path.find('.', at), path.size());
    const std::string name = path.substr(at, dot - at);
    const auto found = std::find_if(fields.begin(), fields.end(),
                                    [&](const Field& field) { return field.name == name; });
    if (found == fields.end()) break;
    if (!found->type.is_nested() && dot == path.size()) return Status::Ok();
    if (found->type.id() != TypeId::kStruct) break;
    fields = found->type.fields();
    at = dot + 1;
  }
  return Status::InvalidArgument("Bloom filter needs a column that is not nested: column=" + path +
                                 " schema=" + schema.ToString());
}

class Writer : public ParquetWriter {
 public:
  Writer(std::unique_ptr<ByteSink> sink, SchemaPtr schema)
      : sink_(std::move(sink)), schema_(std::move(schema)) {}

  Status Open(const ParquetModule& module, const ParquetOptions& options) {
    ArrowSchema exported;
    ExportSchema(WithoutPromises(*schema_), &exported);
    return module.open(sink_.get(), &exported, options, &codec_);
  }

  Status Write(RecordBatch batch) override {
    if (batch.layout() != nullptr ||
        (batch.schema_ptr() != schema_ && batch.schema() != *schema_)) {
      return Status::Internal("Batch has another schema than its Parquet file: batch=" +
                              batch.schema().ToString() + " file=" + schema_->ToString());
    }
    const int64_t rows = batch.num_rows();
    const int64_t bytes = BufferBytes(batch);
    ArrowArray array = std::move(batch).Release();
    TENON_RETURN_IF_ERROR(codec_->Write(&array, bytes));
    summary_.rows += rows;
    return Status::Ok();
  }

  Result<ParquetSummary> Close() override {
    TENON_RETURN_IF_ERROR(codec_->Finish(&summary_.row_groups));
    TENON_ASSIGN_OR_RETURN(summary_.bytes, sink_->Tell());
    TENON_RETURN_IF_ERROR(sink_->Close());
    return summary_;
  }

 private:
  std::unique_ptr<ByteSink> sink_;
  SchemaPtr schema_;
  std::unique_ptr<ParquetCodec> codec_;  // Writes to sink_: goes first.
  ParquetSummary summary_;
};

}  // namespace

Result<ParquetCompression> ParseParquetCompression(std::string_view name) {
  const std::string lower = base::ToLower(name);
  if (lower == "snappy") return ParquetCompression::kSnappy;
  if (lower == "zstd") return ParquetCompression::kZstd;
  if (lower == "gzip") return ParquetCompression::kGzip;
  if (lower == "lz4") return ParquetCompression::kLz4;
  if (lower == "none" || lower == "uncompressed") return ParquetCompression::kNone;
  const std::vector<std::string> known = {"snappy", "zstd", "gzip", "lz4", "none", "uncompressed"};
  const std::string nearest = NearestName(lower, known);
  return Status::InvalidArgument("Parquet compression is unknown: compression=" + std::string(name))
      .WithHint(nearest.empty() ? "Use one of: snappy, zstd, gzip, lz4, none."
                                : "Did you mean " + nearest + "?");
}

Status CheckParquetSchema(const Schema& schema, std::span<const std::string> bloom_filter_columns) {
  if (schema.size() == 0) {
    return Status::InvalidArgument("Parquet file needs at least one column: columns=0")
        .WithNumber(base::kErrSinkType);
  }
  for (const Field& field : schema.fields())
    TENON_RETURN_IF_ERROR(CheckType(field.type, field.name));
  for (const std::string& column : bloom_filter_columns)
    TENON_RETURN_IF_ERROR(CheckLeaf(schema, column));
  return Status::Ok();
}

Result<std::unique_ptr<ParquetWriter>> ParquetWriter::Open(std::unique_ptr<ByteSink> sink,
                                                           SchemaPtr schema,
                                                           ParquetOptions options) {
  TENON_RETURN_IF_ERROR(CheckParquetSchema(*schema, options.bloom_filter_columns));
  if (options.row_group_rows < 1 || options.row_group_bytes < 1 || options.page_bytes < 1) {
    return Status::InvalidArgument("Parquet row group and page must hold something: rows=" +
                                   std::to_string(options.row_group_rows) +
                                   " bytes=" + std::to_string(options.row_group_bytes) +
                                   " page_bytes=" + std::to_string(options.page_bytes));
  }
  if (!ParquetLibrary().ok()) return ParquetLibrary().status();
  auto writer = std::make_unique<Writer>(std::move(sink), std::move(schema));
  TENON_RETURN_IF_ERROR(writer->Open(**ParquetLibrary(), options));
  return std::unique_ptr<ParquetWriter>(std::move(writer));
}

}  // namespace tenon::columnar
