#include "columnar/checksum.h"

#include <gtest/gtest.h>

#include "columnar/slice.h"
#include "testing/matchers.h"
#include "testing/rows/rows.h"

namespace tenon::columnar {
namespace {

using tenon::testing::Rows;

RowChecksum Of(std::string_view fields, std::string_view rows) {
  RowChecksum sum;
  sum.Add(Rows(fields, rows));
  return sum;
}

TEST(ChecksumTest, OrderBatchesColumnsAndWidthsDoNotCount) {
  const RowChecksum sum =
      Of("a:int, b:string", R"({"a": 1, "b": "x"} {"a": 2, "b": "y"} {"b": "z"})");
  EXPECT_EQ(sum, Of("b:string, a:long", R"({"b": "z"} {"a": 2, "b": "y"} {"a": 1, "b": "x"})"));
  EXPECT_EQ(sum, Of("a:choice<int,string>, b:string, c:null, d:double",
                    R"({"a": 1, "b": "x"} {"a": 2, "b": "y"} {"b": "z"})"));
  RowChecksum parts;
  parts.Add(*Slice(Rows("a:int, b:string", R"({"a": 9} {"a": 1, "b": "x"})"), 1, 1));
  RowChecksum rest = Of("a:int, b:string", R"({"a": 2, "b": "y"} {"b": "z"})");
  parts.Merge(rest);
  EXPECT_EQ(sum, parts);
  EXPECT_EQ(sum.rows(), 3U);
}

TEST(ChecksumTest, LostDoubledAndChangedRowsShow) {
  const RowChecksum sum = Of("a:int, b:string", R"({"a": 1, "b": "x"} {"a": 2, "b": "y"})");
  const char* const kOthers[] = {
      R"({"a": 1, "b": "x"})",
      R"({"a": 1, "b": "x"} {"a": 2, "b": "y"} {"a": 2, "b": "y"})",
      R"({"a": 1, "b": "x"} {"a": 1, "b": "x"})",
      R"({"a": 2, "b": "x"} {"a": 1, "b": "y"})",
      R"({"a": 1, "b": "x"} {"a": 2})",
      R"({"a": 1, "b": "x"} {"a": 2, "b": "y "})",
  };
  for (const char* other : kOthers) EXPECT_NE(sum, Of("a:int, b:string", other)) << other;
}

TEST(ChecksumTest, NestedValuesCount) {
  const char* fields =
      "s:struct<x:int,y:int>, l:array<int>, m:map<string,int>, d:decimal(5,2), f:double, t:boolean";
  const char* row =
      R"({"s": {"x": 1}, "l": [1, null], "m": {"a": 1, "b": 2}, "d": "1.00", "f": 0.5, "t": false})";
  const RowChecksum sum = Of(fields, row);
  EXPECT_EQ(
      sum,
      Of(fields,
         R"({"m": {"b": 2, "a": 1}, "s": {"x": 1}, "l": [1, null], "d": "1.00", "f": 0.5, "t": false})"));
  const char* const kOthers[] = {
      R"({"s": {"y": 1}, "l": [1, null], "m": {"a": 1, "b": 2}, "d": "1.00", "f": 0.5, "t": false})",
      R"({"s": {"x": 1}, "l": [null, 1], "m": {"a": 1, "b": 2}, "d": "1.00", "f": 0.5, "t": false})",
      R"({"s": {"x": 1}, "l": [1], "m": {"a": 1, "b": 2}, "d": "1.00", "f": 0.5, "t": false})",
      R"({"s": {"x": 1}, "l": [1, null], "m": {"a": 2, "b": 1}, "d": "1.00", "f": 0.5, "t": false})",
      R"({"s": {"x": 1}, "l": [1, null], "m": {"a": 1, "b": 2}, "d": "1.01", "f": 0.5, "t": false})",
      R"({"s": {"x": 1}, "l": [1, null], "m": {"a": 1, "b": 2}, "d": "1.00", "f": 0.25, "t": false})",
      R"({"s": {"x": 1}, "l": [1, null], "m": {"a": 1, "b": 2}, "d": "1.00", "f": 0.5})",
      R"({"s": {"x": 1}, "m": {"a": 1, "b": 2}, "d": "1.00", "f": 0.5, "t": false})",
  };
  for (const char* other : kOthers) EXPECT_NE(sum, Of(fields, other)) << other;
}

TEST(ChecksumTest, TheTextHasTheCount) {
  EXPECT_EQ(RowChecksum().ToString(), "00000000000000000000000000000000/0");
  EXPECT_EQ(Of("a:int", R"({"a": 1} {"a": 1})").ToString().substr(32), "/2");
}

}  // namespace
}  // namespace tenon::columnar
