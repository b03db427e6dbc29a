#include <gtest/gtest.h>

#include "frame/choice_report.h"
#include "frame/error_rows.h"
#include "frame/schema_merge.h"
#include "testing/matchers.h"
#include "testing/rows/rows.h"

namespace tenon::frame {
namespace {

using tenon::testing::IsError;
using tenon::testing::IsErrorNumber;
using tenon::testing::IsOk;
using tenon::testing::Rows;
using tenon::testing::RowTexts;
using tenon::testing::SchemaOf;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

DataType Parsed(std::string_view text) { return DataType::Parse(text).value(); }

struct MergeCase {
  const char* left;
  const char* right;
  const char* merged;
};

const MergeCase kMerges[] = {
    {"null", "int", "int"},
    {"int", "null", "int"},
    {"null", "null", "null"},
    {"int", "int", "int"},
    {"int", "long", "choice<int,long>"},
    {"string", "int", "choice<int,string>"},
    {"decimal(10,2)", "decimal(20,4)", "decimal(10,2)"},
    {"choice<int,string>", "null", "choice<int,string>"},
    {"null", "choice<int,string>", "choice<int,string>"},
    {"choice<int,string>", "string", "choice<int,string>"},
    {"choice<int,string>", "double", "choice<double,int,string>"},
    {"double", "choice<int,string>", "choice<double,int,string>"},
    {"choice<int,string>", "choice<string,long>", "choice<int,long,string>"},
    {"struct<a:int,b:string>", "struct<c:int,a:int>", "struct<a:int,b:string,c:int>"},
    {"struct<a:int>", "struct<a:string>", "struct<a:choice<int,string>>"},
    {"struct<a:int>", "string", "choice<string,struct<a:int>>"},
    {"choice<struct<a:int>,string>", "struct<b:int>", "choice<string,struct<a:int,b:int>>"},
    {"array<int>", "array<string>", "array<choice<int,string>>"},
    {"array<null>", "array<int>", "array<int>"},
    {"choice<array<int>,int>", "array<long>", "choice<array<choice<int,long>>,int>"},
    {"map<string,int>", "map<string,string>", "map<string,choice<int,string>>"},
    {"struct<a:int>", "map<string,int>", "choice<map<string,int>,struct<a:int>>"},
};

TEST(SchemaMergeTest, TypesMergeByGluesRules) {
  for (const MergeCase& one : kMerges) {
    EXPECT_EQ(MergeTypes(Parsed(one.left), Parsed(one.right)).ToString(),
              Parsed(one.merged).ToString())
        << one.left << " + " << one.right;
  }
}

TEST(SchemaMergeTest, AFieldThatASideLacksMayBeNull) {
  const Schema left({{"a", DataType::Int(), false}, {"b", DataType::Int(), false}});
  const Schema right({{"a", DataType::Int(), false}, {"c", DataType::Int(), false}});
  const Schema merged = MergeSchemas(left, right);
  EXPECT_FALSE(merged.field(0).nullable);
  EXPECT_TRUE(merged.field(1).nullable);
  EXPECT_TRUE(merged.field(2).nullable);
}

TEST(SchemaMergeTest, TheMergedPointerChangesOnlyWithTheSchema) {
  SchemaMerger merger;
  EXPECT_EQ(merger.merged()->size(), 0);
  const SchemaPtr first = SchemaOf("a:int");
  merger.Add(first, 10);
  EXPECT_EQ(merger.merged(), first);
  merger.Add(SchemaOf("a:int"), 10);
  EXPECT_EQ(merger.merged(), first);
  const SchemaPtr other = SchemaOf("a:string,b:int");
  merger.Add(other, 1);
  const SchemaPtr merged = merger.merged();
  EXPECT_EQ(merged->ToString(), "struct<a:choice<int,string>,b:int>");
  merger.Add(other, 1);
  merger.Add(first, 1);
  EXPECT_EQ(merger.merged(), merged);
  EXPECT_EQ(merger.rows(), 23);
}

TEST(SchemaMergeTest, MoreSchemasThanAreRememberedStillMerge) {
  SchemaMerger merger;
  std::vector<SchemaPtr> schemas;
  for (int i = 0; i < 40; ++i) schemas.push_back(SchemaOf("c" + std::to_string(i % 20) + ":int"));
  for (int again = 0; again < 2; ++again) {
    for (const SchemaPtr& schema : schemas) merger.Add(schema);
  }
  EXPECT_EQ(merger.merged()->size(), 20);
}

TEST(ChoiceReportTest, KindsAreCountedWhereverTheyStand) {
  const SchemaPtr merged = SchemaOf(
      "id:int, price:choice<int,double>, owner:struct<n:choice<int,string>>, items:array<choice<int,struct<a:int>>>");
  ChoiceReport report(*merged);
  report.Add(Rows("id:int, price:int, owner:struct<n:string>",
                  R"({"id": 1, "price": 1, "owner": {"n": "x"}} {"price": 2})"));
  report.Add(
      Rows(merged, R"({"price": 0.5, "owner": {"n": 4}, "items": [1, {"a": 2}, null, 3]} {})"));
  ASSERT_EQ(report.choices().size(), 3U);
  EXPECT_EQ(report.choices()[0].action, "cast:double");
  EXPECT_EQ(report.choices()[2].action, "make_struct");
  EXPECT_THAT(
      report.UnresolvedChoice(),
      IsErrorNumber(
          2002, AllOf(HasSubstr("column=price kinds=int:2,double:1"),
                      HasSubstr("column=owner.n kinds=int:1,string:1"),
                      HasSubstr("column=items[] kinds=int:2,struct:1"),
                      HasSubstr("resolveChoice(specs=[(\"price\", \"cast:double\"), (\"owner.n\", "
                                "\"cast:string\"), (\"items[]\", \"make_struct\")])"))));
}

TEST(ChoiceReportTest, WholeNumbersAreCastToTheWidestAndOddNamesQuoted) {
  const ChoiceReport report(*SchemaOf("`a.b`:choice<int,long>"));
  ASSERT_EQ(report.choices().size(), 1U);
  EXPECT_EQ(report.choices()[0].path, "`a.b`");
  EXPECT_EQ(report.choices()[0].action, "cast:long");
  EXPECT_THAT(ChoiceReport(*SchemaOf("a:int")).UnresolvedChoice(), IsOk());
}

TEST(ErrorRowsTest, RecordsHaveGluesLayout) {
  ASSERT_OK_AND_ASSIGN(RecordBatch rows,
                       ErrorRows({{"Broken", "{x", "file=a.json line=3"}, {"Odd", "", ""}},
                                 {"job.py:7", "mapping"}));
  EXPECT_THAT(
      RowTexts(rows),
      ElementsAre(
          R"({"error":{"callsite":{"site":"job.py:7","info":"mapping"},"msg":"Broken","input":"{x",)"
          R"("source":"file=a.json line=3"}})",
          R"({"error":{"callsite":{"site":"job.py:7","info":"mapping"},"msg":"Odd"}})"));
}

}  // namespace
}  // namespace tenon::frame
