#include "columnar/parquet_reader.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "columnar/column.h"
#include "columnar/memory.h"
#include "columnar/normalise.h"
#include "columnar/parquet_library.h"
#include "columnar/promises.h"
#include "columnar/untrusted.h"

namespace tenon::columnar {
namespace {

// The first batch shows what a row takes; dictionaries make the footer tell less than the truth.
constexpr int64_t kFirstRows = 1024;

// An Arrow schema that is released with its last user.
struct Layout {
  ArrowSchema schema{};

  Layout() = default;
  Layout(const Layout&) = delete;
  Layout& operator=(const Layout&) = delete;
  ~Layout() {
    if (schema.release != nullptr) schema.release(&schema);
  }
};

class Reader : public ParquetReader {
 public:
  explicit Reader(std::unique_ptr<ByteSource> source) : source_(std::move(source)) {}

  Status Open(const ParquetModule& module, const ParquetReadOptions& options) {
    TENON_RETURN_IF_ERROR(module.open_decoder(source_.get(), options, &decoder_));
    const auto layout = std::make_shared<Layout>();
    TENON_RETURN_IF_ERROR(decoder_->ExportColumns(&layout->schema));
    Result<Schema> schema = ImportSchema(layout->schema);
    if (!schema.ok()) return std::move(schema).status().WithWhere(source_->name());
    schema_ = std::make_shared<const Schema>(WithoutPromises(*schema));
    if (!IsCanonical(layout->schema)) layout_ = {layout, &layout->schema};
    row_bytes_ = decoder_->row_bytes();
    return Status::Ok();
  }

  const SchemaPtr& schema() const override { return schema_; }
  const ParquetReadCounts& counts() const override { return decoder_->counts(); }

  Result<std::optional<RecordBatch>> Next(const BatchLimits& limits) override {
    const int64_t fitting =
        std::max<int64_t>(limits.max_bytes / std::max<int64_t>(row_bytes_, 1), 1);
    const int64_t rows = std::clamp<int64_t>(std::min(fitting, most_rows_), 1, limits.max_rows);
    ArrowArray array{};
    TENON_RETURN_IF_ERROR(decoder_->Next(rows, &array));
    if (array.release == nullptr) return std::nullopt;
    Result<RecordBatch> batch = Check(&array);
    if (!batch.ok())
      return std::move(batch).status().WithWhere(source_->name() + " " + decoder_->place());
    if (batch->num_rows() > 0) {
      row_bytes_ = BufferBytes(*batch) / batch->num_rows() + 1;
      most_rows_ = std::max(most_rows_, batch->num_rows() * 16);
    }
    return std::optional<RecordBatch>(*std::move(batch));
  }

 private:
  Result<RecordBatch> Check(ArrowArray* array) {
    TENON_ASSIGN_OR_RETURN(RecordBatch foreign, RecordBatch::TakeForeign(schema_, layout_, array));
    Result<RecordBatch> normal = Normalise(std::move(foreign));
    // What Arrow's reader let pass: an index beyond its dictionary.
    if (!normal.ok() && normal.status().Is(StatusCode::kInternal))
      return Status::DataError("Parquet file is damaged: reason=" +
                               std::string(normal.status().message()))
          .WithHint("Write it again, or leave it out by exclusions.");
    TENON_ASSIGN_OR_RETURN(RecordBatch batch, std::move(normal));
    std::vector<bool> checked;
    for (int i = 0; i < batch.num_columns(); ++i) checked.push_back(decoder_->checked(i));
    TENON_RETURN_IF_ERROR(CheckUntrusted(batch, checked));
    return batch;
  }

  std::unique_ptr<ByteSource> source_;
  SchemaPtr schema_;
  std::shared_ptr<const ArrowSchema> layout_;  // Null: canonical.
  std::unique_ptr<ParquetDecoder> decoder_;    // Reads source_: goes first.
  int64_t row_bytes_ = 1;
  int64_t most_rows_ = kFirstRows;
};

}  // namespace

Result<ParquetFooter> ReadParquetFooter(ByteSource& source) {
  if (!ParquetLibrary().ok()) return ParquetLibrary().status();
  Layout layout;
  ParquetFooter footer;
  TENON_RETURN_IF_ERROR(
      (*ParquetLibrary())->read_footer(&source, &layout.schema, &footer.rows, &footer.row_groups));
  Result<Schema> schema = ImportSchema(layout.schema);
  if (!schema.ok()) return std::move(schema).status().WithWhere(source.name());
  footer.schema = WithoutPromises(*schema);
  return footer;
}

Result<std::unique_ptr<ParquetReader>> ParquetReader::Open(std::unique_ptr<ByteSource> source,
                                                           ParquetReadOptions options) {
  if (!ParquetLibrary().ok()) return ParquetLibrary().status();
  auto reader = std::make_unique<Reader>(std::move(source));
  TENON_RETURN_IF_ERROR(reader->Open(**ParquetLibrary(), options));
  return std::unique_ptr<ParquetReader>(std::move(reader));
}

}  // namespace tenon::columnar
