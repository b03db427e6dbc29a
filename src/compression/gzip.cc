#include <zlib.h>

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "compression/packers.h"
#include "compression/unpacker.h"

namespace tenon::compression {
namespace {

constexpr int kGzipWindow = 15 + 16;  // The largest window, with gzip's header.
constexpr size_t kPackedBytes = 64 << 10;

uInt Bounded(size_t size) {
  return static_cast<uInt>(std::min<size_t>(size, std::numeric_limits<uInt>::max()));
}

class GzipUnpacker : public Unpacker {
 public:
  explicit GzipUnpacker(UnpackFrom from)
      : between_(from == UnpackFrom::kBehindWhole), whole_member_(between_) {}
  ~GzipUnpacker() override {
    if (made_) inflateEnd(&stream_);
  }

  bool Start() {
    made_ = inflateInit2(&stream_, kGzipWindow) == Z_OK;
    return made_;
  }

  Result<Step> Run(std::span<const uint8_t> in, std::span<uint8_t> out) override {
    if (between_) {
      if (in.empty()) return Step{.may_end = true};
      // Blocks of tapes end with zeros.
      const auto other = std::find_if(in.begin(), in.end(), [](uint8_t byte) { return byte != 0; });
      if (other != in.begin()) {
        return Step{.taken = static_cast<size_t>(other - in.begin()), .may_end = true};
      }
      if (inflateReset(&stream_) != Z_OK) return Damaged("cannot be unpacked");
      between_ = false;
    }
    stream_.next_in = const_cast<Bytef*>(in.data());
    stream_.avail_in = Bounded(in.size());
    stream_.next_out = out.data();
    stream_.avail_out = Bounded(out.size());
    const int code = inflate(&stream_, Z_NO_FLUSH);
    Step step{.taken = static_cast<size_t>(stream_.next_in - in.data()),
              .made = static_cast<size_t>(stream_.next_out - out.data())};
    switch (code) {
      case Z_OK:
      case Z_BUF_ERROR: return step;  // The latter: it needs more input or room.
      case Z_STREAM_END: step.may_end = between_ = whole_member_ = true; return step;
      case Z_MEM_ERROR: return Status::ResourceExhausted("Not enough memory to unpack gzip");
      default: break;
    }
    const bool header = stream_.msg != nullptr && stream_.total_out == 0 &&
                        std::string_view(stream_.msg) == "incorrect header check";
    if (!header) return Damaged("is damaged");
    return Damaged(whole_member_ ? "has something else behind its packed bytes" : "is not gzip");
  }

 private:
  z_stream stream_{};
  bool made_ = false;
  bool between_;  // Members.
  bool whole_member_;
};

class GzipPacker : public Compressor {
 public:
  explicit GzipPacker(PackedSink sink) : sink_(std::move(sink)), packed_(kPackedBytes) {}
  ~GzipPacker() override {
    if (made_) deflateEnd(&stream_);
  }

  bool Start() {
    made_ = deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, 8,
                         Z_DEFAULT_STRATEGY) == Z_OK;
    return made_;
  }

  Status Append(std::span<const uint8_t> plain) override {
    while (!plain.empty()) {
      stream_.next_in = const_cast<Bytef*>(plain.data());
      stream_.avail_in = Bounded(plain.size());
      const size_t given = stream_.avail_in;
      while (stream_.avail_in > 0) TENON_RETURN_IF_ERROR(Run(Z_NO_FLUSH, nullptr));
      plain = plain.subspan(given);
    }
    return Status::Ok();
  }

  Status Finish() override {
    bool ended = false;
    while (!ended) TENON_RETURN_IF_ERROR(Run(Z_FINISH, &ended));
    return Status::Ok();
  }

 private:
  Status Run(int flush, bool* ended) {
    stream_.next_out = packed_.data();
    stream_.avail_out = static_cast<uInt>(packed_.size());
    const int code = deflate(&stream_, flush);
    if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) {
      return Status::Internal("Gzip cannot pack: code=" + std::to_string(code));
    }
    if (ended != nullptr) *ended = code == Z_STREAM_END;
    const size_t made = packed_.size() - stream_.avail_out;
    return made == 0 ? Status::Ok() : sink_(std::span(packed_).first(made));
  }

  PackedSink sink_;
  std::vector<uint8_t> packed_;
  z_stream stream_{};
  bool made_ = false;
};

}  // namespace

std::unique_ptr<Unpacker> MakeGzipUnpacker(UnpackFrom from) {
  auto unpacker = std::make_unique<GzipUnpacker>(from);
  return unpacker->Start() ? std::move(unpacker) : nullptr;
}

std::unique_ptr<Compressor> MakeGzipPacker(PackedSink sink) {
  auto packer = std::make_unique<GzipPacker>(std::move(sink));
  return packer->Start() ? std::move(packer) : nullptr;
}

}  // namespace tenon::compression
