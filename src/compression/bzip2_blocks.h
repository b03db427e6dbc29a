// Finds the blocks of a bzip2 file, which begin at any bit, and makes a stream of its own of each. Private to this
// room.
//
// A stream is "BZh" and its level, blocks, and an end; a block is 48 bits that mark it, its checksum of 32, and its
// content; the end is 48 other bits and a checksum over those of the blocks, filled up to a whole byte. Files hold one
// or several streams. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "compression/member_cutter.h"
#include "compression/unpack_ahead.h"
#include "tenon/result.h"

namespace tenon::compression {

struct Bzip2Mark {
  size_t bit = 0;
  bool ends_stream = false;  // Else a block begins.
};
// The first mark that begins at this bit or behind; the 80 bits of mark and checksum are all there.
std::optional<Bzip2Mark> FindBzip2Mark(std::span<const uint8_t> bytes, size_t from_bit);

// One block as a stream of its own: unpacking it proves that the block ends where the next mark was found.
struct Bzip2Block : AheadPiece {
  // Nothing is known of what follows the blocks before: the file ends within a stream, or is no bzip2. Holds no block.
  bool lost = false;
  bool empty = false;  // No block: a stream without any.
  bool begins_stream = false;
  int64_t stream_at = 0;  // The file's byte at which its stream begins.
  uint32_t checksum = 0;  // As the block says.
  bool ends_stream = false;
  uint32_t stream_checksum = 0;  // As its end says.
};

class Bzip2Cutter {
 public:
  explicit Bzip2Cutter(PackedSource read) : read_(std::move(read)) {}

  // The next block; null at the end of a file whose last stream has ended. After a lost one only the destructor is
  // legal. Its place in the file is what marks say: a block that cannot be unpacked may begin or end elsewhere.
  Result<std::shared_ptr<Bzip2Block>> Next();

 private:
  // Reads until there are so many bytes, or all there are.
  Status Fill(size_t bytes);
  Result<bool> BeginStream();
  // The mark behind the block at bit_.
  Result<std::optional<Bzip2Mark>> FindBlockEnd();
  uint64_t Bits(size_t bit, int count) const;
  std::vector<uint8_t> StreamOf(size_t end_bit, uint32_t checksum) const;
  void EndStream(size_t mark_bit, Bzip2Block& block);
  // Forgets the bytes before `byte`.
  void DropTo(size_t byte);

  const PackedSource read_;
  std::vector<uint8_t> bytes_;
  int64_t bytes_at_ = 0;  // Of bytes_[0] in the file.
  bool read_all_ = false;
  bool in_stream_ = false;
  size_t bit_ = 0;  // In bytes_: of the next block's mark, or of the next stream's begin.
  int64_t stream_at_ = 0;
  uint8_t level_ = '9';
};

}  // namespace tenon::compression
