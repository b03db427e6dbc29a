#include "columnar/parquet/chunk_pages.h"

#include <parquet/types.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "columnar/crc32.h"

namespace tenon::columnar {
namespace {

using Bytes = std::span<const uint8_t>;
using Kind = PageHeader::Kind;

// What is read to see a header alone, and what no header needs: it holds a least and a greatest value.
constexpr int64_t kHeaderBytes = 4 << 10;
constexpr int64_t kMostHeaderBytes = 16 << 20;

arrow::Status Wrong(const char* what) { return arrow::Status::IOError(what); }

bool IsData(Kind kind) { return kind == Kind::kData || kind == Kind::kSecondData; }

}  // namespace

arrow::Result<ByteRange> RangeOf(const parquet::ColumnChunkMetaData& chunk, SourceFile& file) {
  int64_t begin = chunk.data_page_offset();
  if (chunk.has_dictionary_page() && chunk.dictionary_page_offset() > 0)
    begin = std::min(begin, chunk.dictionary_page_offset());
  const int64_t bytes = chunk.total_compressed_size();
  ARROW_ASSIGN_OR_RAISE(const int64_t file_bytes, file.GetSize());
  if (begin < 0 || bytes < 0 || begin > file_bytes - bytes)
    return arrow::Status::IOError("Column chunk lies outside of the file: offset=", begin,
                                  " bytes=", bytes);
  return ByteRange{begin, bytes};
}

arrow::Result<std::unique_ptr<ChunkPages>> ChunkPages::Open(
    SourceFile& file, const parquet::ColumnChunkMetaData& chunk, int64_t read_bytes,
    const PageChoice* choice, arrow::MemoryPool* pool) {
  if (chunk.num_values() < 0)
    return arrow::Status::IOError("Column chunk has an impossible number of values: values=",
                                  chunk.num_values());
  ARROW_ASSIGN_OR_RAISE(const ByteRange range, RangeOf(chunk, file));
  auto pages = std::unique_ptr<ChunkPages>(new ChunkPages(file, read_bytes, choice, pool));
  pages->position_ = range.offset;
  pages->end_ = range.offset + range.bytes;
  if (chunk.compression() != parquet::Compression::UNCOMPRESSED)
    pages->codec_ = parquet::GetCodec(chunk.compression());
  return pages;
}

arrow::Status ChunkPages::Look(int64_t least, Bytes* bytes) {
  const int64_t wanted = std::min(least, end_ - position_);
  const int64_t there =
      window_ == nullptr || position_ < window_at_ ? 0 : window_at_ + window_->size() - position_;
  if (there < wanted || there <= 0) {
    window_.reset();
    const int64_t more = std::max(wanted, passed_over_ ? kHeaderBytes : read_bytes_);
    ARROW_ASSIGN_OR_RAISE(window_, file_.ReadAt(position_, std::min(more, end_ - position_)));
    window_at_ = position_;
    if (window_->size() < wanted) return Wrong("Column chunk goes on behind the end of the file");
  }
  *bytes = Bytes(window_->data(), static_cast<size_t>(window_->size()))
               .subspan(static_cast<size_t>(position_ - window_at_));
  return arrow::Status::OK();
}

arrow::Status ChunkPages::ReadHeader() {
  for (int64_t least = 1;;) {
    Bytes bytes;
    ARROW_RETURN_NOT_OK(Look(least, &bytes));
    const HeaderParse parse = ParsePageHeader(bytes, &header_);
    if (parse == HeaderParse::kDone) break;
    const auto seen = static_cast<int64_t>(bytes.size());
    if (parse == HeaderParse::kWrong || seen >= std::min(kMostHeaderBytes, end_ - position_))
      return Wrong("Page header is damaged");
    least = std::min(seen * 4, kMostHeaderBytes);
  }
  position_ += static_cast<int64_t>(header_.header_bytes);
  page_bytes_ = header_.bytes;
  if (page_bytes_ > end_ - position_) return Wrong("Page goes on behind the end of its chunk");
  return arrow::Status::OK();
}

arrow::Result<bool> ChunkPages::IsLeftOut() {
  if (!IsData(header_.kind) || choice_ == nullptr) return false;
  if (next_choice_ < choice_->rows.size()) {
    const int64_t rows = choice_->rows[next_choice_];
    if ((!choice_->flat || header_.values == rows) && (!header_.rows || *header_.rows == rows))
      return choice_->skipped[next_choice_++];
  }
  return Wrong("Column has other pages than its offset index says");
}

arrow::Result<bool> ChunkPages::Next(PageHeader* header) {
  for (;;) {
    passed_over_ = page_bytes_ > 0;
    position_ += std::exchange(page_bytes_, 0);
    if (position_ >= end_) return false;
    ARROW_RETURN_NOT_OK(ReadHeader());
    ARROW_ASSIGN_OR_RAISE(const bool left_out, IsLeftOut());
    if (left_out || header_.kind == Kind::kOther) continue;
    *header = header_;
    return true;
  }
}

arrow::Result<Bytes> ChunkPages::Load() {
  passed_over_ = false;
  if (page_bytes_ == 0) return Unpack({});
  Bytes bytes;
  ARROW_RETURN_NOT_OK(Look(page_bytes_, &bytes));
  const Bytes stored = bytes.first(static_cast<size_t>(page_bytes_));
  position_ += std::exchange(page_bytes_, 0);
  if (header_.checksum && Crc32(stored) != *header_.checksum)
    return Wrong("Page has another checksum than its header says");
  return Unpack(stored);
}

arrow::Result<Bytes> ChunkPages::Unpack(Bytes stored) {
  if (codec_ == nullptr || (header_.kind == Kind::kSecondData && !header_.packed)) return stored;
  const size_t levels = header_.kind == Kind::kSecondData
                            ? static_cast<size_t>(header_.definition_bytes) +
                                  static_cast<size_t>(header_.repetition_bytes)
                            : 0;
  const auto size = static_cast<size_t>(header_.unpacked_bytes);
  if (levels > size || levels > stored.size()) return Wrong("Levels have an impossible length");
  if (unpacked_ == nullptr || static_cast<size_t>(unpacked_->size()) < size) {
    unpacked_.reset();
    ARROW_ASSIGN_OR_RAISE(unpacked_, arrow::AllocateResizableBuffer(header_.unpacked_bytes, pool_));
  }
  uint8_t* const out = unpacked_->mutable_data();
  if (levels > 0) std::memcpy(out, stored.data(), levels);
  // Where all values are null, some writers pack nothing, and some leave the packed nothing out.
  if (const size_t rest = size - levels; rest > 0) {
    ARROW_ASSIGN_OR_RAISE(
        const int64_t done,
        codec_->Decompress(static_cast<int64_t>(stored.size() - levels), stored.data() + levels,
                           static_cast<int64_t>(rest), out + levels));
    if (done != static_cast<int64_t>(rest))
      return Wrong("Page has another length unpacked than its header says");
  }
  return Bytes(out, size);
}

}  // namespace tenon::columnar
