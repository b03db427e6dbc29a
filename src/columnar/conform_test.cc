#include "columnar/conform.h"

#include <gtest/gtest.h>

#include "columnar/validate.h"
#include "testing/matchers.h"
#include "testing/rows/rows.h"

namespace tenon::columnar {
namespace {

using tenon::testing::IsError;
using tenon::testing::IsOk;
using tenon::testing::Rows;
using tenon::testing::RowTexts;
using tenon::testing::SchemaOf;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ConformTest, ColumnsAreOrderedAddedAndWidened) {
  const SchemaPtr merged = SchemaOf(
      "z:date, a:choice<int,string>, s:struct<x:int,y:string>, l:array<choice<int,string>>, n:long, "
      "c:choice<string,int,double>, m:map<string,struct<p:int,q:int>>");
  RecordBatch batch = Rows(
      "a:int, s:struct<y:string>, l:array<int>, n:null, c:choice<int,string>, m:map<string,struct<q:int>>",
      R"({"a": 1, "s": {"y": "t"}, "l": [1, null], "c": "u", "m": {"k": {"q": 1}}} {"c": 5})");
  ASSERT_OK_AND_ASSIGN(ConformResult result, Conform(std::move(batch), merged));
  EXPECT_EQ(result.batch.schema_ptr(), merged);
  EXPECT_EQ(result.impossible, 0);
  EXPECT_THAT(ValidateFull(result.batch), IsOk());
  EXPECT_THAT(
      RowTexts(result.batch),
      ElementsAre(R"({"a":1,"s":{"y":"t"},"l":[1,null],"c":"u","m":{"k":{"q":1}}})", R"({"c":5})"));
}

TEST(ConformTest, ColumnsThatFitKeepTheirBuffers) {
  RecordBatch batch = Rows("a:long, b:string", R"({"a": 1, "b": "x"})");
  const void* values = batch.array().children[0]->buffers[1];
  ASSERT_OK_AND_ASSIGN(ConformResult result,
                       Conform(std::move(batch), SchemaOf("b:string, c:int, a:long")));
  EXPECT_EQ(result.batch.array().children[2]->buffers[1], values);
}

TEST(ConformTest, DecimalsBeyondTheMergedPrecisionAreCounted) {
  ASSERT_OK_AND_ASSIGN(ConformResult result,
                       Conform(Rows("d:decimal(6,1)", R"({"d": "99999.9"} {"d": "1.5"})"),
                               SchemaOf("d:decimal(4,2)")));
  EXPECT_THAT(RowTexts(result.batch), ElementsAre("{}", R"({"d":1.50})"));
  EXPECT_EQ(result.impossible, 1);
}

TEST(ConformTest, ASchemaThatWasNotMergedFromTheBatchIsRefused) {
  EXPECT_THAT(Conform(Rows("a:int", R"({"a": 1})"), SchemaOf("a:string")),
              IsError(StatusCode::kInternal,
                      AllOf(HasSubstr("column=a"), HasSubstr("batch=int merged=string"))));
  EXPECT_THAT(Conform(Rows("a:struct<x:int>", R"({"a": {}})"), SchemaOf("a:struct<y:int>")),
              IsError(StatusCode::kInternal, HasSubstr("column=a.x")));
  EXPECT_THAT(Conform(Rows("a:double", R"({"a": 1})"), SchemaOf("a:choice<int,string>")),
              IsError(StatusCode::kInternal, HasSubstr("merged=choice<int,string>")));
}

}  // namespace
}  // namespace tenon::columnar
