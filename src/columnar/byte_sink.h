// Where the codecs of this folder put bytes. Whoever owns a file or an upload implements it; one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "tenon/result.h"

namespace tenon::columnar {

class ByteSink {
 public:
  ByteSink() = default;
  ByteSink(const ByteSink&) = delete;
  ByteSink& operator=(const ByteSink&) = delete;
  // Without Close: what was written is given up, best effort.
  virtual ~ByteSink() = default;

  // Appends all of `bytes`, which is borrowed for the call. After an error only the destructor may be called.
  virtual Status Write(std::span<const std::byte> bytes) = 0;
  // Bytes taken so far.
  virtual Result<int64_t> Tell() const = 0;
  // Everything is where it belongs (and durable, if that is what the sink promises). Called once, last.
  virtual Status Close() = 0;
};

}  // namespace tenon::columnar
