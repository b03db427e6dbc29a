#include "transform/limit.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "testing/matchers.h"
#include "testing/rows/rows.h"
#include "transform/make_transform.h"

namespace tenon::transform {
namespace {

using tenon::testing::IsErrorNumber;
using tenon::testing::Rows;
using tenon::testing::RowTexts;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const char kThree[] = R"({"id":1} {"id":2} {"id":3})";

class LimitTest : public ::testing::Test {
 protected:
  void Make(int64_t rows) {
    auto made = MakeTransform("limit", {{"rows", rows}});
    ASSERT_TRUE(made.ok()) << made.status().ToString();
    limit_ = *std::move(made);
    auto stage = limit_->NewStage();
    ASSERT_TRUE(stage.ok());
    stage_ = *std::move(stage);
  }
  std::vector<std::string> Take() {
    const TaskContext context;
    auto rows = stage_->Apply(Rows("id:long", kThree), {context});
    if (!rows.ok() || !rows->has_value()) return {};
    return RowTexts(**rows);
  }

  std::unique_ptr<NarrowTransform> limit_;
  std::unique_ptr<NarrowStage> stage_;
};

TEST_F(LimitTest, CutsTheBatchInWhichItIsReachedAndWantsNoMore) {
  Make(4);
  EXPECT_THAT(Take(), ElementsAre(R"({"id":1})", R"({"id":2})", R"({"id":3})"));
  EXPECT_TRUE(stage_->wants_more());
  EXPECT_THAT(Take(), ElementsAre(R"({"id":1})"));
  EXPECT_FALSE(stage_->wants_more());
  EXPECT_THAT(Take(), IsEmpty());
}

TEST_F(LimitTest, RowsOfALostAttemptAreGivenBack) {
  Make(4);
  stage_->BeginAttempt(0);
  Take();
  Take();
  EXPECT_FALSE(stage_->wants_more());
  stage_->BeginAttempt(1);
  EXPECT_TRUE(stage_->wants_more());
  EXPECT_EQ(Take().size(), 3u);
  // The next partition begins with what the one before has left.
  stage_->BeginAttempt(0);
  EXPECT_EQ(Take().size(), 1u);
}

TEST_F(LimitTest, IsAStepThatChangesRowsAndWantsThemInOrder) {
  Make(4);
  EXPECT_TRUE(limit_->changes_rows());
  EXPECT_TRUE(limit_->in_order());
  EXPECT_EQ(limit_->Describe(), "Limit 4");
}

TEST_F(LimitTest, NoRowsAndOtherParametersAreRefused) {
  EXPECT_THAT(MakeTransform("limit", {{"rows", 0}}),
              IsErrorNumber(1021, HasSubstr("A limit is at least 1: $.rows=0")));
  EXPECT_THAT(MakeTransform("limit", {{"row", 1}}), IsErrorNumber(1021, HasSubstr("row")));
}

}  // namespace
}  // namespace tenon::transform
