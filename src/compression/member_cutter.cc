#include "compression/member_cutter.h"

#include <cstring>
#include <string_view>
#include <utility>

namespace tenon::compression {
namespace {

constexpr size_t kReadBytes = 256 << 10;
// Small members share a piece of this size; one that is larger than the most is not waited for.
constexpr size_t kPieceBytes = 256 << 10;
constexpr size_t kMostPieceBytes = 4 << 20;

// How a member starts, and what more must be right in its first bytes.
struct MemberStart {
  std::string_view magic;
  size_t looked_at;
  bool (*may_be)(const uint8_t* first);
};

bool MayBeGzip(const uint8_t* first) {
  const bool known_flags = (first[3] & 0xe0) == 0;
  const bool known_level = first[8] == 0 || first[8] == 2 || first[8] == 4;
  const bool known_system = first[9] <= 13 || first[9] == 255;
  return known_flags && known_level && known_system;
}
bool MayBeZstd(const uint8_t* first) { return (first[4] & 0x08) == 0; }
bool MayBeLz4(const uint8_t* first) { return (first[4] & 0xc2) == 0x40; }

constexpr MemberStart kGzip{"\x1f\x8b\x08", 10, MayBeGzip};
constexpr MemberStart kZstd{"\x28\xb5\x2f\xfd", 5, MayBeZstd};
constexpr MemberStart kLz4{"\x04\x22\x4d\x18", 5, MayBeLz4};

const MemberStart* StartOf(Codec codec) {
  switch (codec) {
    case Codec::kGzip: return &kGzip;
    case Codec::kZstd: return &kZstd;
    case Codec::kLz4: return &kLz4;
    default: return nullptr;
  }
}

}  // namespace

std::optional<size_t> FindMember(Codec codec, std::span<const uint8_t> bytes, size_t from) {
  const MemberStart& start = *StartOf(codec);
  while (from < bytes.size() && bytes.size() - from >= start.looked_at) {
    // Several times as fast as memmem, whose steps are as short as what it looks for.
    const size_t most = bytes.size() - from - start.looked_at + 1;
    const void* const found = std::memchr(bytes.data() + from, start.magic[0], most);
    if (found == nullptr) return std::nullopt;
    const uint8_t* const first = static_cast<const uint8_t*>(found);
    const auto at = static_cast<size_t>(first - bytes.data());
    if (std::memcmp(first, start.magic.data(), start.magic.size()) == 0 && start.may_be(first)) {
      return at;
    }
    from = at + 1;
  }
  return std::nullopt;
}

Result<bool> MemberCutter::ReadMore(std::vector<uint8_t>& packed) {
  const size_t before = packed.size();
  packed.resize(before + kReadBytes);
  TENON_ASSIGN_OR_RETURN(const size_t got, read_(std::span(packed).subspan(before)));
  packed.resize(before + got);
  return got > 0;
}

// What stands behind the place is for the next piece.
void MemberCutter::CutAt(size_t place, MemberPiece& piece) {
  kept_.assign(piece.packed.begin() + static_cast<ptrdiff_t>(place), piece.packed.end());
  piece.packed.resize(place);
  finds_places_ = true;
}

Result<std::shared_ptr<MemberPiece>> MemberCutter::Next() {
  auto piece = std::make_shared<MemberPiece>();
  piece->fresh = !kept_.empty();
  piece->packed.swap(kept_);
  // A piece that goes on with another one is given as soon as there is some of it.
  const size_t least = piece->fresh ? kPieceBytes : 1;
  size_t searched = least;
  for (;;) {
    if (piece->packed.size() <= least || piece->fresh) {
      TENON_ASSIGN_OR_RETURN(const bool more, ReadMore(piece->packed));
      if (!more) break;
    }
    if (std::exchange(at_start_, false) && codec_ == Codec::kLz4 && seek_) {
      // Hadoop's blocks of LZ4 have no frames.
      seek_ = FindMember(codec_, piece->packed, 0) == size_t{0};
    }
    if (!seek_) return piece;
    if (const auto place = FindMember(codec_, piece->packed, searched)) {
      CutAt(*place, *piece);
      return piece;
    }
    if (!piece->fresh) return piece;
    if (piece->packed.size() >= kMostPieceBytes) {
      finds_places_ = false;
      return piece;
    }
    // A start that is not all there yet is looked at again.
    if (piece->packed.size() > searched + 10) searched = piece->packed.size() - 10;
  }
  if (piece->packed.empty()) return std::shared_ptr<MemberPiece>();
  return piece;
}

}  // namespace tenon::compression
