#include "text_table.h"

#include <gtest/gtest.h>

namespace tenon::cli {
namespace {

TEST(TextTableTest, CellsStandUnderTheirNamesWithoutBlanksAtLineEnds) {
  EXPECT_EQ(TextTable({{"NAME", "TYPE"}, {"a", ""}, {"orders", "JDBC"}}),
            "NAME    TYPE\na\norders  JDBC\n");
  EXPECT_EQ(TextTable({}), "");
}

TEST(TextTableTest, TimesAreShownToTheSecond) {
  EXPECT_EQ(TimeText(1'999'999), "1970-01-01 00:00:01");
  EXPECT_EQ(TimeText(0), "");
}

}  // namespace
}  // namespace tenon::cli
