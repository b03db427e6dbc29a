#include "engine/own_stages.h"

#include <gtest/gtest.h>

#include <map>

#include "testing/matchers.h"
#include "testing/rows/rows.h"

namespace tenon::engine {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IsError;
using testing::Rows;
using testing::RowTexts;
using testing::SchemaOf;

class CountingHost final : public TaskHost {
 public:
  BatchLimits Limits() override { return {}; }
  void AddError(ErrorRecord) override { ++errors; }
  void Count(std::string_view metric, int64_t n) override { counts[std::string(metric)] += n; }
  void Log(LogLevel, std::string_view) override {}
  bool SplitWanted() override { return false; }
  bool GiveAway(const Partition&, const Partition&) override { return false; }

  std::map<std::string, int64_t> counts;
  int errors = 0;
};

class OwnStagesTest : public ::testing::Test {
 protected:
  Result<std::optional<RecordBatch>> Apply(const transform::NarrowTransform& transform,
                                           RecordBatch batch) {
    TENON_ASSIGN_OR_RETURN(const std::unique_ptr<transform::NarrowStage> stage,
                           transform.NewStage());
    const TaskContext context(&host_, {});
    return stage->Apply(std::move(batch), {context});
  }

  CountingHost host_;
};

TEST_F(OwnStagesTest, TheFilterKeepsRowsForWhichEveryConjunctIsTrue) {
  const auto filter = MakeFilter({Predicate::Compare(Op::kGreater, "id", Literal::Long(1)),
                                  Predicate::Compare(Op::kLess, "id", Literal::Long(4))});
  ASSERT_OK_AND_ASSIGN(
      const auto kept,
      Apply(*filter, Rows("id:long", R"({"id":1} {"id":2} {"id":null} {"id":3} {"id":4})")));
  ASSERT_TRUE(kept.has_value());
  EXPECT_THAT(RowTexts(*kept), ElementsAre(R"({"id":2})", R"({"id":3})"));
  // What a condition drops is no bad row.
  EXPECT_EQ(host_.errors, 0);
}

TEST_F(OwnStagesTest, ABatchWithoutAKeptRowGoesAltogether) {
  const auto filter = MakeFilter({Predicate::IsNull("id")});
  ASSERT_OK_AND_ASSIGN(const auto kept, Apply(*filter, Rows("id:long", R"({"id":1} {"id":2})")));
  EXPECT_FALSE(kept.has_value());
}

TEST_F(OwnStagesTest, TheFilterTellsWhatItDoesToTheChain) {
  const auto filter = MakeFilter(
      {Predicate::Compare(Op::kEqual, "id", Literal::Long(1)), Predicate::IsNotNull("name")});
  EXPECT_EQ(filter->Describe(), "filter (id = 1L AND name IS NOT NULL)");
  EXPECT_TRUE(filter->changes_rows());
  // It may look at any column: what is wanted behind it does not tell what it needs.
  EXPECT_EQ(filter->NeededColumns({{"id"}}), std::nullopt);
  ASSERT_OK_AND_ASSIGN(const std::optional<Schema> untyped, filter->OutputSchema(std::nullopt));
  EXPECT_FALSE(untyped.has_value());
}

TEST_F(OwnStagesTest, ConformBringsABatchUnderTheSchemaOfTheFrame) {
  const auto conform = MakeConform(SchemaOf("a:int, b:choice<int,string>, c:string"));
  ASSERT_OK_AND_ASSIGN(const auto shaped,
                       Apply(*conform, Rows("c:string, b:int", R"({"c":"x","b":1} {"b":2})")));
  ASSERT_TRUE(shaped.has_value());
  EXPECT_EQ(shaped->schema(), *SchemaOf("a:int, b:choice<int,string>, c:string"));
  EXPECT_THAT(RowTexts(*shaped), ElementsAre(R"({"b":1,"c":"x"})", R"({"b":2})"));
  EXPECT_FALSE(conform->changes_rows());
  EXPECT_EQ(conform->Describe(), "conform to struct<a:int,b:choice<int,string>,c:string>");
}

TEST_F(OwnStagesTest, ValuesThatDoNotFitTheFramesDecimalAreCounted) {
  const auto conform = MakeConform(SchemaOf("d:decimal(3,1)"));
  ASSERT_OK_AND_ASSIGN(
      const auto shaped,
      Apply(*conform, Rows("d:decimal(6,2)", R"({"d":"12.30"} {"d":"1234.56"} {"d":"1000.00"})")));
  ASSERT_TRUE(shaped.has_value());
  EXPECT_EQ(RowTexts(*shaped)[1], "{}");
  EXPECT_EQ(host_.counts["cast.impossible"], 2);
}

TEST_F(OwnStagesTest, ABatchThatIsNoPartOfTheFramesSchemaIsOurOwnFault) {
  const auto conform = MakeConform(SchemaOf("a:int"));
  EXPECT_THAT(Apply(*conform, Rows("a:string", R"({"a":"x"})")),
              IsError(StatusCode::kInternal, AllOf(HasSubstr("column=a"), HasSubstr("batch=string"),
                                                   HasSubstr("merged=int"))));
}

}  // namespace
}  // namespace tenon::engine
