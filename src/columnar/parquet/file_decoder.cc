#include "columnar/parquet/file_decoder.h"

#include <arrow/array/array_base.h>
#include <arrow/array/util.h>
#include <arrow/c/bridge.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <parquet/arrow/reader.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>
#include <parquet/properties.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "columnar/field_places.h"
#include "columnar/parquet/flat_column.h"
#include "columnar/parquet/group_pruner.h"
#include "columnar/parquet/guarded.h"
#include "columnar/parquet/lent_pool.h"
#include "columnar/parquet/page_filter.h"
#include "columnar/parquet/plain_types.h"
#include "columnar/parquet/source_file.h"

namespace tenon::columnar {
namespace {

// Read buffers of all columns together; each has at least and at most so much.
constexpr int64_t kStreamBytes = 16 << 20;
constexpr int64_t kLeastStreamBytes = 16 << 10;
constexpr int64_t kMostStreamBytes = 1 << 20;
// Of a far file: what is read ahead of one row group, and in one request.
constexpr int64_t kFetchBytes = 64 << 20;
constexpr int64_t kRequestBytes = 8 << 20;
constexpr int64_t kMostGapBytes = 1 << 20;
// Of a row group that several readers share.
constexpr int64_t kLeastCutBytes = 2 << 20;
// Run lengths let few bytes stand for many rows, but no honest file has more.
constexpr int64_t kMostRows = int64_t{1} << 40;

struct Selected {
  std::vector<int> leaves;
  std::vector<std::shared_ptr<arrow::Field>> fields;
  std::vector<std::vector<int>> leaves_of;  // Of each field.
};

void AddLeaves(const parquet::arrow::SchemaField& field, std::vector<int>* leaves) {
  if (field.is_leaf()) leaves->push_back(field.column_index);
  for (const auto& child : field.children) AddLeaves(child, leaves);
}

Selected Select(const parquet::arrow::SchemaManifest& manifest,
                const std::optional<std::vector<std::string>>& columns) {
  std::vector<int> wanted;
  if (!columns) {
    for (size_t i = 0; i < manifest.schema_fields.size(); ++i)
      wanted.push_back(static_cast<int>(i));
  } else {
    std::vector<std::string> names;
    for (const auto& field : manifest.schema_fields) names.push_back(field.field->name());
    const FieldPlaces exact(names), any_case(names, NameCase::kIgnored);
    std::vector<bool> taken(names.size());
    for (const std::string& name : *columns) {
      std::optional<int> field = exact.Find(name);
      if (!field) field = any_case.Find(name);
      if (!field || taken[static_cast<size_t>(*field)]) continue;
      taken[static_cast<size_t>(*field)] = true;
      wanted.push_back(*field);
    }
  }
  Selected selected;
  for (const int i : wanted) {
    const auto& field = manifest.schema_fields[static_cast<size_t>(i)];
    std::vector<int> leaves;
    AddLeaves(field, &leaves);
    selected.leaves.insert(selected.leaves.end(), leaves.begin(), leaves.end());
    selected.leaves_of.push_back(std::move(leaves));
    selected.fields.push_back(
        arrow::field(field.field->name(), PlainType(field, *manifest.descr), true));
  }
  return selected;
}

// Where the pages of a row group lie.
struct Extent {
  int64_t begin = 0;
  int64_t bytes = 0;
  int64_t middle() const { return begin + bytes / 2; }
};

// Within a file of `file_bytes`, whatever the footer says.
Extent ExtentOf(const parquet::RowGroupMetaData& group, int64_t file_bytes) {
  if (group.num_columns() == 0) return {};
  const auto first = group.ColumnChunk(0);
  int64_t begin = first->data_page_offset();
  if (first->has_dictionary_page() && first->dictionary_page_offset() > 0)
    begin = std::min(begin, first->dictionary_page_offset());
  int64_t bytes = 0;
  for (int i = 0; i < group.num_columns(); ++i)
    bytes += std::clamp<int64_t>(group.ColumnChunk(i)->total_compressed_size(), 0, file_bytes);
  begin = std::clamp<int64_t>(begin, 0, std::max<int64_t>(file_bytes - 1, 0));
  return {begin, std::clamp<int64_t>(bytes, 0, std::max<int64_t>(file_bytes - 1 - begin, 0))};
}

// A row group, or the part of its rows that lies between two of its bytes.
struct Part {
  int group = 0;
  Extent extent;
  int64_t begin = 0;
  int64_t end = 0;
  bool whole = true;
  bool counted = true;  // One of several readers counts what is skipped.

  // How many of `rows` rows lie before a byte of a part: as large a share as of the bytes.
  int64_t RowsBefore(int64_t byte, int64_t rows) const {
    const int64_t before = std::clamp<int64_t>(byte - extent.begin, 0, extent.bytes);
    return static_cast<int64_t>(static_cast<__int128>(rows) * before / extent.bytes);
  }
};

// Of one reader alone.
constexpr size_t kKeptBytes = 32 << 20;

std::shared_ptr<KeptBlocks> BlocksOf(const ParquetReadOptions& options) {
  return options.blocks != nullptr ? options.blocks : std::make_shared<KeptBlocks>(kKeptBytes);
}

class Decoder : public ParquetDecoder {
 public:
  Decoder(ByteSource& source, ParquetReadOptions options)
      : source_(source),
        options_(std::move(options)),
        pool_(LentPool::Make(options_.memory_bytes, BlocksOf(options_))),
        file_(std::make_shared<SourceFile>(source, pool_.get())) {}

  Status Open() {
    const arrow::Status status = Guarded([&] { return OpenFile(); });
    if (status.ok() || !IsEncrypted()) return file_->Explain(status, "");
    return Status::Unsupported("Parquet file is encrypted: " + source_.name());
  }

  Status ExportColumns(ArrowSchema* out) const override {
    return file_->Explain(arrow::ExportSchema(arrow::Schema(selected_.fields), out), "");
  }

  int64_t row_bytes() const override {
    int64_t rows = 0, bytes = 0;
    for (const Part& part : parts_) {
      const auto metadata = reader_->parquet_reader()->metadata()->RowGroup(part.group);
      rows += metadata->num_rows();
      for (const int leaf : selected_.leaves)
        bytes += std::max<int64_t>(metadata->ColumnChunk(leaf)->total_uncompressed_size(), 0);
    }
    return rows <= 0 ? 1 : std::max<int64_t>(bytes / rows, 1);
  }

  Status Next(int64_t rows, ArrowArray* out) override {
    out->release = nullptr;
    const arrow::Status status = Guarded([&] { return NextBatch(rows, out); });
    return file_->Explain(status, place());
  }

  std::string place() const override {
    if (group_ < 0) return "";
    const std::string column =
        column_ < 0 ? "" : " column=" + selected_.fields[static_cast<size_t>(column_)]->name();
    return "row_group=" + std::to_string(group_) + column;
  }
  bool checked(int column) const override { return checked_[static_cast<size_t>(column)]; }
  const ParquetReadCounts& counts() const override { return counts_; }

  std::shared_ptr<parquet::FileMetaData> metadata() const {
    return reader_->parquet_reader()->metadata();
  }

 private:
  bool IsEncrypted() {
    std::array<uint8_t, 4> magic{};
    const int64_t at = source_.size() - static_cast<int64_t>(magic.size());
    const Result<size_t> read = at < 0 ? Result<size_t>(size_t{0}) : source_.ReadAt(at, magic);
    return read.ok() && *read == magic.size() &&
           std::string_view(reinterpret_cast<const char*>(magic.data()), 4) == "PARE";
  }

  arrow::Status OpenFile() {
    using Contents = parquet::ParquetFileReader::Contents;
    parquet::ReaderProperties properties(pool_.get());
    std::unique_ptr<Contents> contents = Contents::Open(file_, properties);
    const std::shared_ptr<parquet::FileMetaData> metadata = contents->metadata();
    properties.enable_buffered_stream();
    properties.set_page_checksum_verification(true);
    stream_bytes_ = std::clamp(kStreamBytes / std::max<int64_t>(metadata->num_columns(), 1),
                               kLeastStreamBytes, kMostStreamBytes);
    properties.set_buffer_size(stream_bytes_);
    misplaced_ = metadata->writer_version().VersionLt(
        parquet::ApplicationVersion::PARQUET_816_FIXED_VERSION());
    contents = Contents::Open(file_, properties, metadata);
    auto raw = std::make_unique<parquet::ParquetFileReader>();
    raw->Open(Filtered(std::move(contents), properties, filter_));
    parquet::ArrowReaderProperties arrow_properties(/*use_threads=*/false);
    arrow_properties.set_pre_buffer(false);
    arrow_properties.set_coerce_int96_timestamp_unit(arrow::TimeUnit::MICRO);
    ARROW_ASSIGN_OR_RAISE(
        reader_, parquet::arrow::FileReader::Make(pool_.get(), std::move(raw), arrow_properties));
    selected_ = Select(reader_->manifest(), options_.columns);
    pruner_.emplace(*reader_->parquet_reader(), reader_->manifest(), options_.where,
                    selected_.leaves);
    return FindGroups(*metadata);
  }

  arrow::Status FindGroups(const parquet::FileMetaData& metadata) {
    int64_t rows = 0;
    for (int i = 0; i < metadata.num_row_groups(); ++i) {
      const auto group = metadata.RowGroup(i);
      if (group->num_rows() < 0 || (rows += group->num_rows()) > kMostRows)
        return arrow::Status::IOError("Row group has an impossible number of rows: row_group=", i,
                                      " rows=", group->num_rows());
      if (group->num_columns() != metadata.num_columns())
        return arrow::Status::IOError("Row group has other columns than the file: row_group=", i,
                                      " columns=", group->num_columns());
      AddPart(i, *group);
    }
    return arrow::Status::OK();
  }

  // What of a row group this reader is to read. All readers of a file must come to the same cuts.
  void AddPart(int index, const parquet::RowGroupMetaData& group) {
    Part part{.group = index, .extent = ExtentOf(group, source_.size())};
    const int64_t begin = part.extent.begin, end = begin + part.extent.bytes;
    part.counted = part.extent.middle() >= options_.begin && part.extent.middle() < options_.end;
    part.begin = std::max(options_.begin, begin);
    part.end = std::min(options_.end, end);
    const bool cut = part.begin < part.end && part.end - part.begin < part.extent.bytes;
    part.whole = !cut || !MayBeCut(part, group);
    if (!part.whole || part.counted) parts_.push_back(part);
  }

  // Whether its rows can be passed over without being decoded, and are enough for several readers.
  bool MayBeCut(const Part& part, const parquet::RowGroupMetaData& group) const {
    // Far readers fetch whole row groups, in few requests.
    if (source_.far() || part.extent.bytes < kLeastCutBytes) return false;
    for (size_t i = 0; i < selected_.fields.size(); ++i)
      if (MakeFlat(group, i) == nullptr) return false;
    return true;
  }

  // Null: Arrow's reader must read this column.
  std::unique_ptr<FlatColumn> MakeFlat(const parquet::RowGroupMetaData& group, size_t i) const {
    const std::vector<int>& leaves = selected_.leaves_of[i];
    if (leaves.size() != 1 || misplaced_) return nullptr;
    return FlatColumn::Make(group, leaves[0], selected_.fields[i]->type(), pool_.get());
  }

  arrow::Status NextBatch(int64_t rows, ArrowArray* out) {
    for (;;) {
      if (rows_left_ == 0) {
        ARROW_RETURN_NOT_OK(NextGroup());
        if (group_ < 0 || rows_left_ == 0) return arrow::Status::OK();
      }
      if (selected_.fields.empty()) {
        const int64_t count = std::min(rows, rows_left_);
        rows_left_ -= count;
        return Export(count, {}, out);
      }
      std::vector<std::shared_ptr<arrow::ArrayData>> columns;
      int64_t count = std::min(rows, rows_left_);
      ARROW_RETURN_NOT_OK(ReadColumns(&count, &columns));
      rows_left_ -= count;
      return Export(count, columns, out);
    }
  }

  // The next `*rows` rows of each column, or fewer.
  arrow::Status ReadColumns(int64_t* rows,
                            std::vector<std::shared_ptr<arrow::ArrayData>>* columns) {
    std::shared_ptr<arrow::RecordBatch> others;
    if (batches_ != nullptr) {
      reader_->set_batch_size(*rows);
      ARROW_RETURN_NOT_OK(batches_->ReadNext(&others));
      if (others == nullptr || others->num_rows() == 0 || others->num_rows() > *rows) {
        return arrow::Status::IOError("Pages have another number of rows than the footer says: ",
                                      "rows_missing=", rows_left_);
      }
      *rows = others->num_rows();
    }
    checked_.assign(flat_.size(), false);
    int other = 0;
    for (size_t i = 0; i < flat_.size(); ++i) {
      if (flat_[i] == nullptr) {
        columns->push_back(
            WithPlainType(others->column_data(other++), selected_.fields[i]->type()));
        continue;
      }
      column_ = static_cast<int>(i);
      ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::ArrayData> column, flat_[i]->Read(*rows));
      checked_[i] = flat_[i]->checked();
      columns->push_back(std::move(column));
      column_ = -1;
    }
    return arrow::Status::OK();
  }

  arrow::Status Export(int64_t rows, const std::vector<std::shared_ptr<arrow::ArrayData>>& columns,
                       ArrowArray* out) {
    arrow::ArrayVector arrays;
    for (const auto& column : columns) {
      arrays.push_back(arrow::MakeArray(column));
      // Children, offsets and buffers are as long as they say.
      ARROW_RETURN_NOT_OK(arrays.back()->Validate());
    }
    const auto plain =
        arrow::RecordBatch::Make(arrow::schema(selected_.fields), rows, std::move(arrays));
    return arrow::ExportRecordBatch(*plain, out);
  }

  // The next row group that may hold what is wanted; none: rows_left_ stays 0.
  arrow::Status NextGroup() {
    batches_.reset();
    flat_.clear();
    file_->Forget();
    while (next_ < parts_.size()) {
      const Part& part = parts_[next_++];
      group_ = part.group;
      ParquetReadCounts of_another;
      GroupPruner::Choice choice =
          pruner_->Choose(group_, !part.whole, part.counted ? &counts_ : &of_another);
      if (choice.unread) return arrow::Status::IOError("Page index could not be read");
      if (choice.skipped) continue;
      const int64_t first = part.whole ? 0 : part.RowsBefore(part.begin, choice.rows);
      const int64_t last = part.whole ? choice.rows : part.RowsBefore(part.end, choice.rows);
      if (first == last) continue;
      rows_left_ = last - first;
      filter_.Choose(group_, std::move(choice.pages));
      if (selected_.fields.empty()) return arrow::Status::OK();
      if (source_.far()) ARROW_RETURN_NOT_OK(FetchGroup());
      return OpenColumns(first);
    }
    return arrow::Status::OK();
  }

  // From this row on.
  arrow::Status OpenColumns(int64_t first) {
    const auto group = metadata()->RowGroup(group_);
    std::vector<int> others;
    for (size_t i = 0; i < selected_.fields.size(); ++i) {
      const std::vector<int>& leaves = selected_.leaves_of[i];
      // No page would say how many rows of it there are.
      if (leaves.empty())
        return arrow::Status::NotImplemented("Column is a group without members: column=",
                                             selected_.fields[i]->name());
      flat_.push_back(MakeFlat(*group, i));
      if (flat_.back() == nullptr) {
        others.insert(others.end(), leaves.begin(), leaves.end());
        continue;
      }
      ARROW_ASSIGN_OR_RAISE(std::unique_ptr<ChunkPages> pages,
                            ChunkPages::Open(*file_, *group->ColumnChunk(leaves[0]), stream_bytes_,
                                             filter_.Find(group_, leaves[0]), pool_.get()));
      flat_.back()->Start(std::move(pages), first);
    }
    if (others.empty()) return arrow::Status::OK();
    ARROW_ASSIGN_OR_RAISE(batches_, reader_->GetRecordBatchReader({group_}, others));
    return arrow::Status::OK();
  }

  arrow::Status FetchGroup() {
    const auto group = metadata()->RowGroup(group_);
    std::vector<ByteRange> ranges;
    for (const int leaf : selected_.leaves) {
      ARROW_ASSIGN_OR_RAISE(const ByteRange range, RangeOf(*group->ColumnChunk(leaf), *file_));
      ranges.push_back(range);
    }
    return file_->Fetch(Coalesce(std::move(ranges), kMostGapBytes, kRequestBytes), kFetchBytes);
  }

  ByteSource& source_;
  const ParquetReadOptions options_;
  const LentPool::Owner pool_;
  const std::shared_ptr<SourceFile> file_;
  PageFilter filter_;
  std::unique_ptr<parquet::arrow::FileReader> reader_;
  Selected selected_;
  std::optional<GroupPruner> pruner_;
  int64_t stream_bytes_ = kMostStreamBytes;
  bool misplaced_ = false;  // Its writer said that chunks end before they do; Arrow's reader knows.
  std::vector<Part> parts_;
  size_t next_ = 0;
  int group_ = -1;
  int64_t rows_left_ = 0;                          // Of the group.
  std::vector<std::unique_ptr<FlatColumn>> flat_;  // Of each field; null: Arrow's reader has it.
  std::unique_ptr<arrow::RecordBatchReader> batches_;  // Of those, of the group.
  std::vector<bool> checked_;
  int column_ = -1;  // That is being read.
  ParquetReadCounts counts_;
};

}  // namespace

Status OpenFileDecoder(ByteSource* source, const ParquetReadOptions& options,
                       std::unique_ptr<ParquetDecoder>* out) {
  auto decoder = std::make_unique<Decoder>(*source, options);
  TENON_RETURN_IF_ERROR(decoder->Open());
  *out = std::move(decoder);
  return Status::Ok();
}

Status ReadFileFooter(ByteSource* source, ArrowSchema* schema, int64_t* rows, int64_t* row_groups) {
  Decoder decoder(*source, {});
  TENON_RETURN_IF_ERROR(decoder.Open());
  TENON_RETURN_IF_ERROR(decoder.ExportColumns(schema));
  *rows = decoder.metadata()->num_rows();
  *row_groups = decoder.metadata()->num_row_groups();
  return Status::Ok();
}

}  // namespace tenon::columnar
