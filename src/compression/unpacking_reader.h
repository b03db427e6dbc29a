// Unpacks a file from a place on by one unpacker, helped by threads where members may begin. Private to this room. One
// thread.
//
// The unpacker goes through the pieces of the file one after the other. Where a piece begins just where the packed
// bytes before it may end, what helpers made of that piece is what this unpacker would make of it, and is taken over
// together with the helper's unpacker. Everything else, errors above all, is unpacked here, as if there were no
// helpers.
#pragma once

#include <deque>
#include <memory>
#include <string>

#include "compression/decompressor.h"
#include "compression/member_cutter.h"
#include "compression/packed_place.h"
#include "compression/unpack_ahead.h"

namespace tenon::compression {

class UnpackingReader : public Decompressor {
 public:
  // `from`: the file's byte that `read` gives first; where `unpacker` begins.
  UnpackingReader(Codec codec, std::string name, PackedSource read, int64_t from,
                  std::unique_ptr<Unpacker> unpacker);
  // The same from the file's start, with helpers. REQUIRES: a codec with members (gzip, zstd, LZ4).
  UnpackingReader(Codec codec, std::string name, PackedSource read,
                  std::unique_ptr<Unpacker> unpacker, std::shared_ptr<UnpackThreads> threads);
  ~UnpackingReader() override;

  Result<size_t> Read(std::span<uint8_t> out) override;

 private:
  bool piece_taken() const { return piece_ == nullptr || taken_ == piece_->packed.size(); }
  // The step of the unpacker over what is left of the piece. False: there was nothing to take and nothing to make.
  Result<bool> Step(std::span<uint8_t> out, size_t* made);
  Status ReadAhead();
  // Goes on to the next piece, or to the end when there is none.
  void Advance();
  void TakeOver(MemberPiece& piece);

  PackedPlace place_;
  MemberCutter cutter_;
  std::unique_ptr<Unpacker> unpacker_;
  bool may_end_ = true;  // A file without a byte holds nothing.
  bool ended_ = false;   // There are no pieces behind piece_.
  std::shared_ptr<MemberPiece> piece_;
  size_t taken_ = 0;  // Of piece_.
  // Its plain bytes, when it was taken over: those that are there, and those of them that were read.
  size_t ready_ = 0;
  size_t given_ = 0;
  std::deque<std::shared_ptr<MemberPiece>> coming_;
  size_t coming_bytes_ = 0;  // Packed ones.
  std::shared_ptr<UnpackThreads> threads_;
  std::unique_ptr<UnpackAhead> ahead_;  // Uses threads_.
};

}  // namespace tenon::compression
