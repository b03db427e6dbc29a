#include "columnar/parquet/file_encoder.h"

#include <arrow/c/bridge.h>
#include <arrow/io/interfaces.h>
#include <arrow/memory_pool.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <parquet/arrow/writer.h>
#include <parquet/file_writer.h>
#include <parquet/metadata.h>
#include <parquet/properties.h>

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "columnar/parquet/column_encoding.h"
#include "columnar/parquet/guarded.h"

namespace tenon::columnar {
namespace {

// A ByteSink as Arrow's stream; keeps the sink's own error, which says more than Arrow's.
class SinkStream : public arrow::io::OutputStream {
 public:
  explicit SinkStream(ByteSink* sink) : sink_(sink) { set_mode(arrow::io::FileMode::WRITE); }

  arrow::Status Write(const void* data, int64_t bytes) override {
    // A writer that is given up still tries to write a footer; nothing more may reach the sink.
    if (abandoned_ || !error_.ok()) return arrow::Status::Cancelled("The file was given up");
    Status status = sink_->Write({static_cast<const std::byte*>(data), static_cast<size_t>(bytes)});
    position_ += bytes;
    return Keep(std::move(status));
  }
  arrow::Result<int64_t> Tell() const override { return position_; }
  arrow::Status Close() override {
    closed_ = true;
    return arrow::Status::OK();
  }
  bool closed() const override { return closed_; }

  void Abandon() { abandoned_ = true; }

  // The sink's error if there was one, else `status` in our words.
  Status Explain(const arrow::Status& status) const {
    if (!error_.ok()) return error_;
    if (status.ok()) return Status::Ok();
    const std::string text = "Parquet file could not be written: reason=" + status.message();
    if (status.IsOutOfMemory()) return Status::ResourceExhausted(text);
    return Status::Internal(text);
  }

 private:
  arrow::Status Keep(Status status) {
    if (status.ok()) return arrow::Status::OK();
    if (error_.ok()) error_ = std::move(status);
    return arrow::Status::IOError(std::string(error_.message()));
  }

  ByteSink* sink_;
  int64_t position_ = 0;
  bool closed_ = false;
  bool abandoned_ = false;
  Status error_;
};

parquet::Compression::type CompressionOf(ParquetCompression compression) {
  switch (compression) {
    case ParquetCompression::kNone: return parquet::Compression::UNCOMPRESSED;
    case ParquetCompression::kSnappy: return parquet::Compression::SNAPPY;
    case ParquetCompression::kZstd: return parquet::Compression::ZSTD;
    case ParquetCompression::kGzip: return parquet::Compression::GZIP;
    case ParquetCompression::kLz4: return parquet::Compression::LZ4;
  }
  return parquet::Compression::UNCOMPRESSED;
}

// The levels that these programs have by themselves; Arrow's own are 1 for zstd and 9 for gzip.
std::optional<int> LevelOf(const ParquetOptions& options) {
  if (options.compression_level) return options.compression_level;
  if (options.compression == ParquetCompression::kZstd) return 3;
  if (options.compression == ParquetCompression::kGzip) return 6;
  return std::nullopt;
}

void SetEncodings(const arrow::RecordBatch& first, parquet::WriterProperties::Builder* builder) {
  for (int i = 0; i < first.num_columns(); ++i) {
    const std::string& name = first.schema()->field(i)->name();
    if (name.find('.') != std::string::npos) continue;  // Would mean a field of a struct.
    switch (ChooseEncoding(*first.column(i))) {
      case ColumnEncoding::kDictionary: break;
      case ColumnEncoding::kPlain: builder->disable_dictionary(name); break;
      case ColumnEncoding::kDelta:
        builder->disable_dictionary(name);
        builder->encoding(name, parquet::Encoding::DELTA_BINARY_PACKED);
        break;
    }
  }
}

// `first`: the first rows, by which encodings are chosen; may be null.
std::shared_ptr<parquet::WriterProperties> PropertiesOf(const ParquetOptions& options,
                                                        const arrow::RecordBatch* first,
                                                        arrow::MemoryPool* pool) {
  parquet::WriterProperties::Builder builder;
  builder.memory_pool(pool)
      ->compression(CompressionOf(options.compression))
      ->max_row_group_length(options.row_group_rows)
      ->data_pagesize(options.page_bytes)
      ->version(parquet::ParquetVersion::PARQUET_2_6)
      ->enable_store_decimal_as_integer()
      ->enable_page_checksum()
      ->created_by("tenon");
  if (const std::optional<int> level = LevelOf(options)) builder.compression_level(*level);
  if (options.statistics) {
    builder.enable_statistics()->enable_write_page_index();
  } else {
    builder.disable_statistics()->disable_write_page_index();
  }
  for (const std::string& column : options.bloom_filter_columns)
    builder.enable_bloom_filter(column, parquet::BloomFilterOptions{});
  if (first != nullptr) SetEncodings(*first, &builder);
  return builder.build();
}

class Codec : public ParquetCodec {
 public:
  Codec(ByteSink* sink, std::shared_ptr<arrow::Schema> schema, ParquetOptions options)
      : stream_(std::make_shared<SinkStream>(sink)),
        schema_(std::move(schema)),
        options_(std::move(options)),
        most_held_bytes_(
            std::max(options_.most_held_bytes, schema_->num_fields() * kLeastHeldOfColumn)) {}

  ~Codec() override { stream_->Abandon(); }

  Status Write(ArrowArray* array, int64_t bytes) override {
    return stream_->Explain(Guarded([&]() -> arrow::Status {
      ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::RecordBatch> batch,
                            arrow::ImportRecordBatch(array, schema_));
      if (batch->num_rows() == 0) return arrow::Status::OK();
      if (writer_ == nullptr) ARROW_RETURN_NOT_OK(Open(batch.get()));
      if (group_bytes_ > 0 && (group_bytes_ + bytes > options_.row_group_bytes ||
                               pool_.bytes_allocated() > most_held_bytes_)) {
        ARROW_RETURN_NOT_OK(writer_->NewBufferedRowGroup());
        group_bytes_ = 0;
      }
      group_bytes_ += bytes;
      return writer_->WriteRecordBatch(*batch);
    }));
  }

  Status Finish(int64_t* row_groups) override {
    return stream_->Explain(Guarded([&]() -> arrow::Status {
      if (writer_ == nullptr) ARROW_RETURN_NOT_OK(Open(nullptr));
      ARROW_RETURN_NOT_OK(writer_->Close());
      *row_groups = writer_->metadata()->num_row_groups();
      return arrow::Status::OK();
    }));
  }

 private:
  arrow::Status Open(const arrow::RecordBatch* first) {
    ARROW_ASSIGN_OR_RAISE(writer_,
                          parquet::arrow::FileWriter::Open(*schema_, &pool_, stream_,
                                                           PropertiesOf(options_, first, &pool_)));
    return arrow::Status::OK();
  }

  // Arrow's own pool would keep the pages of the largest row group to the end of the process.
  arrow::ProxyMemoryPool pool_{arrow::system_memory_pool()};
  std::shared_ptr<SinkStream> stream_;
  std::shared_ptr<arrow::Schema> schema_;
  const ParquetOptions options_;
  // Encoded pages, dictionaries and filters of one row group: beyond this it ends early.
  static constexpr int64_t kLeastHeldOfColumn = 64 << 10;
  const int64_t most_held_bytes_;
  int64_t group_bytes_ = 0;
  std::unique_ptr<parquet::arrow::FileWriter> writer_;
};

}  // namespace

Status OpenFileEncoder(ByteSink* sink, ArrowSchema* schema, const ParquetOptions& options,
                       std::unique_ptr<ParquetCodec>* out) {
  arrow::Result<std::shared_ptr<arrow::Schema>> imported = arrow::ImportSchema(schema);
  if (!imported.ok())
    return Status::Internal("Schema has no Arrow form: reason=" + imported.status().message());
  auto codec = std::make_unique<Codec>(sink, *std::move(imported), options);
  *out = std::move(codec);
  return Status::Ok();
}

}  // namespace tenon::columnar
