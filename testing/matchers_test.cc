#include "testing/matchers.h"

#include <memory>
#include <string>

namespace tenon {
namespace {

using tenon::testing::IsError;
using tenon::testing::IsErrorNumber;
using tenon::testing::IsOk;
using tenon::testing::IsOkAndHolds;
using ::testing::DescribeMatcher;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pointee;

Result<int> Seven() { return 7; }
Result<int> Missing() {
  return Status::NotFound("File is missing: path=a.csv")
      .WithHint("Check the path.")
      .WithNumber(2001);
}

TEST(MatchersTest, IsOkTellsSuccessFromErrorForStatusAndResult) {
  EXPECT_THAT(Status::Ok(), IsOk());
  EXPECT_THAT(Seven(), IsOk());
  EXPECT_THAT(Status::Internal("broken"), Not(IsOk()));
  EXPECT_THAT(Missing(), Not(IsOk()));
}

TEST(MatchersTest, IsErrorNeedsBothCodeAndWords) {
  EXPECT_THAT(Missing(), IsError(StatusCode::kNotFound, HasSubstr("path=a.csv")));
  EXPECT_THAT(Missing(), IsError(StatusCode::kNotFound, HasSubstr("Check the path.")));
  EXPECT_THAT(Missing(), Not(IsError(StatusCode::kDataError, HasSubstr("path=a.csv"))));
  EXPECT_THAT(Missing(), Not(IsError(StatusCode::kNotFound, HasSubstr("path=b.csv"))));
  EXPECT_THAT(Seven(), Not(IsError(StatusCode::kNotFound, HasSubstr(""))));
}

TEST(MatchersTest, IsErrorNumberNeedsBothNumberAndWords) {
  EXPECT_THAT(Missing(), IsErrorNumber(2001, HasSubstr("missing")));
  EXPECT_THAT(Missing(), Not(IsErrorNumber(2002, HasSubstr("missing"))));
  EXPECT_THAT(Missing(), Not(IsErrorNumber(2001, HasSubstr("found"))));
}

TEST(MatchersTest, IsOkAndHoldsMatchesTheValueEvenIfItOnlyMoves) {
  EXPECT_THAT(Seven(), IsOkAndHolds(7));
  EXPECT_THAT(Seven(), Not(IsOkAndHolds(8)));
  EXPECT_THAT(Missing(), Not(IsOkAndHolds(7)));
  Result<std::unique_ptr<int>> owned = std::make_unique<int>(3);
  EXPECT_THAT(owned, IsOkAndHolds(Pointee(3)));
  Result<std::vector<int>> many = std::vector<int>{1, 2};
  EXPECT_THAT(many, IsOkAndHolds(ElementsAre(1, 2)));
}

TEST(MatchersTest, AssertOkAndAssignMovesTheValueOut) {
  Result<std::unique_ptr<int>> owned = std::make_unique<int>(3);
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<int> pointer, std::move(owned));
  EXPECT_EQ(*pointer, 3);
}

TEST(MatchersTest, AFailedMatchPrintsTheErrorInWords) {
  ::testing::StringMatchResultListener listener;
  EXPECT_FALSE(::testing::ExplainMatchResult(IsOk(), Missing(), &listener));
  EXPECT_EQ(listener.str(), "NotFound: File is missing: path=a.csv. Check the path.");
  EXPECT_EQ(::testing::PrintToString(Missing()),
            "NotFound: File is missing: path=a.csv. Check the path.");
  EXPECT_THAT(DescribeMatcher<Status>(IsError(StatusCode::kNotFound, HasSubstr("a"))),
              HasSubstr("is NotFound whose text has substring \"a\""));
}

}  // namespace
}  // namespace tenon
