#include "connectors/files/parquet/merged_schema.h"

#include <gtest/gtest.h>

#include "testing/matchers.h"
#include "testing/rows/rows.h"

namespace tenon::files {
namespace {

using tenon::testing::IsError;
using tenon::testing::IsOk;
using tenon::testing::Rows;
using tenon::testing::RowTexts;
using tenon::testing::SchemaOf;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string Widened(std::string_view a, std::string_view b) {
  const auto type = WidenedType(DataType::Parse(a).value(), DataType::Parse(b).value());
  return type ? type->ToString() : "none";
}

TEST(MergedSchemaTest, TypesWidenWithoutLosingAValue) {
  EXPECT_EQ(Widened("int", "long"), "long");
  EXPECT_EQ(Widened("short", "byte"), "short");
  EXPECT_EQ(Widened("double", "float"), "double");
  EXPECT_EQ(Widened("null", "array<int>"), "array<int>");
  EXPECT_EQ(Widened("decimal(10,2)", "decimal(8,4)"), "decimal(12,4)");
  EXPECT_EQ(Widened("decimal(76,0)", "decimal(76,10)"), "none");
  EXPECT_EQ(Widened("array<int>", "array<long>"), "array<long>");
  EXPECT_EQ(Widened("map<string,float>", "map<string,double>"), "map<string,double>");
  EXPECT_EQ(Widened("struct<a:int,b:string>", "struct<c:date,a:long>"),
            "struct<a:long,b:string,c:date>");
  EXPECT_EQ(Widened("long", "double"), "none");
  EXPECT_EQ(Widened("timestamp", "timestamp_ntz"), "none");
  EXPECT_EQ(Widened("string", "binary"), "none");
}

TEST(MergedSchemaTest, ColumnsAreTheSameByNameThenIgnoringCase) {
  MergedSchema merged;
  ASSERT_THAT(merged.Add(*SchemaOf("Id:int, name:string"), "/a"), IsOk());
  ASSERT_THAT(merged.Add(*SchemaOf("id:long, extra:date"), "/b"), IsOk());
  ASSERT_THAT(merged.Add(*SchemaOf("Id:int, ID:string"), "/c"), IsOk());
  EXPECT_EQ(merged.Take().ToString(), "struct<Id:long,name:string,extra:date,ID:string>");
}

TEST(MergedSchemaTest, AConflictNamesColumnTypesAndFiles) {
  MergedSchema merged;
  ASSERT_THAT(merged.Add(*SchemaOf("a:int"), "/one.parquet"), IsOk());
  ASSERT_THAT(merged.Add(*SchemaOf("b:int"), "/two.parquet"), IsOk());
  EXPECT_THAT(merged.Add(*SchemaOf("a:string"), "/three.parquet"),
              IsError(StatusCode::kDataError,
                      AllOf(HasSubstr("column=a type=int path=/one.parquet other_type=string "
                                      "other_path=/three.parquet"),
                            HasSubstr("cast the column"))));
}

TEST(MergedSchemaTest, BatchesAreBroughtUnderTheSchemaOfAllFiles) {
  ASSERT_OK_AND_ASSIGN(
      RecordBatch batch,
      BringUnder(Rows("a:int, s:struct<x:int>, D:decimal(5,2)",
                      R"({"a": 1, "s": {"x": 2}, "D": "1.25"} {})"),
                 SchemaOf("d:decimal(8,3), n:string, s:struct<x:long,y:date>, a:long")));
  EXPECT_EQ(batch.schema().ToString(),
            "struct<d:decimal(8,3),n:string,s:struct<x:long,y:date>,a:long>");
  EXPECT_THAT(RowTexts(batch), ElementsAre(R"({"d":1.250,"s":{"x":2},"a":1})", "{}"));
  ASSERT_OK_AND_ASSIGN(batch, BringUnder(RecordBatch::RowCount(3), SchemaOf("a:int")));
  EXPECT_EQ(batch.num_rows(), 3);
  ASSERT_OK_AND_ASSIGN(batch, BringUnder(RecordBatch::RowCount(3), SchemaOf("")));
  EXPECT_EQ(batch.num_rows(), 3);
}

TEST(MergedSchemaTest, ValuesThatDoNotFitAreAnError) {
  EXPECT_THAT(BringUnder(Rows("a:string", R"({"a": "x"})"), SchemaOf("a:int")),
              IsError(StatusCode::kDataError, HasSubstr("column=a type=string wanted=int")));
}

}  // namespace
}  // namespace tenon::files
