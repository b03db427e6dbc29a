#include "compression/hadoop_blocks.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace tenon::compression {
namespace {

// Of Hadoop's own settings the largest that make sense; what says more is damaged.
constexpr size_t kLargestBlockBytes = 64 << 20;
constexpr size_t kLargestPieceBytes = kLargestBlockBytes + kLargestBlockBytes / 4;
constexpr size_t kPackedBlockBytes = 256 << 10;

size_t LengthOf(std::span<const uint8_t> bytes) {
  return size_t{bytes[0]} << 24 | size_t{bytes[1]} << 16 | size_t{bytes[2]} << 8 | bytes[3];
}

void PutLength(size_t length, uint8_t* to) {
  for (int byte = 0; byte < 4; ++byte) to[byte] = static_cast<uint8_t>(length >> (24 - 8 * byte));
}

class HadoopUnpacker : public Unpacker {
 public:
  explicit HadoopUnpacker(UnpackPiece unpack) : unpack_(std::move(unpack)) {}

  Result<Step> Run(std::span<const uint8_t> in, std::span<uint8_t> out) override {
    const size_t given = in.size();
    for (;;) {
      if (shown_ < plain_.size()) {
        const size_t made = std::min(out.size(), plain_.size() - shown_);
        std::memcpy(out.data(), plain_.data() + shown_, made);
        shown_ += made;
        return Step{.taken = given - in.size(), .made = made, .may_end = AtBorder()};
      }
      bool more = false;
      TENON_RETURN_IF_ERROR(Advance(in, &more));
      if (!more) return Step{.taken = given - in.size(), .may_end = AtBorder()};
    }
  }

 private:
  bool AtBorder() const { return shown_ == plain_.size() && block_left_ == 0 && gathered_.empty(); }

  // Reads a length or unpacks a piece; `more` stays false when `in` does not suffice.
  Status Advance(std::span<const uint8_t>& in, bool* more) {
    const bool length = block_left_ == 0 || piece_bytes_ == 0;
    const auto bytes = gathered_.Take(in, length ? 4 : piece_bytes_);
    if (!bytes) return Status::Ok();
    *more = true;
    if (block_left_ == 0) {
      block_left_ = LengthOf(*bytes);
      return block_left_ <= kLargestBlockBytes ? Status::Ok() : Damaged("is damaged");
    }
    if (piece_bytes_ == 0) {
      piece_bytes_ = LengthOf(*bytes);
      const bool possible = piece_bytes_ > 0 && piece_bytes_ <= kLargestPieceBytes;
      return possible ? Status::Ok() : Damaged("is damaged");
    }
    shown_ = 0;
    piece_bytes_ = 0;
    if (!unpack_(*bytes, block_left_, &plain_) || plain_.size() > block_left_) {
      plain_.clear();
      return Damaged("is damaged");
    }
    block_left_ -= plain_.size();
    return Status::Ok();
  }

  UnpackPiece unpack_;
  Gathered gathered_;
  size_t block_left_ = 0;   // Plain bytes of the block that are still to come.
  size_t piece_bytes_ = 0;  // Of the next piece; 0: its length is to come.
  std::vector<uint8_t> plain_;
  size_t shown_ = 0;
};

class HadoopPacker : public Compressor {
 public:
  HadoopPacker(PackPiece pack, PackedSink sink) : pack_(std::move(pack)), sink_(std::move(sink)) {
    plain_.reserve(kPackedBlockBytes);
  }

  Status Append(std::span<const uint8_t> plain) override {
    while (!plain.empty()) {
      const size_t taken = std::min(plain.size(), kPackedBlockBytes - plain_.size());
      plain_.insert(plain_.end(), plain.begin(), plain.begin() + static_cast<ptrdiff_t>(taken));
      plain = plain.subspan(taken);
      if (plain_.size() == kPackedBlockBytes) TENON_RETURN_IF_ERROR(Flush());
    }
    return Status::Ok();
  }

  Status Finish() override { return plain_.empty() ? Status::Ok() : Flush(); }

 private:
  Status Flush() {
    packed_.assign(8, 0);
    TENON_RETURN_IF_ERROR(pack_(plain_, &packed_));
    PutLength(plain_.size(), packed_.data());
    PutLength(packed_.size() - 8, packed_.data() + 4);
    plain_.clear();
    return sink_(packed_);
  }

  PackPiece pack_;
  PackedSink sink_;
  std::vector<uint8_t> plain_;
  std::vector<uint8_t> packed_;
};

class ChoosingUnpacker : public Unpacker {
 public:
  explicit ChoosingUnpacker(ChooseUnpacker choose) : choose_(std::move(choose)) {}

  Result<Step> Run(std::span<const uint8_t> in, std::span<uint8_t> out) override {
    if (chosen_ != nullptr && replayed_ == kFirst) return chosen_->Run(in, out);
    Step step;
    if (chosen_ == nullptr) {
      step.taken = std::min(in.size(), kFirst - first_bytes_);
      std::copy_n(in.begin(), step.taken, first_ + first_bytes_);
      first_bytes_ += step.taken;
      if (first_bytes_ < kFirst) return step;
      chosen_ = choose_(first_);
      if (chosen_ == nullptr) return Status::ResourceExhausted("Not enough memory to unpack");
    }
    while (replayed_ < kFirst && step.made == 0) {
      TENON_ASSIGN_OR_RETURN(const Step inner,
                             chosen_->Run(std::span(first_).subspan(replayed_), out));
      replayed_ += inner.taken;
      step.made = inner.made;
      step.may_end = inner.may_end;
      if (inner.taken == 0 && inner.made == 0) return Damaged("is damaged");
    }
    return step;
  }

 private:
  static constexpr size_t kFirst = 4;

  ChooseUnpacker choose_;
  uint8_t first_[kFirst] = {};
  size_t first_bytes_ = 0;
  size_t replayed_ = 0;  // Of first_, by chosen_.
  std::unique_ptr<Unpacker> chosen_;
};

}  // namespace

std::optional<std::span<const uint8_t>> Gathered::Take(std::span<const uint8_t>& in, size_t size) {
  if (given_) kept_.clear();
  given_ = false;
  if (kept_.empty() && in.size() >= size) {
    const std::span<const uint8_t> bytes = in.first(size);
    in = in.subspan(size);
    return bytes;
  }
  const size_t taken = std::min(in.size(), size - kept_.size());
  kept_.insert(kept_.end(), in.begin(), in.begin() + static_cast<ptrdiff_t>(taken));
  in = in.subspan(taken);
  if (kept_.size() < size) return std::nullopt;
  given_ = true;
  return std::span<const uint8_t>(kept_);
}

std::unique_ptr<Unpacker> MakeHadoopUnpacker(UnpackPiece unpack) {
  return std::make_unique<HadoopUnpacker>(std::move(unpack));
}

std::unique_ptr<Compressor> MakeHadoopPacker(PackPiece pack, PackedSink sink) {
  return std::make_unique<HadoopPacker>(std::move(pack), std::move(sink));
}

std::unique_ptr<Unpacker> MakeChoosingUnpacker(ChooseUnpacker choose) {
  return std::make_unique<ChoosingUnpacker>(std::move(choose));
}

}  // namespace tenon::compression
