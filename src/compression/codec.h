// How the bytes of a file may be packed, by option and by the file's ending. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tenon/result.h"

namespace tenon::compression {

// Snappy is what Hadoop and Spark write into files: their block format, and Snappy's own frames. LZ4 likewise.
enum class Codec : uint8_t { kNone, kGzip, kBzip2, kZstd, kSnappy, kLz4 };

// "gzip"; "none" of kNone.
std::string_view CodecName(Codec codec);
// ".gz"; nothing of kNone.
std::string_view CodecEnding(Codec codec);

// An option's value: gzip gz, bzip2 bzip bz2, zstd zst, snappy, lz4, none uncompressed, in any case. kInvalidArgument
// (TN1004) names the option, the value and the nearest name; kUnsupported: a packing that others have (lzo, xz).
Result<Codec> ParseCodec(std::string_view option, std::string_view value);

// By the path's ending, in any case; kNone when it has none of ours. kUnsupported: a packing that others have.
Result<Codec> CodecOfPath(std::string_view path);

}  // namespace tenon::compression
