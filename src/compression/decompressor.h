// Unpacks a stream of bytes as it is read: several streams one behind the other (members of gzip, frames of zstd and
// LZ4, streams of bzip2) are read as one.
//
// Memory is bounded whatever the packed bytes say they hold. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "compression/codec.h"
#include "compression/unpack_threads.h"
#include "tenon/result.h"

namespace tenon::compression {

// Puts some of the packed bytes that follow into `out` and says how many; 0 only at their end.
using PackedSource = std::function<Result<size_t>(std::span<uint8_t> out)>;

// The same of a file that can be read from any place: puts bytes from `offset` on into `out`.
using PackedFile = std::function<Result<size_t>(int64_t offset, std::span<uint8_t> out)>;

class Decompressor {
 public:
  // `name` of the file, for errors. kResourceExhausted: no memory.
  static Result<std::unique_ptr<Decompressor>> Make(Codec codec, std::string name,
                                                    PackedSource source);

  // The same for a large file, of which threads unpack parts ahead of the reader where its format allows it: blocks of
  // bzip2, members of gzip, frames of zstd and of LZ4. Bytes and errors are those of Make. Up to 100 MiB more, and as
  // many threads as `threads` has room for; `file` is called by the reader's own thread, front to back but for damaged
  // files.
  static Result<std::unique_ptr<Decompressor>> MakeThreaded(Codec codec, std::string name,
                                                            PackedFile file,
                                                            std::shared_ptr<UnpackThreads> threads);

  Decompressor() = default;
  Decompressor(const Decompressor&) = delete;
  Decompressor& operator=(const Decompressor&) = delete;
  virtual ~Decompressor() = default;

  // Fills `out`; fewer bytes only at the end, 0 behind it. kDataError names the file and the byte up to which its
  // packed bytes were good: they are damaged, cut, or packed in another way. After an error only the destructor is
  // legal.
  virtual Result<size_t> Read(std::span<uint8_t> out) = 0;
};

}  // namespace tenon::compression
