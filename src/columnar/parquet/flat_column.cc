#include "columnar/parquet/flat_column.h"

#include <arrow/buffer.h>
#include <arrow/type.h>
#include <arrow/util/bit_util.h>
#include <arrow/util/bitmap_ops.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "columnar/parquet/dictionary_indices.h"

namespace tenon::columnar {
namespace {

using Bytes = std::span<const uint8_t>;
using parquet::Encoding;
using Kind = PageHeader::Kind;

arrow::Status Wrong(const char* what) { return arrow::Status::IOError(what); }

bool IsKnown(const std::vector<Encoding::type>& encodings, bool whole_numbers) {
  return std::all_of(encodings.begin(), encodings.end(), [&](Encoding::type encoding) {
    // The last two are those of levels.
    return encoding == Encoding::PLAIN || IsDictionary(encoding) || encoding == Encoding::RLE ||
           encoding == Encoding::BIT_PACKED ||
           (whole_numbers && encoding == Encoding::DELTA_BINARY_PACKED);
  });
}

}  // namespace

std::unique_ptr<FlatColumn> FlatColumn::Make(const parquet::RowGroupMetaData& group, int leaf,
                                             std::shared_ptr<arrow::DataType> type,
                                             arrow::MemoryPool* pool) {
  const parquet::ColumnDescriptor& column = *group.schema()->Column(leaf);
  const auto chunk = group.ColumnChunk(leaf);
  const parquet::Type::type stored = column.physical_type();
  const bool whole = stored == parquet::Type::INT32 || stored == parquet::Type::INT64;
  if (column.max_repetition_level() != 0 || column.max_definition_level() > 1 ||
      chunk->crypto_metadata() != nullptr || !IsKnown(chunk->encodings(), whole))
    return nullptr;
  std::unique_ptr<FlatColumn> flat = MakeFixed(stored, *type, pool);
  if (flat == nullptr) flat = MakeText(stored, *type, pool);
  if (flat == nullptr) return nullptr;
  flat->type_ = std::move(type);
  flat->optional_ = column.max_definition_level() == 1;
  return flat;
}

arrow::Status FlatColumn::StartLevels(const PageHeader& page, Bytes* values) {
  size_t skipped = 0, bytes = 0;
  if (page.kind == Kind::kSecondData) {
    if (page.repetition_bytes != 0) return Wrong("Levels have an impossible length");
    bytes = static_cast<size_t>(page.definition_bytes);
  } else if (optional_) {
    if (page.definition_encoding == Encoding::BIT_PACKED)
      return StartOldLevels(page.values, values);
    uint32_t levels = 0;
    if (values->size() < sizeof(levels)) return Wrong("Page is shorter than its levels");
    std::memcpy(&levels, values->data(), sizeof(levels));
    skipped = sizeof(levels);
    bytes = levels;
  }
  if (bytes > values->size() - skipped) return Wrong("Page is shorter than its levels");
  levels_ = RunReader(values->subspan(skipped, bytes), 1);
  *values = values->subspan(skipped + bytes);
  return arrow::Status::OK();
}

arrow::Status FlatColumn::StartOldLevels(int64_t count, Bytes* values) {
  const auto bytes = static_cast<size_t>(arrow::bit_util::BytesForBits(count));
  if (bytes > values->size()) return Wrong("Page is shorter than its levels");
  // One packed run of as many groups, each byte the other way round.
  old_levels_.clear();
  for (uint64_t head = bytes << 1 | 1;; head >>= 7) {
    old_levels_.push_back(static_cast<uint8_t>(head > 127 ? head | 128 : head));
    if (head <= 127) break;
  }
  for (const uint8_t byte : values->first(bytes)) {
    uint8_t turned = 0;
    for (int bit = 0; bit < 8; ++bit)
      turned |= static_cast<uint8_t>((byte >> bit & 1) << (7 - bit));
    old_levels_.push_back(turned);
  }
  levels_ = RunReader(old_levels_, 1);
  *values = values->subspan(bytes);
  return arrow::Status::OK();
}

arrow::Status FlatColumn::NextPage(int64_t rows_missing) {
  PageHeader page;
  ARROW_ASSIGN_OR_RAISE(const bool there, pages_->Next(&page));
  if (!there)
    return arrow::Status::IOError(
        "Pages have another number of rows than the footer says: ", "rows_missing=", rows_missing);
  if (page.encoding < 0 || page.encoding > Encoding::BYTE_STREAM_SPLIT)
    return Wrong("Page has an unknown encoding");
  const auto encoding = static_cast<Encoding::type>(page.encoding);
  if (page.kind == Kind::kDictionary) {
    if (encoding != Encoding::PLAIN && encoding != Encoding::PLAIN_DICTIONARY)
      return Wrong("Dictionary has an unknown encoding");
    ARROW_ASSIGN_OR_RAISE(const Bytes words, pages_->Load());
    return TakeDictionary(words, page.values);
  }
  if (page.values <= to_skip_) {
    to_skip_ -= page.values;
    return arrow::Status::OK();
  }
  ARROW_ASSIGN_OR_RAISE(Bytes bytes, pages_->Load());
  ARROW_RETURN_NOT_OK(StartLevels(page, &bytes));
  page_left_ = page.values;
  return StartPage(encoding, bytes);
}

arrow::Status FlatColumn::NeedValidity() {
  if (valid_ != nullptr) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(valid_, arrow::AllocateBuffer(arrow::bit_util::BytesForBits(rows_), pool_));
  std::memset(valid_->mutable_data(), 0xff, static_cast<size_t>(valid_->size()));
  return arrow::Status::OK();
}

arrow::Result<int64_t> FlatColumn::ReadLevels(int64_t at, int64_t rows) {
  if (!optional_) return rows;
  int64_t values = 0;
  for (int64_t done = 0; done < rows;) {
    RunReader::Run run;
    if (!levels_.Next(static_cast<size_t>(rows - done), &run)) return Wrong("Levels are damaged");
    const auto count = static_cast<int64_t>(run.count);
    if (run.repeated && run.value > 1) return Wrong("A level lies above the highest");
    if (run.repeated && run.value == 1) {
      values += count;
    } else {
      ARROW_RETURN_NOT_OK(NeedValidity());
      uint8_t* const valid = valid_->mutable_data();
      if (run.repeated) {
        arrow::bit_util::SetBitsTo(valid, at + done, count, false);
      } else {
        const auto from = static_cast<int64_t>(run.at);
        arrow::internal::CopyBitmap(run.packed.data(), from, count, valid, at + done);
        values += arrow::internal::CountSetBits(run.packed.data(), from, count);
      }
    }
    done += count;
  }
  return values;
}

// Rows.
constexpr int64_t kSkippedTogether = 1024;

arrow::Result<std::shared_ptr<arrow::ArrayData>> FlatColumn::Read(int64_t rows) {
  while (to_skip_ > 0) {
    if (page_left_ == 0) {
      ARROW_RETURN_NOT_OK(NextPage(to_skip_ + rows));
      continue;
    }
    // A page may hold a whole row group in a few bytes: what is passed over is made in small pieces.
    const int64_t some = std::min({to_skip_, page_left_, kSkippedTogether});
    to_skip_ -= some;
    ARROW_RETURN_NOT_OK(ReadRows(some).status());
  }
  return ReadRows(rows);
}

arrow::Result<std::shared_ptr<arrow::ArrayData>> FlatColumn::ReadRows(int64_t rows) {
  checked_ = true;
  rows_ = rows;
  nulls_ = 0;
  valid_ = nullptr;
  ARROW_RETURN_NOT_OK(Begin(rows));
  for (int64_t done = 0; done < rows;) {
    if (page_left_ == 0) {
      ARROW_RETURN_NOT_OK(NextPage(rows - done));
      continue;
    }
    const int64_t some = std::min(page_left_, rows - done);
    ARROW_ASSIGN_OR_RAISE(const int64_t values, ReadLevels(done, some));
    ARROW_RETURN_NOT_OK(Append(done, values));
    if (values < some) Spread(done, some, valid_->data(), values);
    nulls_ += some - values;
    page_left_ -= some;
    done += some;
  }
  std::vector<std::shared_ptr<arrow::Buffer>> buffers = Finish(rows);
  buffers[0] = nulls_ > 0 ? std::move(valid_) : nullptr;
  return arrow::ArrayData::Make(type_, rows, std::move(buffers), nulls_);
}

}  // namespace tenon::columnar
