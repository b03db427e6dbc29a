#include <snappy-c.h>

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "compression/crc32c.h"
#include "compression/hadoop_blocks.h"
#include "compression/packers.h"

namespace tenon::compression {
namespace {

constexpr uint8_t kFrameStart[4] = {0xff, 0x06, 0x00, 0x00};
constexpr size_t kFramePlainBytes = 64 << 10;

const char* Chars(const uint8_t* bytes) { return reinterpret_cast<const char*>(bytes); }
char* Chars(uint8_t* bytes) { return reinterpret_cast<char*>(bytes); }

bool UnpackSnappy(std::span<const uint8_t> packed, size_t most, std::vector<uint8_t>* plain) {
  size_t size = 0;
  if (snappy_uncompressed_length(Chars(packed.data()), packed.size(), &size) != SNAPPY_OK ||
      size > most) {
    return false;
  }
  plain->resize(size);
  return snappy_uncompress(Chars(packed.data()), packed.size(), Chars(plain->data()), &size) ==
             SNAPPY_OK &&
         size == plain->size();
}

Status PackSnappy(std::span<const uint8_t> plain, std::vector<uint8_t>* packed) {
  const size_t before = packed->size();
  size_t size = snappy_max_compressed_length(plain.size());
  packed->resize(before + size);
  if (snappy_compress(Chars(plain.data()), plain.size(), Chars(packed->data() + before), &size) !=
      SNAPPY_OK) {
    return Status::Internal("Snappy cannot pack");
  }
  packed->resize(before + size);
  return Status::Ok();
}

// Snappy's own frames: chunks of a type, a length of 3 bytes, lowest first, and content.
class SnappyFrameUnpacker : public Unpacker {
 public:
  Result<Step> Run(std::span<const uint8_t> in, std::span<uint8_t> out) override {
    const size_t given = in.size();
    for (;;) {
      if (shown_ < plain_.size()) {
        const size_t made = std::min(out.size(), plain_.size() - shown_);
        std::memcpy(out.data(), plain_.data() + shown_, made);
        shown_ += made;
        return Step{.taken = given - in.size(), .made = made, .may_end = AtBorder()};
      }
      const auto bytes = gathered_.Take(in, in_chunk_ ? chunk_bytes_ : 4);
      if (!bytes) return Step{.taken = given - in.size(), .may_end = AtBorder()};
      if (in_chunk_) {
        in_chunk_ = false;
        TENON_RETURN_IF_ERROR(Chunk(*bytes));
      } else {
        type_ = (*bytes)[0];
        chunk_bytes_ = size_t{(*bytes)[1]} | size_t{(*bytes)[2]} << 8 | size_t{(*bytes)[3]} << 16;
        in_chunk_ = chunk_bytes_ > 0;
      }
    }
  }

 private:
  bool AtBorder() const { return shown_ == plain_.size() && !in_chunk_ && gathered_.empty(); }

  Status Chunk(std::span<const uint8_t> content) {
    if (type_ >= 0x80) {
      const bool other =
          type_ == 0xff && (content.size() != 6 || std::memcmp(content.data(), "sNaPpY", 6) != 0);
      return other ? Damaged("is not snappy") : Status::Ok();
    }
    if (type_ > 1 || content.size() < 4) return Damaged("is damaged");
    shown_ = 0;
    const std::span<const uint8_t> packed = content.subspan(4);
    if (type_ == 1 && packed.size() <= kFramePlainBytes) {
      plain_.assign(packed.begin(), packed.end());
    } else if (type_ == 1 || !UnpackSnappy(packed, kFramePlainBytes, &plain_)) {
      plain_.clear();
      return Damaged("is damaged");
    }
    const uint32_t sum = Crc32c(plain_);
    const uint32_t masked = (sum >> 15 | sum << 17) + 0xa282ead8;
    const uint32_t wanted = uint32_t{content[0]} | uint32_t{content[1]} << 8 |
                            uint32_t{content[2]} << 16 | uint32_t{content[3]} << 24;
    return masked == wanted ? Status::Ok() : Damaged("is damaged");
  }

  Gathered gathered_;
  bool in_chunk_ = false;
  uint8_t type_ = 0;
  size_t chunk_bytes_ = 0;
  std::vector<uint8_t> plain_;
  size_t shown_ = 0;
};

}  // namespace

std::unique_ptr<Unpacker> MakeSnappyUnpacker() {
  return MakeChoosingUnpacker([](std::span<const uint8_t> first) -> std::unique_ptr<Unpacker> {
    if (std::equal(first.begin(), first.end(), kFrameStart)) {
      return std::make_unique<SnappyFrameUnpacker>();
    }
    return MakeHadoopUnpacker(UnpackSnappy);
  });
}

std::unique_ptr<Compressor> MakeSnappyPacker(PackedSink sink) {
  return MakeHadoopPacker(PackSnappy, std::move(sink));
}

}  // namespace tenon::compression
