#include "connectors/files/format/open_bytes.h"

#include <algorithm>
#include <array>
#include <utility>

#include "compression/decompressor.h"

namespace tenon::files {
namespace {

using compression::Codec;
using compression::Decompressor;
using object_store::RangeReader;

// A smaller file is unpacked before a second thread would be of use.
constexpr int64_t kThreadedBytes = 1 << 20;

class UnpackedFile : public RangeReader {
 public:
  // `threads`: null for none but the reader's own.
  UnpackedFile(std::unique_ptr<RangeReader> packed, const FileRange& range, Codec codec,
               std::shared_ptr<compression::UnpackThreads> threads)
      : packed_(std::move(packed)), path_(range.path), codec_(codec), threads_(std::move(threads)) {
    packed_->Expect(0, range.file_bytes);
  }

  Result<size_t> ReadAt(int64_t offset, std::span<uint8_t> out) override {
    if (plain_ == nullptr || offset < at_) TENON_RETURN_IF_ERROR(Restart());
    TENON_RETURN_IF_ERROR(SkipTo(offset));
    if (at_ < offset) return size_t{0};
    TENON_ASSIGN_OR_RETURN(const size_t got, plain_->Read(out));
    at_ += static_cast<int64_t>(got);
    return got;
  }

 private:
  Status Restart() {
    at_ = 0;
    packed_at_ = 0;
    if (threads_ != nullptr) {
      const auto read_at = [this](int64_t offset, std::span<uint8_t> out) {
        return packed_->ReadAt(offset, out);
      };
      TENON_ASSIGN_OR_RETURN(plain_, Decompressor::MakeThreaded(codec_, path_, read_at, threads_));
      return Status::Ok();
    }
    const auto read = [this](std::span<uint8_t> out) -> Result<size_t> {
      TENON_ASSIGN_OR_RETURN(const size_t got, packed_->ReadAt(packed_at_, out));
      packed_at_ += static_cast<int64_t>(got);
      return got;
    };
    TENON_ASSIGN_OR_RETURN(plain_, Decompressor::Make(codec_, path_, read));
    return Status::Ok();
  }

  Status SkipTo(int64_t offset) {
    std::array<uint8_t, 16 << 10> dropped;
    while (at_ < offset) {
      const auto most = static_cast<size_t>(
          std::min<int64_t>(offset - at_, static_cast<int64_t>(dropped.size())));
      TENON_ASSIGN_OR_RETURN(const size_t got, plain_->Read(std::span(dropped).first(most)));
      if (got == 0) break;
      at_ += static_cast<int64_t>(got);
    }
    return Status::Ok();
  }

  const std::unique_ptr<RangeReader> packed_;
  const std::string path_;
  const Codec codec_;
  const std::shared_ptr<compression::UnpackThreads> threads_;
  std::unique_ptr<Decompressor> plain_;
  int64_t at_ = 0;         // Of the plain bytes: what plain_ gives next.
  int64_t packed_at_ = 0;  // Of the packed ones.
};

}  // namespace

Result<Codec> CodecOf(const ReadResources& resources, const std::string& path) {
  if (resources.codec) return *resources.codec;
  return compression::CodecOfPath(path);
}

object_store::ObjectInfo AsPlanned(const FileRange& range) {
  // A file whose bytes will be counted when it is unpacked: there is nothing to compare.
  if (range.file_bytes == kUnknownEnd) return {.path = range.path};
  return {.path = range.path,
          .bytes = range.file_bytes,
          .modified_ns = range.modified_ns,
          .etag = range.etag};
}

Result<OpenedRange> OpenBytes(const ReadResources& resources, FileRange range) {
  TENON_ASSIGN_OR_RETURN(const Codec codec, CodecOf(resources, range.path));
  OpenedRange opened;
  TENON_ASSIGN_OR_RETURN(opened.bytes, resources.store->OpenRead(AsPlanned(range)));
  opened.range = std::move(range);
  // A range that starts in the middle looks at the byte before it.
  const bool packed = codec != Codec::kNone;
  opened.bytes->Expect(packed ? 0 : std::max<int64_t>(0, opened.range.begin - 1),
                       packed ? opened.range.file_bytes : opened.range.end);
  if (!packed) return opened;
  const bool large = opened.range.file_bytes >= kThreadedBytes;
  opened.bytes = std::make_unique<UnpackedFile>(std::move(opened.bytes), opened.range, codec,
                                                large ? resources.helpers : nullptr);
  opened.range.end = opened.range.file_bytes = kUnknownEnd;
  return opened;
}

}  // namespace tenon::files
