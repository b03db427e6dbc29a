#include "base/text.h"

#include "testing/matchers.h"

namespace tenon::base {
namespace {

using tenon::testing::IsError;
using tenon::testing::IsOkAndHolds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(TextTest, SplitsJoinsAndTrims) {
  EXPECT_THAT(Split("a,,b", ','), ElementsAre("a", "", "b"));
  EXPECT_THAT(Split("", ','), ElementsAre(""));
  EXPECT_EQ(Join({"a", "", "b"}, ", "), "a, , b");
  EXPECT_EQ(Trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(Trim("  "), "");
  EXPECT_EQ(ToLower("ÄBc"), "Äbc") << "ASCII only";
}

TEST(TextTest, ShortTextIsOneCleanLine) {
  EXPECT_EQ(ShortText("plain", 10), "plain");
  EXPECT_EQ(ShortText("a\nb\x7F", 20), "a\\x0Ab\\x7F");
  EXPECT_EQ(ShortText("ab\xFF", 20), "ab\\xFF");
  EXPECT_EQ(ShortText("aäöü", 3), "aä…") << "never half a character";
}

TEST(TextTest, KnowsUtf8) {
  for (const char* good :
       {"", "a", "ä", "€", "\xF4\x8F\xBF\xBF", "\xEE\x80\x80", "\xF0\x90\x80\x80"}) {
    EXPECT_TRUE(IsUtf8(good)) << good;
  }
  for (const char* bad : {"\x80", "\xC0\xAF", "\xC3", "\xE0\x80\x80", "\xED\xA0\x80",
                          "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "a\xFF"}) {
    EXPECT_FALSE(IsUtf8(bad));
  }
}

// Plain text is looked at by words of eight bytes.
TEST(TextTest, OneWrongByteIsFoundAtEveryPlace) {
  for (size_t size = 1; size < 40; ++size) {
    const std::string good(size, 'x');
    EXPECT_TRUE(IsUtf8(good)) << size;
    for (size_t at = 0; at < size; ++at) {
      std::string bad = good;
      bad[at] = '\x80';
      EXPECT_FALSE(IsUtf8(bad)) << size << " " << at;
    }
  }
}

TEST(TextTest, ParsesWholeNumbersOnly) {
  EXPECT_EQ(ParseInteger("-9223372036854775808"), INT64_MIN);
  EXPECT_EQ(ParseInteger("+7"), 7);
  for (const char* bad : {"", "+", "-", "+-1", " 1", "1 ", "1.0", "9223372036854775808", "0x1"}) {
    EXPECT_EQ(ParseInteger(bad), std::nullopt) << bad;
  }
}

TEST(TextTest, ReadsAndPrintsSizes) {
  EXPECT_THAT(ParseBytes("512"), IsOkAndHolds(512));
  EXPECT_THAT(ParseBytes("64k"), IsOkAndHolds(65536));
  EXPECT_THAT(ParseBytes("1.5 GiB"), IsOkAndHolds(1610612736));
  EXPECT_THAT(ParseBytes("2GB"), IsOkAndHolds(int64_t{2} << 30));
  for (const char* bad : {"", "k", "-1", "1x", "1 gibi", "1e40", "nan", "9999999p", "1bb"}) {
    EXPECT_THAT(ParseBytes(bad), IsError(StatusCode::kInvalidArgument, HasSubstr("512m, 4g")))
        << bad;
  }
  EXPECT_EQ(FormatBytes(512), "512 B");
  EXPECT_EQ(FormatBytes(1610612736), "1.5 GiB");
  EXPECT_EQ(FormatBytes(int64_t{2} << 20), "2 MiB");
}

}  // namespace
}  // namespace tenon::base
