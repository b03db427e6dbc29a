#include "columnar/page_header.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "testing/seed.h"

namespace tenon::columnar {
namespace {

using Bytes = std::vector<uint8_t>;

// type 0, 300 bytes unpacked, 100 stored, checksum -2, {7 values, encoding 8, levels 3 and 3, statistics {max, min}}
const Bytes kData = {0x15, 0x00, 0x15, 0xd8, 0x04, 0x15, 0xc8, 0x01, 0x15, 0x03,
                     0x1c, 0x15, 0x0e, 0x15, 0x10, 0x15, 0x06, 0x15, 0x06, 0x1c,
                     0x18, 0x02, 'z',  'z',  0x18, 0x01, 'a',  0x00, 0x00, 0x00};

TEST(PageHeaderTest, AFirstDataPageIsReadWithItsChecksum) {
  PageHeader header;
  ASSERT_EQ(ParsePageHeader(kData, &header), HeaderParse::kDone);
  EXPECT_EQ(header.kind, PageHeader::Kind::kData);
  EXPECT_EQ(header.header_bytes, kData.size());
  EXPECT_EQ(header.unpacked_bytes, 300);
  EXPECT_EQ(header.bytes, 100);
  EXPECT_EQ(header.checksum, 0xfffffffeu);
  EXPECT_EQ(header.values, 7);
  EXPECT_EQ(header.encoding, 8);
  EXPECT_EQ(header.definition_encoding, 3);
  EXPECT_FALSE(header.rows);
}

TEST(PageHeaderTest, ASecondDataPageHasRowsLevelsAndMayBeUnpacked) {
  // type 3, 20, 20, field 8: {5 values, 1 null, 4 rows, encoding 0, 2 and 1 bytes of levels, not packed}
  const Bytes bytes = {0x15, 0x06, 0x15, 0x28, 0x15, 0x28, 0x5c, 0x15, 0x0a, 0x15, 0x02,
                       0x15, 0x08, 0x15, 0x00, 0x15, 0x04, 0x15, 0x02, 0x12, 0x00, 0x00};
  PageHeader header;
  ASSERT_EQ(ParsePageHeader(bytes, &header), HeaderParse::kDone);
  EXPECT_EQ(header.kind, PageHeader::Kind::kSecondData);
  EXPECT_EQ(header.values, 5);
  EXPECT_EQ(header.rows, 4);
  EXPECT_EQ(header.definition_bytes, 2);
  EXPECT_EQ(header.repetition_bytes, 1);
  EXPECT_FALSE(header.packed);
}

TEST(PageHeaderTest, NumbersOfFieldsBeyondSixteenBitsAreWrong) {
  // Field INT32_MAX by a long form, then the next one by a step.
  const Bytes far = {0x05, 0xfe, 0xff, 0xff, 0xff, 0x0f, 0x00, 0x15, 0x00, 0x00};
  PageHeader header;
  EXPECT_EQ(ParsePageHeader(far, &header), HeaderParse::kWrong);
  // Field 32767, and one more.
  const Bytes last = {0x05, 0xfe, 0xff, 0x03, 0x00, 0x15, 0x00, 0x00};
  EXPECT_EQ(ParsePageHeader(last, &header), HeaderParse::kWrong);
  const Bytes before = {0x05, 0x01, 0x00, 0x00};
  EXPECT_EQ(ParsePageHeader(before, &header), HeaderParse::kWrong);
}

TEST(PageHeaderTest, FieldsOfLaterVersionsArePassedOver) {
  // A dictionary, {9 values, encoding 0, sorted}, then a list of structs, a map, a truth, a double.
  const Bytes bytes = {0x15, 0x04, 0x15, 0x02, 0x15, 0x02, 0x4c, 0x15, 0x12, 0x15, 0x00, 0x11,
                       0x00, 0x29, 0x2c, 0x15, 0x02, 0x00, 0x00, 0x1b, 0x01, 0x85, 'k',  0x02,
                       0x11, 0x17, 1,    2,    3,    4,    5,    6,    7,    8,    0x00};
  PageHeader header;
  Bytes map = bytes;
  map[22] = 0x01;  // The key is a text of one byte.
  map.insert(map.begin() + 23, 'k');
  ASSERT_EQ(ParsePageHeader(map, &header), HeaderParse::kDone);
  EXPECT_EQ(header.kind, PageHeader::Kind::kDictionary);
  EXPECT_EQ(header.values, 9);
  EXPECT_EQ(header.header_bytes, map.size());
}

TEST(PageHeaderTest, AHeaderThatGoesOnIsShortAndOneThatCannotBeIsWrong) {
  PageHeader header;
  for (size_t size = 0; size < kData.size(); ++size)
    EXPECT_EQ(ParsePageHeader(std::span(kData).first(size), &header), HeaderParse::kShort) << size;
  EXPECT_EQ(ParsePageHeader(Bytes{0x00}, &header), HeaderParse::kWrong);  // No type.
  EXPECT_EQ(ParsePageHeader(Bytes{0x15, 0x00, 0x00}, &header), HeaderParse::kWrong);
  Bytes minus = kData;
  minus[6] = 0xc7;  // -100 bytes.
  EXPECT_EQ(ParsePageHeader(minus, &header), HeaderParse::kWrong);
  Bytes text = kData;
  text[5] = 0x18;  // Its length is a text.
  EXPECT_NE(ParsePageHeader(text, &header), HeaderParse::kDone);
  const Bytes deep(1000, 0x9c);
  EXPECT_EQ(ParsePageHeader(deep, &header), HeaderParse::kWrong);
  const Bytes endless(1000, 0xff);
  EXPECT_NE(ParsePageHeader(endless, &header), HeaderParse::kDone);
}

TEST(PageHeaderTest, AnyBytesAreAnsweredWithoutReadingBeyondThem) {
  const uint64_t seed = tenon::testing::Seed();
  std::mt19937_64 random(seed);
  int done = 0;
  for (int turn = 0; turn < 20000; ++turn) {
    Bytes bytes = kData;
    for (int flips = static_cast<int>(random() % 4); flips > 0; --flips)
      bytes[random() % bytes.size()] = static_cast<uint8_t>(random());
    bytes.resize(random() % (bytes.size() + 1) + bytes.size() / 2, 0);
    PageHeader header;
    if (ParsePageHeader(Bytes(bytes), &header) != HeaderParse::kDone) continue;
    ++done;
    ASSERT_LE(header.header_bytes, bytes.size()) << "seed=" << seed;
    ASSERT_GE(header.bytes, 0) << "seed=" << seed;
    ASSERT_GE(header.values, 0) << "seed=" << seed;
  }
  EXPECT_GT(done, 100) << "seed=" << seed;
}

}  // namespace
}  // namespace tenon::columnar
