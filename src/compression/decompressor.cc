#include "compression/decompressor.h"

#include <utility>

#include "compression/bzip2_reader.h"
#include "compression/unpacker.h"
#include "compression/unpacking_reader.h"

namespace tenon::compression {
namespace {

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

std::unique_ptr<Unpacker> MakeUnpacker(Codec codec) {
  switch (codec) {
    case Codec::kNone: break;
    case Codec::kGzip: return MakeGzipUnpacker(UnpackFrom::kStart);
    case Codec::kBzip2: return MakeBzip2Unpacker(UnpackFrom::kStart);
    case Codec::kZstd: return MakeZstdUnpacker(UnpackFrom::kStart);
    case Codec::kSnappy: return MakeSnappyUnpacker();
    case Codec::kLz4: return MakeLz4Unpacker();
  }
  return nullptr;
}

Status NoMemory(const std::string& name) {
  return Status::ResourceExhausted("Not enough memory to unpack: file=" + name);
}

PackedSource FrontToBack(PackedFile file) {
  return
      [file = std::move(file), at = int64_t{0}](std::span<uint8_t> out) mutable -> Result<size_t> {
        TENON_ASSIGN_OR_RETURN(const size_t got, file(at, out));
        at += static_cast<int64_t>(got);
        return got;
      };
}

}  // namespace

Result<std::unique_ptr<Decompressor>> Decompressor::Make(Codec codec, std::string name,
                                                         PackedSource source) {
  if (codec == Codec::kNone) return std::make_unique<PlainReader>(std::move(source));
  std::unique_ptr<Unpacker> unpacker = MakeUnpacker(codec);
  if (unpacker == nullptr) return NoMemory(name);
  return std::make_unique<UnpackingReader>(codec, std::move(name), std::move(source), 0,
                                           std::move(unpacker));
}

Result<std::unique_ptr<Decompressor>> Decompressor::MakeThreaded(
    Codec codec, std::string name, PackedFile file, std::shared_ptr<UnpackThreads> threads) {
  if (codec == Codec::kBzip2) {
    return std::make_unique<Bzip2Reader>(std::move(name), std::move(file), std::move(threads));
  }
  const bool members = codec == Codec::kGzip || codec == Codec::kZstd || codec == Codec::kLz4;
  if (!members) return Make(codec, std::move(name), FrontToBack(std::move(file)));
  std::unique_ptr<Unpacker> unpacker = MakeUnpacker(codec);
  if (unpacker == nullptr) return NoMemory(name);
  return std::make_unique<UnpackingReader>(codec, std::move(name), FrontToBack(std::move(file)),
                                           std::move(unpacker), std::move(threads));
}

}  // namespace tenon::compression
