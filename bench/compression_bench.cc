// Packed text unpacked by a reader alone and with threads that unpack ahead of it: a stream of bzip2, members of gzip,
// frames of zstd. TENON_BENCH_MB sets the size of the plain text.
//
//   compression_bench --benchmark_min_time=2
//
// The floor is the streaming reader, whose work is the library's own but for a few calls.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "compression/compressor.h"
#include "compression/decompressor.h"

namespace {

using namespace tenon;
using namespace tenon::compression;

constexpr size_t kMemberBytes = 1 << 20;
constexpr size_t kReadBytes = 1 << 20;

size_t PlainBytes() {
  const char* const megabytes = std::getenv("TENON_BENCH_MB");
  return (megabytes == nullptr ? size_t{64} : std::strtoull(megabytes, nullptr, 10)) << 20;
}

std::string Lines(size_t bytes) {
  static const char* const kWords[] = {"carefully", "final",    "deposits", "sleep",    "quickly",
                                       "ironic",    "accounts", "bold",     "requests", "nag"};
  std::mt19937_64 random(1);
  std::string text;
  text.reserve(bytes + 1024);
  while (text.size() < bytes) {
    text += "{\"id\":" + std::to_string(random() % 10'000'000) +
            ",\"price\":" + std::to_string(random() % 100'000) + ",\"comment\":\"";
    for (uint64_t words = 2 + random() % 8; words > 0; --words) {
      text += kWords[random() % std::size(kWords)];
      text += ' ';
    }
    text += "\"}\n";
  }
  return text;
}

std::string Pack(Codec codec, size_t member_bytes) {
  const std::string text = Lines(PlainBytes());
  const std::span<const uint8_t> plain(reinterpret_cast<const uint8_t*>(text.data()), text.size());
  std::string packed;
  const auto put = [&](std::span<const uint8_t> bytes) {
    packed.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return Status::Ok();
  };
  for (size_t at = 0; at < plain.size(); at += member_bytes) {
    const auto packer = std::move(Compressor::Make(codec, put)).value();
    const Status added =
        packer->Append(plain.subspan(at, std::min(member_bytes, text.size() - at)));
    if (!added.ok() || !packer->Finish().ok()) std::abort();
  }
  return packed;
}

const std::string& Packed(Codec codec) {
  static const std::string bzip2 = Pack(Codec::kBzip2, PlainBytes() + kMemberBytes);
  static const std::string gzip = Pack(Codec::kGzip, kMemberBytes);
  static const std::string zstd = Pack(Codec::kZstd, kMemberBytes);
  return codec == Codec::kBzip2 ? bzip2 : codec == Codec::kGzip ? gzip : zstd;
}

// `threads` 0: by the streaming reader.
void Unpack(benchmark::State& state, Codec codec) {
  const std::string& packed = Packed(codec);
  const auto threads = static_cast<int>(state.range(0));
  std::vector<uint8_t> out(kReadBytes);
  int64_t total = 0;
  for (auto _ : state) {
    const PackedFile file = [&](int64_t offset, std::span<uint8_t> to) -> Result<size_t> {
      const auto at = static_cast<size_t>(offset);
      const size_t size = std::min(to.size(), packed.size() - at);
      if (size > 0) std::memcpy(to.data(), packed.data() + at, size);
      return size;
    };
    int64_t at = 0;
    const PackedSource source = [&](std::span<uint8_t> to) -> Result<size_t> {
      const Result<size_t> got = file(at, to);
      at += static_cast<int64_t>(*got);
      return got;
    };
    const auto reader = std::move(threads == 0 ? Decompressor::Make(codec, "packed", source)
                                               : Decompressor::MakeThreaded(
                                                     codec, "packed", file,
                                                     std::make_shared<UnpackThreads>(threads)))
                            .value();
    for (;;) {
      const Result<size_t> got = reader->Read(out);
      if (!got.ok()) std::abort();
      total += static_cast<int64_t>(*got);
      if (*got < out.size()) break;
    }
  }
  state.SetBytesProcessed(total);
}

}  // namespace

BENCHMARK_CAPTURE(Unpack, bzip2, Codec::kBzip2)
    ->Arg(0)
    ->Arg(1)
    ->Arg(2)
    ->UseRealTime()
    ->MeasureProcessCPUTime();
BENCHMARK_CAPTURE(Unpack, gzip, Codec::kGzip)
    ->Arg(0)
    ->Arg(1)
    ->Arg(2)
    ->UseRealTime()
    ->MeasureProcessCPUTime();
BENCHMARK_CAPTURE(Unpack, zstd, Codec::kZstd)
    ->Arg(0)
    ->Arg(1)
    ->Arg(2)
    ->UseRealTime()
    ->MeasureProcessCPUTime();

BENCHMARK_MAIN();
