#include "connectors/files/read/file_partitions.h"

#include <gtest/gtest.h>

namespace tenon::files {
namespace {

constexpr int64_t kMiB = 1 << 20;

std::vector<FileRange> Ranges(int64_t bytes, const PartitionRules& rules) {
  const ListedFile file{.path = "a", .bytes = bytes, .modified_ns = 0};
  return FilePartitions(rules, bytes).RangesOf(file, true);
}

TEST(FilePartitionsTest, AFileIsCutForAllWorkersIntoPiecesAsSmallAsItsFormatAllows) {
  EXPECT_EQ(Ranges(20 * kMiB, {.wanted_partitions = 4}).size(), 2U);
  const std::vector<FileRange> four =
      Ranges(20 * kMiB, {.wanted_partitions = 4, .least_range_bytes = 4 * kMiB});
  ASSERT_EQ(four.size(), 4U);
  EXPECT_EQ(four[0].begin, 0);
  for (size_t i = 0; i + 1 < four.size(); ++i) EXPECT_EQ(four[i].end, four[i + 1].begin);
  EXPECT_EQ(four[3].end, 20 * kMiB);
  EXPECT_EQ(Ranges(20 * kMiB, {.wanted_partitions = 40, .least_range_bytes = 4 * kMiB}).size(), 5U);
  EXPECT_EQ(Ranges(3 * kMiB, {.wanted_partitions = 4, .least_range_bytes = 4 * kMiB}).size(), 1U);
}

}  // namespace
}  // namespace tenon::files
