// Every codec takes any bytes: an error or some plain bytes, the same in pieces of any length, and never much for one
// step.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "compression/decompressor.h"

namespace {

using namespace tenon;
using namespace tenon::compression;

constexpr size_t kMostPlainBytes = 4 << 20;

struct Outcome {
  std::string plain;
  bool failed = false;
};

Outcome Unpack(Codec codec, const uint8_t* data, size_t size, size_t piece) {
  size_t at = 0;
  auto reader = Decompressor::Make(codec, "x", [&](std::span<uint8_t> out) -> Result<size_t> {
    const size_t got = std::min({out.size(), piece, size - at});
    if (got > 0) std::memcpy(out.data(), data + at, got);
    at += got;
    return got;
  });
  if (!reader.ok()) std::abort();
  Outcome outcome;
  std::vector<uint8_t> out(piece);
  while (outcome.plain.size() < kMostPlainBytes) {
    const Result<size_t> got = (*reader)->Read(out);
    outcome.failed = !got.ok();
    if (!got.ok()) break;
    outcome.plain.append(reinterpret_cast<const char*>(out.data()), *got);
    if (*got < out.size()) break;
  }
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  for (const Codec codec :
       {Codec::kNone, Codec::kGzip, Codec::kBzip2, Codec::kZstd, Codec::kSnappy, Codec::kLz4}) {
    const Outcome whole = Unpack(codec, data, size, 64 << 10);
    const Outcome pieces = Unpack(codec, data, size, 7);
    if (whole.failed != pieces.failed) std::abort();
    if (!whole.failed && whole.plain.size() < kMostPlainBytes && whole.plain != pieces.plain)
      std::abort();
  }
  return 0;
}
