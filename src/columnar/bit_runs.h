// Numbers of a fixed number of bits, as Parquet packs them: levels, indices of dictionaries, and differences. What
// comes in may be damaged: no read goes beyond the bytes given. Private to src/columnar. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace tenon::columnar {

// The `count` numbers of `width` bits from bit `at` of `bytes` on, the lowest bit first; what lies behind the bytes is
// zero. REQUIRES: 0 <= width, at most the bits of Out.
void Unpack(std::span<const uint8_t> bytes, uint64_t at, int width, size_t count, uint32_t* out);
void Unpack(std::span<const uint8_t> bytes, uint64_t at, int width, size_t count, uint64_t* out);

// A number in groups of seven bits, taken off the front of `bytes`; false: it does not end.
bool TakeVarint(std::span<const uint8_t>* bytes, uint64_t* out);

// Reads runs of one repeated number and runs of packed ones.
class RunReader {
 public:
  // A piece of a run: `count` times `value`, or packed numbers.
  struct Run {
    size_t count = 0;
    bool repeated = false;
    uint32_t value = 0;
    std::span<const uint8_t> packed;  // What follows them too.
    uint64_t at = 0;                  // The bit where the first one begins.
  };

  RunReader() = default;
  // REQUIRES: 0 <= width <= 32.
  RunReader(std::span<const uint8_t> bytes, int width) : rest_(bytes), width_(width) {}

  // The next numbers, `most` or as many as one run has; false at the end, also when the bytes are wrong.
  bool Next(size_t most, Run* piece);
  int width() const { return width_; }

 private:
  bool NextRun();

  std::span<const uint8_t> rest_;
  int width_ = 0;
  Run run_;  // What is left of it.
};

}  // namespace tenon::columnar
