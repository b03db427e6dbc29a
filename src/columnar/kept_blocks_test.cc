#include "columnar/kept_blocks.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "testing/seed.h"

namespace tenon::columnar {
namespace {

constexpr size_t kSize = 100'000;

TEST(KeptBlocksTest, WhatComesBackIsGivenToTheNextWhoAsksForAboutAsMuch) {
  KeptBlocks blocks(1 << 20);
  uint8_t* const first = blocks.Take(kSize);
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(first) % KeptBlocks::kAlignment, 0u);
  blocks.GiveBack(first, kSize);
  EXPECT_EQ(blocks.waiting_bytes(), KeptBlocks::BlockBytes(kSize));
  uint8_t* const again = blocks.Take(kSize + 1000);
  EXPECT_EQ(again, first);
  EXPECT_EQ(blocks.waiting_bytes(), 0u);
  blocks.GiveBack(again, kSize + 1000);
}

TEST(KeptBlocksTest, ABlockHoldsWhatWasAskedForAndAtMostAQuarterMore) {
  for (const size_t size : {KeptBlocks::kLeastBytes, size_t{65536}, size_t{65537}, kSize,
                            size_t{(1 << 20) - 1}, size_t{1} << 40}) {
    EXPECT_GE(KeptBlocks::BlockBytes(size), size);
    EXPECT_LE(KeptBlocks::BlockBytes(size), size + size / 4);
    EXPECT_EQ(KeptBlocks::BlockBytes(KeptBlocks::BlockBytes(size)), KeptBlocks::BlockBytes(size));
  }
  EXPECT_EQ(KeptBlocks::BlockBytes(KeptBlocks::kLeastBytes - 1), KeptBlocks::kLeastBytes - 1);
}

TEST(KeptBlocksTest, SmallBlocksAndThoseBeyondTheBoundAreNotKept) {
  KeptBlocks blocks(3 * KeptBlocks::BlockBytes(kSize));
  blocks.GiveBack(blocks.Take(100), 100);
  blocks.GiveBack(blocks.Take(1 << 20), 1 << 20);
  EXPECT_EQ(blocks.waiting_bytes(), 0u);
  std::vector<uint8_t*> taken;
  for (int i = 0; i < 5; ++i) taken.push_back(blocks.Take(kSize));
  for (uint8_t* const each : taken) blocks.GiveBack(each, kSize);
  EXPECT_EQ(blocks.waiting_bytes(), 3 * KeptBlocks::BlockBytes(kSize));
  // The oldest ones made room.
  EXPECT_EQ(blocks.Take(kSize), taken[4]);
  blocks.GiveBack(taken[4], kSize);
}

TEST(KeptBlocksTest, AfterTheLastReaderNothingIsKept) {
  KeptBlocks blocks(1 << 20);
  uint8_t* const waits = blocks.Take(kSize);
  uint8_t* const lent = blocks.Take(kSize);
  blocks.GiveBack(waits, kSize);
  blocks.Stop();
  EXPECT_EQ(blocks.waiting_bytes(), 0u);
  blocks.GiveBack(lent, kSize);
  EXPECT_EQ(blocks.waiting_bytes(), 0u);
}

TEST(KeptBlocksTest, ThreadsNeverGetABlockThatSomebodyHolds) {
  const uint64_t seed = tenon::testing::Seed();
  KeptBlocks blocks(1 << 20);
  std::atomic<int> torn{0};
  const auto work = [&](uint64_t turn) {
    std::mt19937_64 random(seed + turn);
    for (int i = 0; i < 2000; ++i) {
      const size_t size = KeptBlocks::kLeastBytes + random() % 3 * 40'000;
      const auto mark = static_cast<uint8_t>(random());
      uint8_t* const block = blocks.Take(size);
      std::memset(block, mark, size);
      if (i % 50 == 0) std::this_thread::yield();
      if (block[0] != mark || block[size / 2] != mark || block[size - 1] != mark) ++torn;
      blocks.GiveBack(block, size);
    }
  };
  {
    std::vector<std::jthread> threads;
    for (uint64_t i = 0; i < 4; ++i) threads.emplace_back(work, i);
  }
  EXPECT_EQ(torn, 0) << "seed=" << seed;
  EXPECT_LE(blocks.waiting_bytes(), size_t{1} << 20);
}

}  // namespace
}  // namespace tenon::columnar
