#include "compression/decompressor.h"

#include <algorithm>
#include <new>
#include <utility>
#include <vector>

#include "compression/unpacker.h"

namespace tenon::compression {
namespace {

constexpr size_t kReadBytes = 256 << 10;

class PlainReader : public Decompressor {
 public:
  explicit PlainReader(PackedSource source) : source_(std::move(source)) {}
  Result<size_t> Read(std::span<uint8_t> out) override {
    size_t done = 0;
    while (done < out.size()) {
      TENON_ASSIGN_OR_RETURN(const size_t got, source_(out.subspan(done)));
      if (got == 0) break;
      done += got;
    }
    return done;
  }

 private:
  PackedSource source_;
};

class UnpackingReader : public Decompressor {
 public:
  UnpackingReader(Codec codec, std::string name, PackedSource source,
                  std::unique_ptr<Unpacker> unpacker)
      : codec_(codec),
        name_(std::move(name)),
        source_(std::move(source)),
        unpacker_(std::move(unpacker)),
        packed_(kReadBytes) {}

  Result<size_t> Read(std::span<uint8_t> out) override {
    size_t done = 0;
    while (done < out.size()) {
      if (begin_ == end_ && !source_ended_) TENON_RETURN_IF_ERROR(Refill());
      Result<Unpacker::Step> step =
          unpacker_->Run(std::span(packed_).subspan(begin_, end_ - begin_), out.subspan(done));
      if (!step.ok()) return Broken(std::move(step).status());
      begin_ += step->taken;
      taken_bytes_ += static_cast<int64_t>(step->taken);
      done += step->made;
      if (step->taken > 0 || step->made > 0) {
        may_end_ = step->may_end;
      } else if (source_ended_) {
        if (begin_ == end_ && may_end_) break;
        return Broken(Damaged("is cut off"));
      }
    }
    return done;
  }

 private:
  Status Refill() {
    TENON_ASSIGN_OR_RETURN(const size_t got, source_(packed_));
    begin_ = 0;
    end_ = got;
    source_ended_ = got == 0;
    return Status::Ok();
  }

  Status Broken(const Status& error) const {
    if (!error.Is(StatusCode::kDataError)) return error;
    return Status::DataError("Compressed file " + std::string(error.message()) + ": file=" + name_ +
                             " byte=" + std::to_string(taken_bytes_) +
                             " compression=" + std::string(CodecName(codec_)))
        .WithHint(
            "Make the file anew; or, when it is packed in another way or not at all, set compressionType.");
  }

  const Codec codec_;
  const std::string name_;
  PackedSource source_;
  std::unique_ptr<Unpacker> unpacker_;
  std::vector<uint8_t> packed_;
  size_t begin_ = 0;  // Of what is in packed_ and not taken yet.
  size_t end_ = 0;
  int64_t taken_bytes_ = 0;
  bool source_ended_ = false;
  bool may_end_ = true;  // A file without a byte holds nothing.
};

std::unique_ptr<Unpacker> MakeUnpacker(Codec codec) {
  switch (codec) {
    case Codec::kNone: break;
    case Codec::kGzip: return MakeGzipUnpacker();
    case Codec::kBzip2: return MakeBzip2Unpacker();
    case Codec::kZstd: return MakeZstdUnpacker();
    case Codec::kSnappy: return MakeSnappyUnpacker();
    case Codec::kLz4: return MakeLz4Unpacker();
  }
  return nullptr;
}

}  // namespace

Result<std::unique_ptr<Decompressor>> Decompressor::Make(Codec codec, std::string name,
                                                         PackedSource source) {
  if (codec == Codec::kNone) return std::make_unique<PlainReader>(std::move(source));
  std::unique_ptr<Unpacker> unpacker = MakeUnpacker(codec);
  if (unpacker == nullptr) {
    return Status::ResourceExhausted("Not enough memory to unpack: file=" + name);
  }
  return std::make_unique<UnpackingReader>(codec, std::move(name), std::move(source),
                                           std::move(unpacker));
}

}  // namespace tenon::compression
