// Hadoop's file form of codecs that only know whole blocks: the length of a block's plain bytes, then pieces, each a
// length and its packed bytes, until they make the block. Lengths are 4 bytes, the highest first. Private to this room.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "compression/compressor.h"
#include "compression/unpacker.h"

namespace tenon::compression {

// Collects a number of bytes that may come in pieces. One thread.
class Gathered {
 public:
  // The `size` bytes when they are there, else none and all of `in` is taken. Valid until `in` goes or the next call.
  std::optional<std::span<const uint8_t>> Take(std::span<const uint8_t>& in, size_t size);
  bool empty() const { return given_ || kept_.empty(); }

 private:
  std::vector<uint8_t> kept_;
  bool given_ = false;  // kept_ was given out and is no longer wanted.
};

// Unpacks one piece into `plain`, which has room for the rest of the block and is cut to what was made. False: damaged.
using UnpackPiece =
    std::function<bool(std::span<const uint8_t> packed, size_t most, std::vector<uint8_t>* plain)>;
std::unique_ptr<Unpacker> MakeHadoopUnpacker(UnpackPiece unpack);

// Packs `plain` behind what `packed` holds.
using PackPiece =
    std::function<Status(std::span<const uint8_t> plain, std::vector<uint8_t>* packed)>;
std::unique_ptr<Compressor> MakeHadoopPacker(PackPiece pack, PackedSink sink);

// Lets the first four bytes choose who unpacks.
using ChooseUnpacker =
    std::function<std::unique_ptr<Unpacker>(std::span<const uint8_t> first_four)>;
std::unique_ptr<Unpacker> MakeChoosingUnpacker(ChooseUnpacker choose);

}  // namespace tenon::compression
