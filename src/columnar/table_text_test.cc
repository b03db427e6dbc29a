#include "columnar/table_text.h"

#include <gtest/gtest.h>

#include "testing/matchers.h"
#include "testing/rows/rows.h"

namespace tenon::columnar {
namespace {

using tenon::testing::Rows;
using tenon::testing::SchemaOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

std::string Table(std::string_view fields, std::string_view rows, TableStyle style = {}) {
  TableText table(SchemaOf(fields), style);
  std::string out;
  table.Add(Rows(fields, rows), &out);
  table.Finish(&out);
  return out;
}

TEST(TableTextTest, NamesTypesAndValuesStandUnderOneAnother) {
  EXPECT_EQ(Table("id:long, name:string, price:decimal(10,2), since:date",
                  R"({"id": 1, "name": "Ann", "price": "12.50", "since": "2026-01-31"}
                     {"id": 1000, "name": null, "price": null, "since": null})"),
            "  id | name   |         price | since\n"
            "long | string | decimal(10,2) | date\n"
            "-----+--------+---------------+-----------\n"
            "   1 | Ann    |         12.50 | 2026-01-31\n"
            "1000 | null   | null          | null\n");
}

TEST(TableTextTest, TextThatLooksLikeNothingStandsInQuotes) {
  EXPECT_THAT(Table("s:string", R"({"s": "null"} {"s": ""} {"s": " x"} {"s": "x "} {"s": null})"),
              EndsWith("\n\"null\"\n\"\"\n\" x\"\n\"x \"\nnull\n"));
}

TEST(TableTextTest, AChoiceShowsItsTypesInTheHeadAndEachValueAsItIs) {
  EXPECT_EQ(Table("zip:choice<int,string>", R"({"zip": 8000} {"zip": "CH-8000"} {"zip": null})"),
            "zip\n"
            "choice<int,string>\n"
            "------------------\n"
            "8000\n"
            "CH-8000\n"
            "null\n");
}

TEST(TableTextTest, WideLettersTakeTwoColumnsAndCombiningOnesNone) {
  EXPECT_EQ(DisplayColumns("日本"), 4u);
  EXPECT_EQ(DisplayColumns("e\xCC\x81"), 1u);
  EXPECT_EQ(DisplayColumns("Zürich"), 6u);
  EXPECT_THAT(Table("s:string, t:int", R"({"s": "日本語文字", "t": 1} {"s": "Zürich", "t": 2})"),
              EndsWith("日本語文字 |   1\nZürich     |   2\n"));
}

TEST(TableTextTest, LongCellsAreCutAtALetterAndStayOnOneLine) {
  const std::string long_text = "{\"s\": \"" + std::string(5000, 'x') + "\"}";
  EXPECT_THAT(Table("s:string", long_text), HasSubstr("\n" + std::string(39, 'x') + "…\n"));
  EXPECT_THAT(Table("s:string", R"({"s": "日本語文字"})", {.cell_columns = 7}),
              HasSubstr("\n日本語…\n"));
  EXPECT_THAT(Table("s:string", R"({"s": "two\nlines\u001b[31m"})"),
              HasSubstr("two\\x0Alines\\x1B[31m\n"));
}

TEST(TableTextTest, NestedValuesAreJson) {
  EXPECT_THAT(Table("s:struct<a:int,b:array<string>>", R"({"s": {"a": 1, "b": ["x"]}})"),
              EndsWith("{\"a\": 1, \"b\": [\"x\"]}\n"));
}

TEST(TableTextTest, WithColourTypesAndNullsAreFaint) {
  const std::string table = Table("id:long", R"({"id": null} {"id": 7})", {.colour = true});
  EXPECT_THAT(table, HasSubstr("\x1b[2mlong\x1b[0m"));
  EXPECT_THAT(table, HasSubstr("\x1b[2mnull\x1b[0m"));
  EXPECT_THAT(Table("id:long", R"({"id": null})"), Not(HasSubstr("\x1b")));
}

TEST(TableTextTest, RowsBeyondTheFirstThousandComeAtOnceInTheSameWidths) {
  TableText table(SchemaOf("s:string"));
  std::string out;
  for (size_t i = 0; i + 1 < TableText::kRowsForWidths; ++i)
    table.Add(Rows("s:string", R"({"s": "abcdef"})"), &out);
  EXPECT_EQ(out, "");
  table.Add(Rows("s:string", R"({"s": "abcdef"})"), &out);
  EXPECT_THAT(out, EndsWith("abcdef\n"));
  table.Add(Rows("s:string", R"({"s": "longer than six"})"), &out);
  EXPECT_THAT(out, EndsWith("abcdef\nlonge…\n"));
  const std::string before = out;
  table.Finish(&out);
  EXPECT_EQ(out, before);
}

TEST(TableTextTest, WithoutRowsTheHeadStandsAlone) {
  TableText table(SchemaOf("id:long"));
  std::string out;
  table.Finish(&out);
  EXPECT_EQ(out, "  id\nlong\n----\n");
}

}  // namespace
}  // namespace tenon::columnar
