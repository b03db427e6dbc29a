// Cuts the packed bytes of a file where another member of gzip, frame of zstd or frame of LZ4 may begin. Private to
// this room. One thread.
//
// A place is told by the first bytes that stand there, so it may be none: who unpacks finds out, because the piece
// before such a place does not end there. A place that is missed only makes a longer piece.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "compression/codec.h"
#include "compression/decompressor.h"
#include "compression/unpack_ahead.h"
#include "tenon/result.h"

namespace tenon::compression {

struct MemberPiece : AheadPiece {
  // Begins where a member may begin, so that it can be unpacked ahead.
  bool fresh = false;
};

class MemberCutter {
 public:
  // `seek`: places are looked for. Without it pieces are what one read gives.
  MemberCutter(Codec codec, bool seek, PackedSource read)
      : codec_(codec), seek_(seek), read_(std::move(read)) {}

  // The next bytes; null at the end. A piece that does not begin at a place goes on with the one before it.
  Result<std::shared_ptr<MemberPiece>> Next();

  // Places were found, and not so long ago that no more are likely: it pays to read pieces ahead.
  bool finds_places() const { return finds_places_; }

 private:
  // Whether bytes were added.
  Result<bool> ReadMore(std::vector<uint8_t>& packed);
  void CutAt(size_t place, MemberPiece& piece);

  const Codec codec_;
  bool seek_;
  const PackedSource read_;
  std::vector<uint8_t> kept_;  // What was read behind the last piece; it begins at a place.
  bool finds_places_ = false;
  bool at_start_ = true;
};

// The first place in `bytes` at `from` or behind, whose first bytes are all there.
std::optional<size_t> FindMember(Codec codec, std::span<const uint8_t> bytes, size_t from);

}  // namespace tenon::compression
