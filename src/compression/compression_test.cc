// Packs and unpacks with every codec; reads what other tools write; damaged and cut streams.
#include <algorithm>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "compression/codec.h"
#include "compression/compressor.h"
#include "compression/crc32c.h"
#include "compression/decompressor.h"
#include "testing/matchers.h"
#include "testing/seed.h"

namespace tenon::compression {
namespace {

using tenon::testing::IsError;
using tenon::testing::IsErrorNumber;
using tenon::testing::IsOk;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr Codec kCodecs[] = {Codec::kNone, Codec::kGzip,   Codec::kBzip2,
                             Codec::kZstd, Codec::kSnappy, Codec::kLz4};

std::span<const uint8_t> Bytes(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

std::string Pack(Codec codec, const std::string& plain, size_t piece = 1 << 20) {
  std::string packed;
  auto packer = Compressor::Make(codec, [&](std::span<const uint8_t> bytes) {
    packed.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return Status::Ok();
  });
  EXPECT_THAT(packer, IsOk());
  for (size_t at = 0; at < plain.size(); at += piece) {
    EXPECT_THAT((*packer)->Append(Bytes(plain).subspan(at, std::min(piece, plain.size() - at))),
                IsOk());
  }
  EXPECT_THAT((*packer)->Finish(), IsOk());
  return packed;
}

struct Pieces {
  size_t packed = 1 << 20;  // At most at once from the file.
  size_t plain = 1 << 20;   // At once to the reader.
};

Result<std::string> Unpack(Codec codec, const std::string& packed, Pieces pieces = {}) {
  size_t at = 0;
  TENON_ASSIGN_OR_RETURN(
      const std::unique_ptr<Decompressor> reader,
      Decompressor::Make(codec, "x.packed", [&](std::span<uint8_t> out) -> Result<size_t> {
        const size_t size = std::min({out.size(), pieces.packed, packed.size() - at});
        if (size > 0) std::memcpy(out.data(), packed.data() + at, size);
        at += size;
        return size;
      }));
  std::string plain;
  std::vector<uint8_t> out(pieces.plain);
  for (;;) {
    TENON_ASSIGN_OR_RETURN(const size_t got, reader->Read(out));
    plain.append(reinterpret_cast<const char*>(out.data()), got);
    if (got < out.size()) break;
  }
  TENON_ASSIGN_OR_RETURN(const size_t behind, reader->Read(out));
  EXPECT_EQ(behind, 0u);
  return plain;
}

// Text that packs to about a third.
std::string Text(size_t size, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string text;
  while (text.size() < size) {
    text += "{\"id\":" + std::to_string(random() % 100000) + ",\"name\":\"row\"}\n";
  }
  text.resize(size);
  return text;
}

TEST(CompressionTest, EveryCodecGivesBackWhatItPacked) {
  const uint64_t seed = testing::Seed();
  SCOPED_TRACE("TENON_TEST_SEED=" + std::to_string(seed));
  for (const Codec codec : kCodecs) {
    SCOPED_TRACE(CodecName(codec));
    for (const size_t size : {0u, 1u, 3u, 65536u, 262144u, 262145u, 3000000u}) {
      const std::string text = Text(size, seed);
      const std::string packed = Pack(codec, text, 70001);
      ASSERT_OK_AND_ASSIGN(const std::string plain, Unpack(codec, packed));
      EXPECT_EQ(plain, text);
      if (size > 100000 && codec != Codec::kNone) {
        EXPECT_LT(packed.size(), size / 2);
      }
    }
  }
}

TEST(CompressionTest, PiecesOfAnyLengthGiveTheSameBytes) {
  const std::string text = Text(20000, 1);
  for (const Codec codec : kCodecs) {
    SCOPED_TRACE(CodecName(codec));
    const std::string packed = Pack(codec, text, 777);
    for (const Pieces& pieces : {Pieces{1, 1}, Pieces{1, 4096}, Pieces{4096, 1}, Pieces{7, 13}}) {
      ASSERT_OK_AND_ASSIGN(const std::string plain, Unpack(codec, packed, pieces));
      EXPECT_EQ(plain, text);
    }
  }
}

TEST(CompressionTest, StreamsOneBehindTheOtherAreReadAsOne) {
  for (const Codec codec : kCodecs) {
    SCOPED_TRACE(CodecName(codec));
    std::string packed, text;
    for (int i = 0; i < 40; ++i) {
      const std::string part = Text(static_cast<size_t>(i * 991), 7);
      packed += Pack(codec, part);
      text += part;
    }
    ASSERT_OK_AND_ASSIGN(const std::string plain, Unpack(codec, packed));
    EXPECT_EQ(plain, text);
  }
}

TEST(CompressionTest, ACutStreamIsAnErrorWithFileAndByteWhereverItIsCut) {
  const std::string text = Text(3000, 3);
  for (const Codec codec : kCodecs) {
    if (codec == Codec::kNone) continue;
    SCOPED_TRACE(CodecName(codec));
    const std::string packed = Pack(codec, text);
    ASSERT_OK_AND_ASSIGN(const std::string nothing, Unpack(codec, ""));
    EXPECT_EQ(nothing, "");
    for (size_t size = 1; size < packed.size(); ++size) {
      EXPECT_THAT(Unpack(codec, packed.substr(0, size)),
                  IsError(StatusCode::kDataError,
                          AllOf(HasSubstr("Compressed file is cut off: file=x.packed byte=" +
                                          std::to_string(size)),
                                HasSubstr("compression=" + std::string(CodecName(codec))))));
    }
  }
}

TEST(CompressionTest, OtherBytesAreNotTakenForPackedOnes) {
  const std::string text = Text(3000, 3);
  EXPECT_THAT(Unpack(Codec::kGzip, text),
              IsError(StatusCode::kDataError,
                      HasSubstr("Compressed file is not gzip: file=x.packed byte=0")));
  EXPECT_THAT(Unpack(Codec::kBzip2, text),
              IsError(StatusCode::kDataError, HasSubstr("is not bzip2: file=x.packed byte=")));
  EXPECT_THAT(Unpack(Codec::kZstd, text),
              IsError(StatusCode::kDataError, HasSubstr("is not zstd: file=x.packed byte=")));
  EXPECT_THAT(Unpack(Codec::kSnappy, text),
              IsError(StatusCode::kDataError, HasSubstr("is damaged: file=x.packed byte=")));
  EXPECT_THAT(Unpack(Codec::kLz4, text),
              IsError(StatusCode::kDataError, HasSubstr("set compressionType")));
}

TEST(CompressionTest, SomethingElseBehindThePackedBytesIsAnError) {
  for (const Codec codec : {Codec::kGzip, Codec::kBzip2, Codec::kZstd, Codec::kLz4}) {
    SCOPED_TRACE(CodecName(codec));
    EXPECT_THAT(
        Unpack(codec, Pack(codec, "text") + "{\"a\":1}{\"a\":1}\n"),
        IsError(StatusCode::kDataError, HasSubstr("something else behind its packed bytes")));
  }
  // As tar and tapes fill blocks.
  ASSERT_OK_AND_ASSIGN(const std::string plain,
                       Unpack(Codec::kGzip, Pack(Codec::kGzip, "text") + std::string(700, '\0')));
  EXPECT_EQ(plain, "text");
}

TEST(CompressionTest, DamagedStreamsEndInAnErrorOrInBytes) {
  const uint64_t seed = testing::Seed();
  SCOPED_TRACE("TENON_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  const std::string text = Text(20000, 5);
  for (const Codec codec : kCodecs) {
    const std::string packed = Pack(codec, text);
    for (int i = 0; i < 200; ++i) {
      std::string damaged = packed;
      for (uint64_t hits = 1 + random() % 3; hits > 0; --hits) {
        damaged[random() % damaged.size()] = static_cast<char>(random());
      }
      const Result<std::string> plain = Unpack(codec, damaged);
      if (plain.ok()) continue;
      EXPECT_EQ(plain.status().code(), StatusCode::kDataError) << plain.status().ToString();
    }
  }
}

TEST(CompressionTest, AFewPackedBytesThatHoldMuchAreUnpackedInBoundedPieces) {
  // 1 GiB of zeros is never in memory at once.
  for (const Codec codec : {Codec::kGzip, Codec::kZstd}) {
    std::string packed;
    ASSERT_OK_AND_ASSIGN(const auto packer,
                         Compressor::Make(codec, [&](std::span<const uint8_t> bytes) {
                           packed.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
                           return Status::Ok();
                         }));
    const std::vector<uint8_t> zeros(1 << 20);
    for (int i = 0; i < 128; ++i) ASSERT_THAT(packer->Append(zeros), IsOk());
    ASSERT_THAT(packer->Finish(), IsOk());
    size_t at = 0;
    ASSERT_OK_AND_ASSIGN(
        const auto reader,
        Decompressor::Make(codec, "x", [&](std::span<uint8_t> out) -> Result<size_t> {
          const size_t size = std::min(out.size(), packed.size() - at);
          std::memcpy(out.data(), packed.data() + at, size);
          at += size;
          return size;
        }));
    std::vector<uint8_t> out(64 << 10);
    int64_t total = 0;
    for (;;) {
      ASSERT_OK_AND_ASSIGN(const size_t got, reader->Read(out));
      total += static_cast<int64_t>(got);
      if (got < out.size()) break;
    }
    EXPECT_EQ(total, int64_t{128} << 20);
  }
}

// What Hadoop's SnappyCodec writes: a block's plain length, then pieces of packed length and bytes.
TEST(CompressionTest, ReadsHadoopsSnappyBlocksOfSeveralPieces) {
  const auto literal = [](const std::string& text) {  // Snappy: length, one literal.
    return std::string(1, static_cast<char>(text.size())) +
           std::string(1, static_cast<char>((text.size() - 1) << 2)) + text;
  };
  const auto length = [](size_t size) {
    return std::string{'\0', '\0', static_cast<char>(size >> 8), static_cast<char>(size)};
  };
  const std::string first = literal("hello "), second = literal("world\n");
  const std::string file = length(12) + length(first.size()) + first + length(second.size()) +
                           second + length(0) + length(6) + length(first.size()) + first;
  for (const Pieces& pieces : {Pieces{}, Pieces{1, 1}, Pieces{3, 2}}) {
    ASSERT_OK_AND_ASSIGN(const std::string plain, Unpack(Codec::kSnappy, file, pieces));
    EXPECT_EQ(plain, "hello world\nhello ");
  }
  EXPECT_THAT(Unpack(Codec::kSnappy, length(5) + length(first.size()) + first),
              IsError(StatusCode::kDataError, HasSubstr("is damaged")));
  EXPECT_THAT(Unpack(Codec::kSnappy, std::string("\x7f\xff\xff\xff", 4) + length(1) + "x"),
              IsError(StatusCode::kDataError, HasSubstr("is damaged")));
}

// The framing format's own description has these bytes and checksums.
TEST(CompressionTest, ReadsSnappysOwnFrames) {
  const std::string start("\xff\x06\x00\x00sNaPpY", 10);
  const std::string text = "plain text";
  const uint32_t sum = Crc32c(Bytes(text));
  const uint32_t masked = (sum >> 15 | sum << 17) + 0xa282ead8;
  std::string chunk("\x01\x0e\x00\x00", 4);
  for (int byte = 0; byte < 4; ++byte) chunk += static_cast<char>(masked >> (8 * byte));
  chunk += text;
  const std::string padding("\xfe\x03\x00\x00\0\0\0", 7);
  ASSERT_OK_AND_ASSIGN(const std::string plain,
                       Unpack(Codec::kSnappy, start + chunk + padding + start + chunk, {2, 3}));
  EXPECT_EQ(plain, text + text);
  std::string wrong = start + chunk;
  wrong[15] = static_cast<char>(wrong[15] ^ 1);
  EXPECT_THAT(Unpack(Codec::kSnappy, wrong),
              IsError(StatusCode::kDataError, HasSubstr("is damaged")));
  EXPECT_THAT(Unpack(Codec::kSnappy, start + std::string("\x02\x01\x00\x00x", 5)),
              IsError(StatusCode::kDataError, HasSubstr("is damaged")));
}

TEST(CompressionTest, ChecksumIsTheOneThatEveryImplementationHas) {
  EXPECT_EQ(Crc32c(Bytes("123456789")), 0xe3069283u);
  EXPECT_EQ(Crc32c(Bytes("")), 0u);
  EXPECT_EQ(Crc32c(Bytes(std::string(32, '\0'))), 0x8a9136aau);
}

TEST(CompressionTest, AnErrorOfTheSourceOrTheSinkIsHandedOn) {
  const auto failing = [](std::span<uint8_t>) -> Result<size_t> {
    return Status::Unavailable("Try again");
  };
  ASSERT_OK_AND_ASSIGN(const auto reader, Decompressor::Make(Codec::kGzip, "x", failing));
  std::vector<uint8_t> out(10);
  EXPECT_THAT(reader->Read(out), IsError(StatusCode::kUnavailable, HasSubstr("Try again")));
  for (const Codec codec : kCodecs) {
    ASSERT_OK_AND_ASSIGN(const auto packer, Compressor::Make(codec, [](std::span<const uint8_t>) {
                           return Status::ResourceExhausted("Disk is full");
                         }));
    Status status = packer->Append(Bytes(Text(2 << 20, 1)));
    if (status.ok()) status = packer->Finish();
    EXPECT_THAT(status, IsError(StatusCode::kResourceExhausted, HasSubstr("Disk is full")));
  }
}

TEST(CodecTest, OptionsNameCodecsInAnyCaseOrAreNamedThemselves) {
  for (const Codec codec : kCodecs) {
    ASSERT_OK_AND_ASSIGN(const Codec parsed, ParseCodec("compressionType", CodecName(codec)));
    EXPECT_EQ(parsed, codec);
  }
  ASSERT_OK_AND_ASSIGN(const Codec bzip, ParseCodec("compressionType", "BZIP"));
  EXPECT_EQ(bzip, Codec::kBzip2);
  ASSERT_OK_AND_ASSIGN(const Codec none, ParseCodec("compressionType", "uncompressed"));
  EXPECT_EQ(none, Codec::kNone);
  EXPECT_THAT(
      ParseCodec("compressionType", "gzp"),
      IsErrorNumber(1004,
                    AllOf(HasSubstr("Compression is not known: option=compressionType value=gzp"),
                          HasSubstr("Did you mean gzip?"))));
  EXPECT_THAT(ParseCodec("compression", "LZO"),
              IsError(StatusCode::kUnsupported,
                      AllOf(HasSubstr("Compression is not supported: option=compression value=LZO"),
                            HasSubstr("Choose one of none, gzip"))));
}

TEST(CodecTest, EndingsTellTheCodecOfAFile) {
  for (const auto& [path, codec] :
       std::vector<std::pair<std::string, Codec>>{{"/a/b.csv.gz", Codec::kGzip},
                                                  {"b.JSON.GZ", Codec::kGzip},
                                                  {"b.bz2", Codec::kBzip2},
                                                  {"b.zst", Codec::kZstd},
                                                  {"b.snappy", Codec::kSnappy},
                                                  {"b.lz4", Codec::kLz4},
                                                  {"a.gz/b.csv", Codec::kNone},
                                                  {"gz", Codec::kNone},
                                                  {"b.snappy.parquet", Codec::kNone}}) {
    ASSERT_OK_AND_ASSIGN(const Codec found, CodecOfPath(path));
    EXPECT_EQ(found, codec) << path;
  }
  EXPECT_THAT(CodecOfPath("/a/b.csv.xz"),
              IsError(StatusCode::kUnsupported, AllOf(HasSubstr("path=/a/b.csv.xz compression=xz"),
                                                      HasSubstr("exclusions"))));
}

}  // namespace
}  // namespace tenon::compression
