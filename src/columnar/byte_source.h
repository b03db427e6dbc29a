// Where the codecs of this folder read bytes. Whoever owns a file or an object implements it.
//
// Threads: ReadAt and the others may be called concurrently.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "tenon/result.h"

namespace tenon::columnar {

class ByteSource {
 public:
  ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  virtual ~ByteSource() = default;

  // What errors call it: "path=/data/a.parquet".
  virtual std::string name() const = 0;
  // In bytes, as it was when it was opened.
  virtual int64_t size() const = 0;
  // Fills `out` from `offset` on; fewer bytes only at the end, 0 behind it.
  virtual Result<size_t> ReadAt(int64_t offset, std::span<uint8_t> out) = 0;
  // Every read costs a round trip: few large reads at once beat many small ones.
  virtual bool far() const { return false; }
};

}  // namespace tenon::columnar
