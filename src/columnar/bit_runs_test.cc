#include "columnar/bit_runs.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "testing/seed.h"

namespace tenon::columnar {
namespace {

using Bytes = std::vector<uint8_t>;

// `values` in `width` bits each, behind `skipped` bits.
Bytes Packed(const std::vector<uint64_t>& values, int width, uint64_t skipped) {
  Bytes bytes((skipped + values.size() * static_cast<size_t>(width) + 7) / 8, 0);
  uint64_t at = skipped;
  for (const uint64_t value : values) {
    for (int bit = 0; bit < width; ++bit, ++at)
      bytes[at / 8] |= static_cast<uint8_t>((value >> bit & 1) << at % 8);
  }
  return bytes;
}

TEST(BitRunsTest, NumbersOfEveryWidthAreUnpackedFromAnyBit) {
  std::mt19937_64 random(tenon::testing::Seed());
  for (int width = 0; width <= 64; ++width) {
    for (const uint64_t skipped : {0, 3, 8, 71}) {
      for (const size_t count : {1, 7, 8, 100, 333}) {
        std::vector<uint64_t> values(count);
        for (uint64_t& value : values) value = width == 0 ? 0 : random() >> (64 - width);
        const Bytes bytes = Packed(values, width, skipped);
        std::vector<uint64_t> found(count, 1);
        Unpack(bytes, skipped, width, count, found.data());
        ASSERT_EQ(found, values) << "width=" << width << " skipped=" << skipped;
        if (width > 32) continue;
        std::vector<uint32_t> narrow(count, 1);
        Unpack(bytes, skipped, width, count, narrow.data());
        ASSERT_EQ(std::vector<uint64_t>(narrow.begin(), narrow.end()), values) << "width=" << width;
      }
    }
  }
}

TEST(BitRunsTest, WhatLiesBehindTheBytesIsZero) {
  const Bytes bytes = {0xff};
  std::vector<uint32_t> found(4, 7);
  Unpack(bytes, 0, 6, 4, found.data());
  EXPECT_EQ(found, (std::vector<uint32_t>{63, 3, 0, 0}));
}

TEST(BitRunsTest, NumbersInGroupsOfSevenBitsEndOrAreRefused) {
  const Bytes bytes = {0x96, 0x01, 0x05};
  std::span<const uint8_t> rest = bytes;
  uint64_t value = 0;
  ASSERT_TRUE(TakeVarint(&rest, &value));
  EXPECT_EQ(value, 150U);
  EXPECT_EQ(rest.size(), 1U);
  const Bytes endless(20, 0x80);
  rest = endless;
  EXPECT_FALSE(TakeVarint(&rest, &value));
  rest = {};
  EXPECT_FALSE(TakeVarint(&rest, &value));
}

TEST(BitRunsTest, RunsComeInPiecesUntilTheyEnd) {
  // Five times 2, then one group of packed numbers of which the bytes hold all.
  const Bytes packed = Packed({0, 1, 2, 3, 3, 2, 1, 0}, 2, 0);
  Bytes bytes = {5 << 1, 2, 1 << 1 | 1};
  bytes.insert(bytes.end(), packed.begin(), packed.end());
  RunReader reader(bytes, 2);
  RunReader::Run run;
  ASSERT_TRUE(reader.Next(3, &run));
  EXPECT_TRUE(run.repeated && run.value == 2 && run.count == 3);
  ASSERT_TRUE(reader.Next(3, &run));
  EXPECT_TRUE(run.repeated && run.count == 2);
  ASSERT_TRUE(reader.Next(5, &run));
  EXPECT_TRUE(!run.repeated && run.count == 5);
  ASSERT_TRUE(reader.Next(100, &run));
  ASSERT_EQ(run.count, 3U);
  std::vector<uint32_t> found(3);
  Unpack(run.packed, run.at, 2, 3, found.data());
  EXPECT_EQ(found, (std::vector<uint32_t>{2, 1, 0}));
  EXPECT_FALSE(reader.Next(1, &run));
}

TEST(BitRunsTest, RunsThatAreCutGiveWhatTheyHoldAndThenEnd) {
  const Bytes cut_value = {5 << 1}, cut_group = {4 << 1 | 1, 0xff, 0xff}, cut_head = {0xff};
  RunReader::Run run;
  EXPECT_FALSE(RunReader(cut_value, 9).Next(1, &run));
  EXPECT_FALSE(RunReader(cut_head, 9).Next(1, &run));
  RunReader reader(cut_group, 3);
  ASSERT_TRUE(reader.Next(100, &run));
  EXPECT_EQ(run.count, 5U);  // Of 32: sixteen bits hold five times three.
  EXPECT_FALSE(reader.Next(1, &run));
}

}  // namespace
}  // namespace tenon::columnar
