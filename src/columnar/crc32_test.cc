#include "columnar/crc32.h"

#include <gtest/gtest.h>

#include <random>
#include <string_view>
#include <vector>

#include "testing/seed.h"

namespace tenon::columnar {
namespace {

std::span<const uint8_t> BytesOf(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

TEST(Crc32Test, KnownTextsHaveTheirKnownChecksums) {
  EXPECT_EQ(Crc32({}), 0u);
  EXPECT_EQ(Crc32(BytesOf("123456789")), 0xcbf43926u);
  EXPECT_EQ(Crc32(BytesOf("The quick brown fox jumps over the lazy dog")), 0x414fa339u);
  EXPECT_EQ(Crc32(std::vector<uint8_t>(1000, 0)), 0x060b1780u);
}

TEST(Crc32Test, FoldingGivesWhatTablesGiveAtEveryLengthAndPlace) {
  if (!CanFoldCrc32()) GTEST_SKIP() << "The processor has no carry-less multiplication.";
  const uint64_t seed = tenon::testing::Seed();
  std::mt19937_64 random(seed);
  std::vector<uint8_t> bytes(5000);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
  const std::span<const uint8_t> all(bytes);
  for (size_t size = 0; size < 600; ++size) {
    const auto some = all.subspan(random() % 64, size);
    ASSERT_EQ(Crc32Folded(some), Crc32ByTables(some)) << "seed=" << seed << " size=" << size;
  }
  EXPECT_EQ(Crc32Folded(all), Crc32ByTables(all)) << "seed=" << seed;
}

}  // namespace
}  // namespace tenon::columnar
