#include "compression/bzip2_blocks.h"

#include <algorithm>
#include <array>
#include <utility>

namespace tenon::compression {
namespace {

constexpr size_t kReadBytes = 256 << 10;
constexpr uint64_t kBlockMark = 0x314159265359;
constexpr uint64_t kEndMark = 0x177245385090;
constexpr size_t kMarkBits = 48 + 32;  // With its checksum.
constexpr size_t kHeaderBytes = 4;
// A block packs 900,000 bytes, which cannot grow to so much.
constexpr size_t kMostBlockBytes = 2 << 20;

// Bit k of the entry of a byte: it may be the second one of a mark that begins at bit k of the byte before.
constexpr std::array<uint8_t, 256> SecondBytes() {
  std::array<uint8_t, 256> shifts{};
  for (const uint64_t mark : {kBlockMark, kEndMark}) {
    for (int shift = 0; shift < 8; ++shift) {
      const auto second = static_cast<size_t>((mark >> (32 + shift)) & 0xff);
      shifts[second] = static_cast<uint8_t>(shifts[second] | 1 << shift);
    }
  }
  return shifts;
}
constexpr std::array<uint8_t, 256> kSecondBytes = SecondBytes();

uint64_t EightBytes(const uint8_t* bytes) {
  uint64_t word = 0;
  for (int i = 0; i < 8; ++i) word = word << 8 | bytes[i];
  return word;
}

// Bits behind bits.
class BitWriter {
 public:
  explicit BitWriter(std::vector<uint8_t>& out) : out_(out) {}

  // REQUIRES: what was put before fills whole bytes.
  void Copy(const std::vector<uint8_t>& from, size_t bit, size_t end_bit) {
    const size_t whole = (end_bit - bit) / 8;
    const uint8_t* const in = from.data() + bit / 8;
    const int shift = static_cast<int>(bit % 8);
    const size_t before = out_.size();
    out_.resize(before + whole);
    uint8_t* const to = out_.data() + before;
    if (shift == 0) {
      std::copy_n(in, whole, to);
    } else {
      for (size_t i = 0; i < whole; ++i) {
        to[i] = static_cast<uint8_t>(in[i] << shift | in[i + 1] >> (8 - shift));
      }
    }
    for (size_t at = bit + whole * 8; at < end_bit; ++at) {
      Put(static_cast<uint64_t>(from[at / 8] >> (7 - at % 8) & 1), 1);
    }
  }

  void Put(uint64_t bits, int count) {
    while (count-- > 0) {
      if (used_ == 0) out_.push_back(0);
      const auto bit = static_cast<unsigned>(bits >> count & 1);
      out_.back() = static_cast<uint8_t>(out_.back() | bit << (7 - used_));
      used_ = (used_ + 1) % 8;
    }
  }

 private:
  std::vector<uint8_t>& out_;
  int used_ = 0;  // Bits of the last byte.
};

}  // namespace

std::optional<Bzip2Mark> FindBzip2Mark(std::span<const uint8_t> bytes, size_t from_bit) {
  constexpr uint64_t kMask = (uint64_t{1} << 48) - 1;
  for (size_t at = from_bit / 8; at + kMarkBits / 8 <= bytes.size(); ++at) {
    unsigned shifts = kSecondBytes[bytes[at + 1]];
    if (shifts == 0) continue;
    const uint64_t word = EightBytes(bytes.data() + at);
    for (int shift = 0; shifts != 0; ++shift, shifts >>= 1) {
      const size_t bit = at * 8 + static_cast<size_t>(shift);
      const uint64_t mark = word >> (16 - shift) & kMask;
      if (bit < from_bit || (mark != kBlockMark && mark != kEndMark)) continue;
      if (bit + kMarkBits > bytes.size() * 8) return std::nullopt;
      return Bzip2Mark{.bit = bit, .ends_stream = mark == kEndMark};
    }
  }
  return std::nullopt;
}

Status Bzip2Cutter::Fill(size_t bytes) {
  while (bytes_.size() < bytes && !read_all_) {
    const size_t before = bytes_.size();
    bytes_.resize(before + kReadBytes);
    TENON_ASSIGN_OR_RETURN(const size_t got, read_(std::span(bytes_).subspan(before)));
    bytes_.resize(before + got);
    read_all_ = got == 0;
  }
  return Status::Ok();
}

uint64_t Bzip2Cutter::Bits(size_t bit, int count) const {
  uint64_t bits = 0;
  for (size_t at = bit; count > 0; ++at, --count) {
    bits = bits << 1 | (bytes_[at / 8] >> (7 - at % 8) & 1);
  }
  return bits;
}

void Bzip2Cutter::DropTo(size_t byte) {
  bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<ptrdiff_t>(byte));
  bytes_at_ += static_cast<int64_t>(byte);
  bit_ -= byte * 8;
}

Result<bool> Bzip2Cutter::BeginStream() {
  DropTo(bit_ / 8);
  TENON_RETURN_IF_ERROR(Fill(kHeaderBytes + kMarkBits / 8));
  stream_at_ = bytes_at_;
  const bool begins = bytes_.size() >= kHeaderBytes && bytes_[0] == 'B' && bytes_[1] == 'Z' &&
                      bytes_[2] == 'h' && bytes_[3] >= '1' && bytes_[3] <= '9';
  if (!begins) return false;
  level_ = bytes_[3];
  bit_ = kHeaderBytes * 8;
  in_stream_ = true;
  return true;
}

Result<std::optional<Bzip2Mark>> Bzip2Cutter::FindBlockEnd() {
  size_t from = bit_ + kMarkBits;
  for (size_t wanted = bit_ / 8 + kReadBytes;; wanted = bytes_.size() + 1) {
    TENON_RETURN_IF_ERROR(Fill(wanted));
    const std::optional<Bzip2Mark> mark = FindBzip2Mark(bytes_, from);
    if (mark || read_all_ || bytes_.size() - bit_ / 8 > kMostBlockBytes) return mark;
    // A mark that is not all there yet is looked for again.
    from = std::max(from, bytes_.size() * 8 - std::min(bytes_.size() * 8, kMarkBits + 8));
  }
}

std::vector<uint8_t> Bzip2Cutter::StreamOf(size_t end_bit, uint32_t checksum) const {
  std::vector<uint8_t> stream;
  stream.reserve((end_bit - bit_) / 8 + 20);
  stream = {'B', 'Z', 'h', level_};
  BitWriter writer(stream);
  writer.Copy(bytes_, bit_, end_bit);
  writer.Put(kEndMark, 48);
  writer.Put(checksum, 32);  // Over one block's it is that one.
  return stream;
}

void Bzip2Cutter::EndStream(size_t mark_bit, Bzip2Block& block) {
  block.ends_stream = true;
  block.stream_checksum = static_cast<uint32_t>(Bits(mark_bit + 48, 32));
  bit_ = (mark_bit + kMarkBits + 7) / 8 * 8;
  in_stream_ = false;
}

Result<std::shared_ptr<Bzip2Block>> Bzip2Cutter::Next() {
  auto block = std::make_shared<Bzip2Block>();
  block->begins_stream = !in_stream_;
  if (!in_stream_) {
    TENON_ASSIGN_OR_RETURN(const bool begins, BeginStream());
    if (bytes_.empty()) return std::shared_ptr<Bzip2Block>();
    block->lost = !begins;
  }
  block->stream_at = stream_at_;
  if (block->lost) return block;
  TENON_RETURN_IF_ERROR(Fill((bit_ + kMarkBits) / 8 + 1));
  if (bytes_.size() * 8 < bit_ + kMarkBits) {
    block->lost = true;
    return block;
  }
  const uint64_t mark = Bits(bit_, 48);
  if (mark == kEndMark && block->begins_stream) {
    block->empty = true;
    EndStream(bit_, *block);
    return block;
  }
  block->lost = mark != kBlockMark;
  if (block->lost) return block;
  TENON_ASSIGN_OR_RETURN(const std::optional<Bzip2Mark> next, FindBlockEnd());
  block->lost = !next.has_value();
  if (block->lost) return block;
  block->checksum = static_cast<uint32_t>(Bits(bit_ + 48, 32));
  block->packed = StreamOf(next->bit, block->checksum);
  if (next->ends_stream) {
    EndStream(next->bit, *block);
  } else {
    bit_ = next->bit;
    DropTo(bit_ / 8);
  }
  return block;
}

}  // namespace tenon::compression
