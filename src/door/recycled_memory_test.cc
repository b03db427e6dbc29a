#include "door/recycled_memory.h"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "door/buffer.h"

namespace tenon::internal {
namespace {

constexpr int64_t kLarge = 100'000;

MemoryBlock Filled(RecycledMemory& memory, int64_t bytes, int value) {
  const MemoryBlock block = memory.Take(bytes);
  std::memset(block.data, value, static_cast<size_t>(block.capacity));
  return block;
}

TEST(RecycledMemoryTest, BlocksAreAlignedAndHaveRoom) {
  RecycledMemory memory;
  for (int64_t bytes = 1; bytes < (int64_t{64} << 20); bytes = bytes * 9 / 8 + 1) {
    const MemoryBlock block = Filled(memory, bytes, 1);
    EXPECT_GE(block.capacity, bytes);
    EXPECT_LE(block.capacity, bytes + bytes / 4 + 64) << bytes;
    EXPECT_EQ(block.capacity % 64, 0) << bytes;
    EXPECT_EQ(reinterpret_cast<uintptr_t>(block.data) % 64, 0U) << bytes;
    memory.Give(block);
  }
}

TEST(RecycledMemoryTest, ALargeBlockIsUsedAgain) {
  RecycledMemory memory;
  const MemoryBlock first = Filled(memory, kLarge, 1);
  memory.Give(first);
  const MemoryBlock second = Filled(memory, kLarge - 1000, 2);
  EXPECT_EQ(second.data, first.data);
  const MemoryBlock third = Filled(memory, kLarge, 3);
  EXPECT_NE(third.data, second.data);
  EXPECT_EQ(second.data[kLarge - 1001], 2);
  memory.Give(second);
  memory.Give(third);
}

// Columns that are filled side by side would else meet in the same lines of the cache.
TEST(RecycledMemoryTest, LargeBlocksBeginAtDifferentPlacesOfAPage) {
  RecycledMemory memory;
  const MemoryBlock one = memory.Take(kLarge * 5), other = memory.Take(kLarge * 5);
  EXPECT_NE(reinterpret_cast<uintptr_t>(one.data) % 4096,
            reinterpret_cast<uintptr_t>(other.data) % 4096);
  memory.Give(one);
  memory.Give(other);
}

TEST(RecycledMemoryTest, ThreadsShareTheBlocks) {
  RecycledMemory memory;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([i, &memory] {
      for (int round = 0; round < 200; ++round) {
        const MemoryBlock block = Filled(memory, kLarge + 1000 * (round % 7), i);
        for (int64_t at = 0; at < block.capacity; at += 4096) ASSERT_EQ(block.data[at], i);
        memory.Give(block);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(RecycledMemoryTest, SixteenMebibytesAreKept) {
  RecycledMemory memory;
  std::vector<MemoryBlock> blocks;
  for (int i = 0; i < 24; ++i) blocks.push_back(Filled(memory, 1 << 20, i));
  for (const MemoryBlock& block : blocks) memory.Give(block);
  std::set<uint8_t*> given, taken;
  for (const MemoryBlock& block : blocks) given.insert(block.data);
  std::vector<MemoryBlock> again;
  for (int i = 0; i < 16; ++i) {
    again.push_back(memory.Take(1 << 20));
    EXPECT_TRUE(given.contains(again.back().data));
    taken.insert(again.back().data);
  }
  EXPECT_EQ(taken.size(), 16U);
  for (const MemoryBlock& block : again) memory.Give(block);
}

// A batch may live longer than its builder.
TEST(RecycledMemoryTest, LivesAsLongAsItsBuffers) {
  auto memory = std::make_shared<RecycledMemory>();
  const std::weak_ptr<RecycledMemory> watched = memory;
  Buffer buffer(std::move(memory));
  buffer.PushZeros(kLarge);
  Buffer moved = std::move(buffer);
  buffer = Buffer();
  EXPECT_EQ(moved.size(), kLarge);
  EXPECT_FALSE(watched.expired());
  moved = Buffer();
  EXPECT_TRUE(watched.expired());
}

}  // namespace
}  // namespace tenon::internal
