// Unpacks a bzip2 file block by block, with threads that unpack blocks ahead. Private to this room. One thread.
//
// Blocks are found by their marks. One that cannot be unpacked, or that does not end where the next one begins, a
// stream whose checksum is another, and a file that ends too early: for each the stream is read once more from its
// beginning by the library's own decoder, past the bytes that were given, whose answer counts.
#pragma once

#include <deque>
#include <memory>
#include <string>

#include "compression/bzip2_blocks.h"
#include "compression/decompressor.h"
#include "compression/unpack_ahead.h"

namespace tenon::compression {

class Bzip2Reader : public Decompressor {
 public:
  Bzip2Reader(std::string name, PackedFile file, std::shared_ptr<UnpackThreads> threads);
  ~Bzip2Reader() override;

  Result<size_t> Read(std::span<uint8_t> out) override;

 private:
  // Copies or makes bytes of the present block. 0: it is done, or must be read the other way.
  size_t FromBlock(std::span<uint8_t> out);
  // Goes on to the next block.
  Status Advance();
  Status ReadAhead();
  bool StreamIsWhole() const { return stream_checksum_ == block_->stream_checksum; }
  // Everything from the present stream on by the library alone.
  Status ReadPlainly();

  const std::string name_;
  const PackedFile file_;
  int64_t packed_at_ = 0;  // What the cutter reads next.
  Bzip2Cutter cutter_;
  std::deque<std::shared_ptr<Bzip2Block>> coming_;
  bool cut_all_ = false;

  std::shared_ptr<Bzip2Block> block_;
  size_t given_ = 0;  // Of the plain bytes of block_.
  bool block_bad_ = false;
  bool ended_ = false;
  int64_t stream_at_ = 0;     // In the file, of the present stream.
  int64_t stream_given_ = 0;  // Plain bytes of it that were read.
  uint32_t stream_checksum_ = 0;
  std::unique_ptr<Decompressor> plainly_;
  std::shared_ptr<UnpackThreads> threads_;
  UnpackAhead ahead_;  // Uses threads_.
};

}  // namespace tenon::compression
