#include "columnar/json_text.h"

#include <gtest/gtest.h>

#include "columnar/slice.h"
#include "testing/matchers.h"
#include "testing/rows/rows.h"

namespace tenon::columnar {
namespace {

using tenon::testing::Rows;

std::string RowText(const RecordBatch& batch, int64_t row, JsonStyle style) {
  std::string text;
  JsonText(batch, style).AppendRow(row, &text);
  return text;
}

TEST(JsonTextTest, ShowHasBlanksAndTypedRowsPrintNulls) {
  const RecordBatch batch =
      Rows("account_id:string, month:int, z:string", R"({"account_id": "2152", "month": 11})");
  EXPECT_EQ(RowText(batch, 0, {.blanks = true}),
            R"({"account_id": "2152", "month": 11, "z": null})");
  EXPECT_EQ(RowText(batch, 0, {.blanks = true, .omit_nulls = true}),
            R"({"account_id": "2152", "month": 11})");
  EXPECT_EQ(RowText(batch, 0, {.omit_nulls = true}), R"({"account_id":"2152","month":11})");
}

TEST(JsonTextTest, EveryTypeHasItsText) {
  const RecordBatch batch = Rows(
      "b:boolean, l:long, f:float, d:double, e:decimal(6,3), s:string, x:binary, a:date, t:time, z:timestamp",
      R"({"b": true, "l": -9007199254740993, "f": 0.1, "d": "NaN", "e": "-0.050", "s": "q\"\\\n\t\u0001ä", "x": "ab",
          "a": "2026-01-31", "t": "10:00:00", "z": "2026-01-31 10:00:00.25"})");
  EXPECT_EQ(RowText(batch, 0, {}),
            R"({"b":true,"l":-9007199254740993,"f":0.1,"d":"NaN","e":-0.050,"s":"q\"\\\n\t\u0001)"
            "\303\244"
            R"(","x":"YWI=","a":"2026-01-31","t":"10:00:00","z":"2026-01-31 10:00:00.25"})");
}

TEST(JsonTextTest, NestedValuesOmitNullFieldsButKeepNullElements) {
  const RecordBatch batch =
      Rows("s:struct<a:int,b:int>, l:array<struct<a:int>>, m:map<string,int>, c:choice<int,string>",
           R"({"s": {"b": 1}, "l": [{}, null, {"a": 2}], "m": {"k\"": null, "l": 3}, "c": "x"})");
  EXPECT_EQ(RowText(batch, 0, {.blanks = true, .omit_nulls = true}),
            R"({"s": {"b": 1}, "l": [{}, null, {"a": 2}], "m": {"k\"": null, "l": 3}, "c": "x"})");
  EXPECT_EQ(
      RowText(batch, 0, {}),
      R"({"s":{"a":null,"b":1},"l":[{"a":null},null,{"a":2}],"m":{"k\"":null,"l":3},"c":"x"})");
}

TEST(JsonTextTest, RowsOfASliceAreItsOwn) {
  ASSERT_OK_AND_ASSIGN(RecordBatch slice,
                       Slice(Rows("a:int, l:array<int>", R"({"a": 1} {"a": 2, "l": [5]})"), 1, 1));
  EXPECT_EQ(RowText(slice, 0, {}), R"({"a":2,"l":[5]})");
}

}  // namespace
}  // namespace tenon::columnar
