#include "compression/compressor.h"

#include <utility>

#include "compression/packers.h"

namespace tenon::compression {
namespace {

class PlainPacker : public Compressor {
 public:
  explicit PlainPacker(PackedSink sink) : sink_(std::move(sink)) {}
  Status Append(std::span<const uint8_t> plain) override {
    return plain.empty() ? Status::Ok() : sink_(plain);
  }
  Status Finish() override { return Status::Ok(); }

 private:
  PackedSink sink_;
};

std::unique_ptr<Compressor> MakePacker(Codec codec, PackedSink sink) {
  switch (codec) {
    case Codec::kNone: break;
    case Codec::kGzip: return MakeGzipPacker(std::move(sink));
    case Codec::kBzip2: return MakeBzip2Packer(std::move(sink));
    case Codec::kZstd: return MakeZstdPacker(std::move(sink));
    case Codec::kSnappy: return MakeSnappyPacker(std::move(sink));
    case Codec::kLz4: return MakeLz4Packer(std::move(sink));
  }
  return std::make_unique<PlainPacker>(std::move(sink));
}

}  // namespace

Result<std::unique_ptr<Compressor>> Compressor::Make(Codec codec, PackedSink sink) {
  std::unique_ptr<Compressor> packer = MakePacker(codec, std::move(sink));
  if (packer != nullptr) return packer;
  return Status::ResourceExhausted("Not enough memory to pack: compression=" +
                                   std::string(CodecName(codec)));
}

}  // namespace tenon::compression
