#include <bzlib.h>

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "compression/packers.h"
#include "compression/unpacker.h"

namespace tenon::compression {
namespace {

constexpr size_t kPackedBytes = 64 << 10;
constexpr int kBlockOf100k = 9;

unsigned Bounded(size_t size) {
  return static_cast<unsigned>(std::min<size_t>(size, std::numeric_limits<unsigned>::max()));
}
char* Chars(const uint8_t* bytes) { return reinterpret_cast<char*>(const_cast<uint8_t*>(bytes)); }

class Bzip2Unpacker : public Unpacker {
 public:
  explicit Bzip2Unpacker(UnpackFrom from) : whole_stream_(from == UnpackFrom::kBehindWhole) {}
  ~Bzip2Unpacker() override { Stop(); }

  Result<Step> Run(std::span<const uint8_t> in, std::span<uint8_t> out) override {
    if (!made_) {
      if (in.empty()) return Step{.may_end = whole_stream_};
      if (!Start()) return Status::ResourceExhausted("Not enough memory to unpack bzip2");
    }
    stream_.next_in = Chars(in.data());
    stream_.avail_in = Bounded(in.size());
    const unsigned given = stream_.avail_in;
    stream_.next_out = Chars(out.data());
    stream_.avail_out = Bounded(out.size());
    const unsigned room = stream_.avail_out;
    const int code = BZ2_bzDecompress(&stream_);
    Step step{.taken = given - stream_.avail_in, .made = room - stream_.avail_out};
    switch (code) {
      case BZ_OK: return step;
      case BZ_STREAM_END:
        Stop();
        step.may_end = whole_stream_ = true;
        return step;
      case BZ_MEM_ERROR: return Status::ResourceExhausted("Not enough memory to unpack bzip2");
      case BZ_DATA_ERROR_MAGIC:
        return Damaged(whole_stream_ ? "has something else behind its packed bytes"
                                     : "is not bzip2");
      default: return Damaged("is damaged");
    }
  }

 private:
  bool Start() {
    stream_ = bz_stream{};
    made_ = BZ2_bzDecompressInit(&stream_, 0, 0) == BZ_OK;
    return made_;
  }
  void Stop() {
    if (made_) BZ2_bzDecompressEnd(&stream_);
    made_ = false;
  }

  bz_stream stream_{};
  bool made_ = false;
  bool whole_stream_;
};

class Bzip2Packer : public Compressor {
 public:
  explicit Bzip2Packer(PackedSink sink) : sink_(std::move(sink)), packed_(kPackedBytes) {}
  ~Bzip2Packer() override {
    if (made_) BZ2_bzCompressEnd(&stream_);
  }

  bool Start() {
    made_ = BZ2_bzCompressInit(&stream_, kBlockOf100k, 0, 0) == BZ_OK;
    return made_;
  }

  Status Append(std::span<const uint8_t> plain) override {
    while (!plain.empty()) {
      stream_.next_in = Chars(plain.data());
      stream_.avail_in = Bounded(plain.size());
      const size_t given = stream_.avail_in;
      while (stream_.avail_in > 0) TENON_RETURN_IF_ERROR(Run(BZ_RUN, nullptr));
      plain = plain.subspan(given);
    }
    return Status::Ok();
  }

  Status Finish() override {
    bool ended = false;
    while (!ended) TENON_RETURN_IF_ERROR(Run(BZ_FINISH, &ended));
    return Status::Ok();
  }

 private:
  Status Run(int action, bool* ended) {
    stream_.next_out = Chars(packed_.data());
    stream_.avail_out = static_cast<unsigned>(packed_.size());
    const int code = BZ2_bzCompress(&stream_, action);
    if (code != BZ_RUN_OK && code != BZ_FINISH_OK && code != BZ_STREAM_END) {
      return Status::Internal("Bzip2 cannot pack: code=" + std::to_string(code));
    }
    if (ended != nullptr) *ended = code == BZ_STREAM_END;
    const size_t made = packed_.size() - stream_.avail_out;
    return made == 0 ? Status::Ok() : sink_(std::span<const uint8_t>(packed_).first(made));
  }

  PackedSink sink_;
  std::vector<uint8_t> packed_;
  bz_stream stream_{};
  bool made_ = false;
};

}  // namespace

std::unique_ptr<Unpacker> MakeBzip2Unpacker(UnpackFrom from) {
  return std::make_unique<Bzip2Unpacker>(from);
}

std::unique_ptr<Compressor> MakeBzip2Packer(PackedSink sink) {
  auto packer = std::make_unique<Bzip2Packer>(std::move(sink));
  return packer->Start() ? std::move(packer) : nullptr;
}

}  // namespace tenon::compression
