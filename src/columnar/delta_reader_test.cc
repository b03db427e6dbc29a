#include "columnar/delta_reader.h"

#include <gtest/gtest.h>

#include <vector>

namespace tenon::columnar {
namespace {

using Bytes = std::vector<uint8_t>;

// Blocks of 32 numbers in one part: the numbers 7, 5, 3, 1, 2, 3, 4, 5 of the format's description.
const Bytes kDescribed = {0x20, 0x01, 0x08, 0x0e, 0x03, 0x02, 0xc0, 0x3f};

std::vector<int64_t> ReadAll(const Bytes& bytes, size_t count) {
  DeltaReader reader;
  EXPECT_TRUE(reader.Start(bytes));
  std::vector<int64_t> found(count);
  EXPECT_TRUE(reader.Read(count, found.data()));
  return found;
}

TEST(DeltaReaderTest, NumbersAreTheSumsOfTheirDifferences) {
  EXPECT_EQ(ReadAll(kDescribed, 8), (std::vector<int64_t>{7, 5, 3, 1, 2, 3, 4, 5}));
  DeltaReader reader;
  ASSERT_TRUE(reader.Start(kDescribed));
  int32_t some[3] = {};
  ASSERT_TRUE(reader.Read(1, some));
  ASSERT_TRUE(reader.Read(3, some));
  EXPECT_EQ(some[2], 1);
}

TEST(DeltaReaderTest, MoreThanThereAreIsRefused) {
  DeltaReader reader;
  ASSERT_TRUE(reader.Start(kDescribed));
  std::vector<int64_t> found(9);
  EXPECT_FALSE(reader.Read(9, found.data()));
  const Bytes none = {0x20, 0x01, 0x00, 0x00};
  ASSERT_TRUE(reader.Start(none));
  EXPECT_TRUE(reader.Read(0, found.data()));
  EXPECT_FALSE(reader.Read(1, found.data()));
}

TEST(DeltaReaderTest, HeadsAndBlocksThatAreWrongAreRefused) {
  DeltaReader reader;
  for (const Bytes& head : {Bytes{}, Bytes{0x20, 0x00, 0x08, 0x0e}, Bytes{0x20, 0x03, 0x08, 0x0e},
                            Bytes{0x04, 0x01, 0x08, 0x0e}, Bytes{0x20, 0x01, 0x08},
                            Bytes{0xff, 0xff, 0xff, 0xff, 0x07, 0x01, 0x03, 0x02}})
    EXPECT_FALSE(reader.Start(head));
  for (size_t size = 4; size < kDescribed.size(); ++size) {
    Bytes cut = kDescribed;
    cut.resize(size);
    std::vector<int64_t> found(8);
    EXPECT_FALSE(reader.Start(cut) && reader.Read(8, found.data())) << size;
  }
  Bytes wide = kDescribed;
  wide[5] = 65;
  std::vector<int64_t> found(8);
  ASSERT_TRUE(reader.Start(wide));
  EXPECT_FALSE(reader.Read(8, found.data()));
}

}  // namespace
}  // namespace tenon::columnar
