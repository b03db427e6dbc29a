#include <zstd.h>

#include <string>
#include <utility>
#include <vector>

#include "compression/packers.h"
#include "compression/unpacker.h"

namespace tenon::compression {
namespace {

constexpr int kLevel = 3;

struct FreeContext {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};

class ZstdUnpacker : public Unpacker {
 public:
  ZstdUnpacker(ZSTD_DCtx* context, UnpackFrom from)
      : context_(context), between_(from == UnpackFrom::kBehindWhole), whole_frame_(between_) {}

  Result<Step> Run(std::span<const uint8_t> in, std::span<uint8_t> out) override {
    if (in.empty() && between_) return Step{.may_end = true};
    ZSTD_inBuffer packed{in.data(), in.size(), 0};
    ZSTD_outBuffer plain{out.data(), out.size(), 0};
    // A window of more than 128 MiB is refused, which bounds the memory.
    const size_t code = ZSTD_decompressStream(context_.get(), &plain, &packed);
    if (ZSTD_isError(code) != 0) {
      const std::string_view what = ZSTD_getErrorName(code);
      if (what.find("memory") != std::string_view::npos) {
        return Damaged("needs more memory to unpack than is allowed");
      }
      if (what.find("descriptor") == std::string_view::npos) return Damaged("is damaged");
      return Damaged(whole_frame_ ? "has something else behind its packed bytes" : "is not zstd");
    }
    between_ = code == 0;
    whole_frame_ = whole_frame_ || between_;
    return Step{.taken = packed.pos, .made = plain.pos, .may_end = between_};
  }

 private:
  std::unique_ptr<ZSTD_DCtx, FreeContext> context_;
  bool between_;  // Frames.
  bool whole_frame_;
};

class ZstdPacker : public Compressor {
 public:
  ZstdPacker(ZSTD_CCtx* context, PackedSink sink)
      : context_(context), sink_(std::move(sink)), packed_(ZSTD_CStreamOutSize()) {}

  Status Append(std::span<const uint8_t> plain) override {
    ZSTD_inBuffer in{plain.data(), plain.size(), 0};
    while (in.pos < in.size) TENON_RETURN_IF_ERROR(Run(&in, ZSTD_e_continue, nullptr));
    return Status::Ok();
  }

  Status Finish() override {
    ZSTD_inBuffer in{nullptr, 0, 0};
    bool ended = false;
    while (!ended) TENON_RETURN_IF_ERROR(Run(&in, ZSTD_e_end, &ended));
    return Status::Ok();
  }

 private:
  Status Run(ZSTD_inBuffer* in, ZSTD_EndDirective directive, bool* ended) {
    ZSTD_outBuffer out{packed_.data(), packed_.size(), 0};
    const size_t left = ZSTD_compressStream2(context_.get(), &out, in, directive);
    if (ZSTD_isError(left) != 0) {
      return Status::Internal(std::string("Zstd cannot pack: error=") + ZSTD_getErrorName(left));
    }
    if (ended != nullptr) *ended = left == 0;
    return out.pos == 0 ? Status::Ok() : sink_(std::span<const uint8_t>(packed_).first(out.pos));
  }

  std::unique_ptr<ZSTD_CCtx, FreeContext> context_;
  PackedSink sink_;
  std::vector<uint8_t> packed_;
};

}  // namespace

std::unique_ptr<Unpacker> MakeZstdUnpacker(UnpackFrom from) {
  ZSTD_DCtx* const context = ZSTD_createDCtx();
  if (context == nullptr) return nullptr;
  return std::make_unique<ZstdUnpacker>(context, from);
}

std::unique_ptr<Compressor> MakeZstdPacker(PackedSink sink) {
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  if (context == nullptr) return nullptr;
  auto packer = std::make_unique<ZstdPacker>(context, std::move(sink));
  ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, kLevel);
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  return packer;
}

}  // namespace tenon::compression
