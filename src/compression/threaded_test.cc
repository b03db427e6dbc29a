// Unpacking by several threads gives what unpacking by one gives: bytes and errors.
#include <bzlib.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "compression/bzip2_blocks.h"
#include "compression/codec.h"
#include "compression/compressor.h"
#include "compression/decompressor.h"
#include "compression/member_cutter.h"
#include "testing/matchers.h"
#include "testing/seed.h"

namespace tenon::compression {
namespace {

using tenon::testing::IsOk;
using ::testing::HasSubstr;

constexpr Codec kCodecs[] = {Codec::kGzip, Codec::kBzip2, Codec::kZstd, Codec::kLz4,
                             Codec::kSnappy};

std::span<const uint8_t> Bytes(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

std::string Pack(Codec codec, const std::string& plain) {
  std::string packed;
  auto packer = Compressor::Make(codec, [&](std::span<const uint8_t> bytes) {
    packed.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return Status::Ok();
  });
  EXPECT_THAT(packer, IsOk());
  EXPECT_THAT((*packer)->Append(Bytes(plain)), IsOk());
  EXPECT_THAT((*packer)->Finish(), IsOk());
  return packed;
}

// A stream of bzip2 with blocks of 100,000 bytes each level.
std::string PackBzip2(const std::string& plain, int level) {
  std::string packed(plain.size() + plain.size() / 50 + 1000, '\0');
  auto size = static_cast<unsigned>(packed.size());
  EXPECT_EQ(BZ2_bzBuffToBuffCompress(packed.data(), &size, const_cast<char*>(plain.data()),
                                     static_cast<unsigned>(plain.size()), level, 0, 0),
            BZ_OK);
  packed.resize(size);
  return packed;
}

struct Outcome {
  std::string plain;  // Up to the call that failed.
  std::string error;
  bool operator==(const Outcome&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Outcome& outcome) {
  return out << outcome.plain.size() << " bytes, error: " << outcome.error;
}

Outcome ReadAll(Result<std::unique_ptr<Decompressor>> reader, size_t piece) {
  EXPECT_THAT(reader, IsOk());
  Outcome outcome;
  std::vector<uint8_t> out(piece);
  for (;;) {
    const Result<size_t> got = (*reader)->Read(out);
    if (!got.ok()) {
      outcome.error = got.status().ToString();
      return outcome;
    }
    outcome.plain.append(reinterpret_cast<const char*>(out.data()), *got);
    if (*got < out.size()) break;
  }
  const Result<size_t> behind = (*reader)->Read(out);
  EXPECT_TRUE(behind.ok() && *behind == 0);
  return outcome;
}

PackedFile FileOf(const std::string& packed, size_t piece = 1 << 20) {
  return [&packed, piece](int64_t offset, std::span<uint8_t> out) -> Result<size_t> {
    const size_t at = std::min(static_cast<size_t>(offset), packed.size());
    const size_t size = std::min({out.size(), piece, packed.size() - at});
    if (size > 0) std::memcpy(out.data(), packed.data() + at, size);
    return size;
  };
}

Outcome ByOne(Codec codec, const std::string& packed, size_t piece = 64 << 10) {
  int64_t at = 0;
  const PackedFile file = FileOf(packed);
  return ReadAll(Decompressor::Make(codec, "x.packed",
                                    [&](std::span<uint8_t> out) {
                                      const Result<size_t> got = file(at, out);
                                      at += static_cast<int64_t>(*got);
                                      return got;
                                    }),
                 piece);
}

Outcome ByThreads(Codec codec, const std::string& packed, size_t piece = 64 << 10, int threads = 3,
                  size_t read_piece = 1 << 20) {
  return ReadAll(Decompressor::MakeThreaded(codec, "x.packed", FileOf(packed, read_piece),
                                            std::make_shared<UnpackThreads>(threads)),
                 piece);
}

// Text that packs to about a third, and differs from place to place.
std::string Text(size_t size, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string text;
  while (text.size() < size) {
    text += "{\"id\":" + std::to_string(random() % 100000) + ",\"name\":\"row\"}\n";
  }
  text.resize(size);
  return text;
}

std::string Noise(size_t size, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string noise(size, '\0');
  for (char& byte : noise) byte = static_cast<char>(random());
  return noise;
}

// Members of any size one behind the other.
std::string Members(Codec codec, size_t total, std::mt19937_64& random, std::string* plain) {
  std::string packed;
  while (packed.size() < total) {
    const size_t size = random() % (size_t{1} << (1 + random() % 21));
    const std::string part = random() % 4 == 0 ? Noise(size, random()) : Text(size, random());
    packed += codec == Codec::kBzip2 ? PackBzip2(part, 1 + static_cast<int>(random() % 9))
                                     : Pack(codec, part);
    *plain += part;
  }
  return packed;
}

TEST(ThreadedTest, MembersOfAnySizeGiveTheSameBytes) {
  const uint64_t seed = testing::Seed();
  SCOPED_TRACE("TENON_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (const Codec codec : kCodecs) {
    SCOPED_TRACE(CodecName(codec));
    std::string plain;
    const std::string packed = Members(codec, 1 << 20, random, &plain);
    for (const int threads : {1, 2, 5}) {
      const size_t piece = 1 + random() % (2 << 20);
      const Outcome outcome = ByThreads(codec, packed, piece, threads, 1 + random() % (1 << 20));
      EXPECT_EQ(outcome.error, "");
      EXPECT_TRUE(outcome.plain == plain) << "threads=" << threads << " piece=" << piece;
    }
  }
}

TEST(ThreadedTest, ASingleStreamOfBzip2HasManyBlocks) {
  const std::string text = Text(1'200'000, 3) + std::string(1'000'000, 'x') + Noise(200'000, 4);
  for (const int level : {1, 5}) {
    const Outcome outcome = ByThreads(Codec::kBzip2, PackBzip2(text, level));
    EXPECT_EQ(outcome.error, "");
    EXPECT_TRUE(outcome.plain == text) << "level=" << level;
  }
}

// More than is kept of one piece.
TEST(ThreadedTest, FewPackedBytesThatHoldMuchGiveTheSameBytes) {
  const std::string plain = Text(100'000, 1) + std::string(9 << 20, 'x') + Text(100'000, 2);
  for (const Codec codec : kCodecs) {
    SCOPED_TRACE(CodecName(codec));
    const std::string packed = Pack(codec, "first\n") + Pack(codec, plain) + Pack(codec, "last\n");
    const Outcome outcome = ByThreads(codec, packed);
    EXPECT_EQ(outcome.error, "");
    EXPECT_TRUE(outcome.plain == "first\n" + plain + "last\n");
  }
}

// Three members, one of them of several blocks, in a few hundred bytes.
std::string SmallFile(Codec codec) {
  if (codec != Codec::kBzip2) {
    return Pack(codec, Text(90, 1)) + Pack(codec, "") + Pack(codec, Text(140, 2));
  }
  return PackBzip2(std::string(250'000, 'a') + "b", 1) + PackBzip2("", 9) + PackBzip2("text", 5);
}

TEST(ThreadedTest, EveryCutOfASmallFileIsTheSameError) {
  for (const Codec codec : kCodecs) {
    SCOPED_TRACE(CodecName(codec));
    const std::string packed = SmallFile(codec);
    ASSERT_LT(packed.size(), 1000u);
    for (size_t size = 0; size <= packed.size(); ++size) {
      const std::string cut = packed.substr(0, size);
      ASSERT_EQ(ByThreads(codec, cut), ByOne(codec, cut)) << size;
    }
  }
}

TEST(ThreadedTest, EveryDamagedByteOfASmallFileIsTheSameError) {
  for (const Codec codec : kCodecs) {
    SCOPED_TRACE(CodecName(codec));
    const std::string packed = SmallFile(codec);
    size_t errors = 0;
    for (size_t at = 0; at < packed.size(); ++at) {
      const int change = at % 2 == 0 ? 0xff : 1 << at % 7;
      std::string damaged = packed;
      damaged[at] = static_cast<char>(damaged[at] ^ change);
      const Outcome expected = ByOne(codec, damaged);
      errors += expected.error.empty() ? 0u : 1u;
      ASSERT_EQ(ByThreads(codec, damaged), expected) << "at=" << at << " change=" << change;
    }
    EXPECT_GT(errors, 20u);  // Snappy finds little: it has no checksums here.
  }
}

TEST(ThreadedTest, DamageAnywhereInALargeFileIsTheSameError) {
  const uint64_t seed = testing::Seed();
  SCOPED_TRACE("TENON_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (const Codec codec : kCodecs) {
    SCOPED_TRACE(CodecName(codec));
    std::string plain;
    const std::string packed = Members(codec, 512 << 10, random, &plain);
    for (int i = 0; i < 5; ++i) {
      std::string damaged = packed;
      const size_t at = random() % packed.size();
      switch (random() % 4) {
        case 0: damaged[at] = static_cast<char>(random()); break;
        case 1: damaged.resize(at); break;
        case 2: damaged.erase(at, 1 + random() % 1000); break;
        default: damaged.insert(at, packed.substr(random() % packed.size(), 5000)); break;
      }
      const size_t piece = 1 + random() % 300'000;
      const Outcome expected = ByOne(codec, damaged, piece),
                    outcome = ByThreads(codec, damaged, piece);
      EXPECT_EQ(outcome.error, expected.error) << i;
      EXPECT_TRUE(outcome.plain == expected.plain)
          << i << ": " << outcome.plain.size() << " " << expected.plain.size();
    }
  }
}

// What looks like the start of a member and is text: packed files in a packed file, which packing leaves as they are.
TEST(ThreadedTest, PlacesThatAreNoneAreReadOver) {
  for (const Codec codec : {Codec::kGzip, Codec::kZstd, Codec::kLz4}) {
    SCOPED_TRACE(CodecName(codec));
    std::string inner;
    for (uint64_t i = 0; i < 30; ++i) {
      inner += Pack(codec, Noise(100'000, i));
      inner += Pack(codec, Text(50'000, i)).substr(0, 10'000);
    }
    const std::string packed = Pack(codec, "first\n") + Pack(codec, inner) + Pack(codec, "last\n");
    size_t places = 0;
    for (auto at = FindMember(codec, Bytes(packed), 1); at;
         at = FindMember(codec, Bytes(packed), *at + 1)) {
      ++places;
    }
    EXPECT_GT(places, 30u);
    const Outcome outcome = ByThreads(codec, packed);
    EXPECT_EQ(outcome.error, "");
    EXPECT_TRUE(outcome.plain == "first\n" + inner + "last\n");
  }
  // Inside a block of bzip2 it is damage, wherever it stands.
  const std::string mark("\x31\x41\x59\x26\x53\x59\x11\x22\x33\x44", 10);
  const std::string packed = PackBzip2(Text(400'000, 1), 1);
  for (size_t at = 20; at < packed.size(); at += packed.size() / 9) {
    std::string damaged = packed;
    damaged.replace(at, mark.size(), mark);
    const Outcome expected = ByOne(Codec::kBzip2, damaged);
    EXPECT_THAT(expected.error, HasSubstr("Compressed file is damaged: file=x.packed byte="));
    EXPECT_EQ(ByThreads(Codec::kBzip2, damaged), expected);
  }
}

TEST(ThreadedTest, AStreamOfBzip2WithAnotherChecksumIsDamaged) {
  const std::string good = PackBzip2(Text(400'000, 1), 1);
  const auto end = FindBzip2Mark(Bytes(good), (good.size() - 11) * 8);
  ASSERT_TRUE(end && end->ends_stream);
  std::string damaged = good;
  const size_t at = (end->bit + 48) / 8 + 1;
  damaged[at] = static_cast<char>(damaged[at] ^ 1);
  const Outcome expected = ByOne(Codec::kBzip2, damaged);
  EXPECT_THAT(expected.error, HasSubstr("is damaged: file=x.packed byte="));
  EXPECT_EQ(ByThreads(Codec::kBzip2, damaged), expected);
}

TEST(ThreadedTest, MarksOfBzip2AreFoundAtEveryBit) {
  const uint64_t mark = 0x177245385090;
  for (size_t bit = 0; bit + 80 <= 40 * 8; ++bit) {
    std::string bytes(40, '\0');
    for (size_t i = 0; i < 48; ++i) {
      if ((mark >> (47 - i) & 1) == 0) continue;
      const size_t at = bit + i;
      bytes[at / 8] = static_cast<char>(bytes[at / 8] | 0x80 >> at % 8);
    }
    const auto found = FindBzip2Mark(Bytes(bytes), 0);
    ASSERT_TRUE(found.has_value()) << bit;
    EXPECT_EQ(found->bit, bit);
    EXPECT_TRUE(found->ends_stream);
    EXPECT_TRUE(FindBzip2Mark(Bytes(bytes), bit).has_value());
    EXPECT_FALSE(FindBzip2Mark(Bytes(bytes), bit + 1).has_value());
  }
}

TEST(ThreadedTest, AnErrorOfTheFileIsHandedOnWhereverItComes) {
  std::mt19937_64 random(1);
  for (const Codec codec : kCodecs) {
    SCOPED_TRACE(CodecName(codec));
    std::string plain;
    const std::string packed = Members(codec, 1 << 20, random, &plain);
    for (const int64_t fails_at : {0, 300'000, 900'000}) {
      const PackedFile whole = FileOf(packed, 50'000);
      const PackedFile failing = [&](int64_t offset, std::span<uint8_t> out) -> Result<size_t> {
        if (offset >= fails_at) return Status::Unavailable("Try again");
        return whole(offset, out);
      };
      const Outcome outcome = ReadAll(
          Decompressor::MakeThreaded(codec, "x", failing, std::make_shared<UnpackThreads>(3)),
          1000);
      EXPECT_THAT(outcome.error, HasSubstr("Try again"));
    }
  }
}

TEST(ThreadedTest, AReaderThatIsGivenUpEarlyLeavesNoThreadCounted) {
  std::mt19937_64 random(1);
  for (const Codec codec : kCodecs) {
    SCOPED_TRACE(CodecName(codec));
    std::string plain;
    const std::string packed = Members(codec, 768 << 10, random, &plain);
    const auto threads = std::make_shared<UnpackThreads>(3);
    for (const size_t reads : {0u, 1u, 20u}) {
      ASSERT_OK_AND_ASSIGN(const auto reader,
                           Decompressor::MakeThreaded(codec, "x", FileOf(packed), threads));
      std::vector<uint8_t> out(10'000);
      for (size_t i = 0; i < reads; ++i) ASSERT_THAT(reader->Read(out), IsOk());
      EXPECT_FALSE(threads->crowded());
    }
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(threads->TryEnter());
    EXPECT_FALSE(threads->TryEnter());
  }
}

TEST(UnpackThreadsTest, HelpersComeWhileThereIsRoomAndSeeWhenThereIsNone) {
  UnpackThreads threads(3);
  threads.Enter();
  EXPECT_TRUE(threads.TryEnter());
  EXPECT_TRUE(threads.TryEnter());
  EXPECT_FALSE(threads.TryEnter());
  EXPECT_FALSE(threads.crowded());
  threads.Enter();
  EXPECT_TRUE(threads.crowded());
  threads.Leave();
  EXPECT_FALSE(threads.crowded());
  threads.SetMost(1);
  EXPECT_EQ(threads.most(), 1);
  EXPECT_TRUE(threads.crowded());
  threads.SetMost(0);
  EXPECT_EQ(threads.most(), 1);
}

}  // namespace
}  // namespace tenon::compression
