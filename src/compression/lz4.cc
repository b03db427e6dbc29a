#include <lz4.h>
#include <lz4frame.h>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "compression/hadoop_blocks.h"
#include "compression/packers.h"

namespace tenon::compression {
namespace {

constexpr uint8_t kFrameStart[4] = {0x04, 0x22, 0x4d, 0x18};
constexpr size_t kPieceBytes = 256 << 10;

struct FreeContext {
  void operator()(LZ4F_dctx* context) const { LZ4F_freeDecompressionContext(context); }
  void operator()(LZ4F_cctx* context) const { LZ4F_freeCompressionContext(context); }
};

class Lz4FrameUnpacker : public Unpacker {
 public:
  Lz4FrameUnpacker(LZ4F_dctx* context, UnpackFrom from)
      : context_(context), between_(from == UnpackFrom::kBehindWhole) {}

  Result<Step> Run(std::span<const uint8_t> in, std::span<uint8_t> out) override {
    if (in.empty() && between_) return Step{.may_end = true};
    size_t taken = in.size();
    size_t made = out.size();
    const size_t code =
        LZ4F_decompress(context_.get(), out.data(), &made, in.data(), &taken, nullptr);
    if (LZ4F_isError(code) != 0) {
      const std::string_view what = LZ4F_getErrorName(code);
      const bool other = what == "ERROR_frameType_unknown";
      return Damaged(other ? "has something else behind its packed bytes" : "is damaged");
    }
    between_ = code == 0;
    return Step{.taken = taken, .made = made, .may_end = between_};
  }

 private:
  std::unique_ptr<LZ4F_dctx, FreeContext> context_;
  bool between_;  // Frames.
};

std::unique_ptr<Unpacker> MakeFrameUnpacker(UnpackFrom from) {
  LZ4F_dctx* context = nullptr;
  if (LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION)) != 0) return nullptr;
  return std::make_unique<Lz4FrameUnpacker>(context, from);
}

bool UnpackLz4(std::span<const uint8_t> packed, size_t most, std::vector<uint8_t>* plain) {
  plain->resize(most);
  const int made = LZ4_decompress_safe(reinterpret_cast<const char*>(packed.data()),
                                       reinterpret_cast<char*>(plain->data()),
                                       static_cast<int>(packed.size()), static_cast<int>(most));
  if (made < 0) return false;
  plain->resize(static_cast<size_t>(made));
  return true;
}

class Lz4Packer : public Compressor {
 public:
  Lz4Packer(LZ4F_cctx* context, PackedSink sink) : context_(context), sink_(std::move(sink)) {
    preferences_.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled;
    packed_.resize(
        std::max<size_t>(LZ4F_compressBound(kPieceBytes, &preferences_), LZ4F_HEADER_SIZE_MAX));
  }

  Status Append(std::span<const uint8_t> plain) override {
    TENON_RETURN_IF_ERROR(Begin());
    while (!plain.empty()) {
      const std::span<const uint8_t> piece = plain.first(std::min(plain.size(), kPieceBytes));
      TENON_RETURN_IF_ERROR(Put(LZ4F_compressUpdate(context_.get(), packed_.data(), packed_.size(),
                                                    piece.data(), piece.size(), nullptr)));
      plain = plain.subspan(piece.size());
    }
    return Status::Ok();
  }

  Status Finish() override {
    TENON_RETURN_IF_ERROR(Begin());
    return Put(LZ4F_compressEnd(context_.get(), packed_.data(), packed_.size(), nullptr));
  }

 private:
  Status Begin() {
    if (begun_) return Status::Ok();
    begun_ = true;
    return Put(LZ4F_compressBegin(context_.get(), packed_.data(), packed_.size(), &preferences_));
  }

  Status Put(size_t made) {
    if (LZ4F_isError(made) != 0) {
      return Status::Internal(std::string("LZ4 cannot pack: error=") + LZ4F_getErrorName(made));
    }
    return made == 0 ? Status::Ok() : sink_(std::span<const uint8_t>(packed_).first(made));
  }

  std::unique_ptr<LZ4F_cctx, FreeContext> context_;
  PackedSink sink_;
  LZ4F_preferences_t preferences_{};
  std::vector<uint8_t> packed_;
  bool begun_ = false;
};

}  // namespace

std::unique_ptr<Unpacker> MakeLz4Unpacker() {
  return MakeChoosingUnpacker([](std::span<const uint8_t> first) -> std::unique_ptr<Unpacker> {
    if (!std::equal(first.begin(), first.end(), kFrameStart)) return MakeHadoopUnpacker(UnpackLz4);
    return MakeFrameUnpacker(UnpackFrom::kStart);
  });
}

std::unique_ptr<Unpacker> MakeLz4FrameUnpacker() {
  return MakeFrameUnpacker(UnpackFrom::kBehindWhole);
}

std::unique_ptr<Compressor> MakeLz4Packer(PackedSink sink) {
  LZ4F_cctx* context = nullptr;
  if (LZ4F_isError(LZ4F_createCompressionContext(&context, LZ4F_VERSION)) != 0) return nullptr;
  return std::make_unique<Lz4Packer>(context, std::move(sink));
}

}  // namespace tenon::compression
