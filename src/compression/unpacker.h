// What one codec does to unpack, without any reading: decompressor.cc drives it. Private to this room.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "tenon/result.h"

namespace tenon::compression {

// Takes packed bytes in pieces of any length and makes plain ones. One thread.
class Unpacker {
 public:
  struct Step {
    size_t taken = 0;
    size_t made = 0;
    // The packed bytes may end behind those taken.
    bool may_end = false;
  };

  virtual ~Unpacker() = default;
  // Takes from `in` and fills `out` as far as it goes. Neither taken nor made: it needs more of `in`, which takes all
  // of it then. kDataError says what is wrong in a few words; who drives it adds file and place.
  // REQUIRES: `out` is not empty. `in` is empty only when what was taken may still be made.
  virtual Result<Step> Run(std::span<const uint8_t> in, std::span<uint8_t> out) = 0;
};

// Where in a file an unpacker begins: at its start, or where a whole member, frame or stream of it has ended. Errors
// are worded by it, and a file may end there.
enum class UnpackFrom { kStart, kBehindWhole };

// Null: no memory.
std::unique_ptr<Unpacker> MakeGzipUnpacker(UnpackFrom from);
std::unique_ptr<Unpacker> MakeBzip2Unpacker(UnpackFrom from);
std::unique_ptr<Unpacker> MakeZstdUnpacker(UnpackFrom from);
std::unique_ptr<Unpacker> MakeSnappyUnpacker();
std::unique_ptr<Unpacker> MakeLz4Unpacker();
// Of LZ4's own frames, behind one.
std::unique_ptr<Unpacker> MakeLz4FrameUnpacker();

// An error about the packed bytes.
inline Status Damaged(const char* what) { return Status::DataError(what); }

}  // namespace tenon::compression
