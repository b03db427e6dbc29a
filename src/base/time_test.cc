#include "base/time.h"

#include <limits>

#include "testing/matchers.h"

namespace tenon::base {
namespace {

TEST(TimeTest, CivilDatesGoBothWaysOverTheWholeRange) {
  EXPECT_EQ(DaysFromCivil({1970, 1, 1}), 0);
  EXPECT_EQ(DaysFromCivil({2000, 2, 29}), 11016);
  EXPECT_EQ(DaysFromCivil({1, 1, 1}), -719162);
  for (int64_t days = -1'000'000; days <= 3'000'000; days += 137) {
    ASSERT_EQ(DaysFromCivil(CivilFromDays(days)), days);
  }
  EXPECT_EQ(CivilFromDays(-1), (CivilDate{1969, 12, 31}));
  EXPECT_EQ(DaysInMonth(1900, 2), 28);
  EXPECT_EQ(DaysInMonth(2000, 2), 29);
}

TEST(TimeTest, ParsesDatesAsSparkDoes) {
  EXPECT_EQ(ParseDate("2026-01-31"), 20484);
  EXPECT_EQ(ParseDate("2026-1-5"), ParseDate("2026-01-05"));
  EXPECT_EQ(ParseDate("2026-02"), ParseDate("2026-02-01"));
  EXPECT_EQ(ParseDate("2026"), ParseDate("2026-01-01"));
  EXPECT_EQ(ParseDate("-0001-01-01"), DaysFromCivil({-1, 1, 1}));
  for (const char* bad :
       {"", "26-01-01", "2026-13-01", "2026-04-31", "2026-02-29", "2026-01-31x", "2026-", "x"}) {
    EXPECT_EQ(ParseDate(bad), std::nullopt) << bad;
  }
}

TEST(TimeTest, ParsesTimestampsWithAndWithoutZone) {
  const auto parsed = ParseTimestamp("2026-01-31T12:30:59.1234567+02:30");
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(FormatTimestamp(parsed->micros), "2026-01-31 12:30:59.123456");
  EXPECT_EQ(parsed->offset_seconds, 9000);
  struct Row {
    const char* text;
    const char* printed;
    std::optional<int> offset;
  };
  const Row kRows[] = {
      {"2026-01-31", "2026-01-31 00:00:00", std::nullopt},
      {"2026-01-31 7", "2026-01-31 07:00:00", std::nullopt},
      {"2026-01-31 07:05Z", "2026-01-31 07:05:00", 0},
      {"2026-01-31 07:05 UTC", "2026-01-31 07:05:00", 0},
      {"2026-01-31 07:05:01 -0530", "2026-01-31 07:05:01", -19800},
      {"1969-12-31 23:59:59.5", "1969-12-31 23:59:59.5", std::nullopt},
  };
  for (const Row& row : kRows) {
    const auto at = ParseTimestamp(row.text);
    ASSERT_TRUE(at.has_value()) << row.text;
    EXPECT_EQ(FormatTimestamp(at->micros), row.printed);
    EXPECT_EQ(at->offset_seconds, row.offset) << row.text;
  }
  for (const char* bad :
       {"2026-01-31T", "2026-01-31 24:00", "2026-01-31 12:60", "2026-01-31 12:00:60",
        "2026-01-31 12:00:00.", "2026-01-31 12:00 Europe/Paris", "2026-01-31 12:00+19"}) {
    EXPECT_EQ(ParseTimestamp(bad), std::nullopt) << bad;
  }
}

TEST(TimeTest, FormatsTheEndsOfTheRange) {
  EXPECT_EQ(FormatDate(0), "1970-01-01");
  EXPECT_EQ(FormatDate(DaysFromCivil({12345, 6, 7})), "+12345-06-07");
  EXPECT_EQ(FormatDate(DaysFromCivil({-5, 6, 7})), "-0005-06-07");
  EXPECT_EQ(FormatTimestamp(std::numeric_limits<int64_t>::min()), "-290308-12-21 19:59:05.224192");
  EXPECT_EQ(FormatTimestamp(std::numeric_limits<int64_t>::max()), "+294247-01-10 04:00:54.775807");
  EXPECT_EQ(FormatInstant(1'500'000), "1970-01-01T00:00:01.500Z");
  EXPECT_EQ(FormatTimeOfDay(*ParseTimeOfDay("23:59:59.000001")), "23:59:59.000001");
  EXPECT_EQ(ParseTimeOfDay("23:59:59x"), std::nullopt);
}

TEST(TimeTest, ATimestampBeyondSixtyFourBitsIsRefused) {
  EXPECT_TRUE(ParseTimestamp("290000-01-01 00:00:00").has_value());
  EXPECT_FALSE(ParseTimestamp("990920-01-01 00:00:00").has_value());
  EXPECT_FALSE(ParseTimestamp("-990920").has_value());
}

}  // namespace
}  // namespace tenon::base
