#include "tenon/status.h"

#include <set>
#include <string>
#include <utility>

#include "tenon/result.h"
#include "testing/matchers.h"

namespace tenon {
namespace {

using tenon::testing::IsError;
using tenon::testing::IsOk;

TEST(StatusTest, OkIsOnePointerWithNothingInIt) {
  Status status;
  EXPECT_THAT(status, IsOk());
  EXPECT_EQ(sizeof(Status), sizeof(void*));
  EXPECT_EQ(status.message(), "");
  EXPECT_EQ(status.hint(), "");
  EXPECT_EQ(status.where(), "");
  EXPECT_EQ(status.number(), 0);
  EXPECT_EQ(status.retry(), Retry::kNo);
  EXPECT_EQ(status.ToString(), "Ok");
}

TEST(StatusTest, AnOkCodeWithTextIsOk) { EXPECT_THAT(Status(StatusCode::kOk, "ignored"), IsOk()); }

TEST(StatusTest, TextReadsCodeMessagePlaceHint) {
  Status status = Status::InvalidArgument("Column is not in the source: column=usr_id")
                      .WithHint("Did you mean user_id?")
                      .WithWhere("partition=3")
                      .WithWhere("connector=files");
  EXPECT_EQ(
      status.ToString(),
      "InvalidArgument: Column is not in the source: column=usr_id (connector=files partition=3). "
      "Did you mean user_id?");
}

TEST(StatusTest, EveryCodeHasANameOfItsOwn) {
  std::set<std::string> names;
  for (int code = 0; code <= static_cast<int>(StatusCode::kResourceExhausted); ++code) {
    names.emplace(StatusCodeName(static_cast<StatusCode>(code)));
  }
  EXPECT_EQ(names.size(), 12u);
  EXPECT_EQ(StatusCodeName(static_cast<StatusCode>(99)), "Unknown");
}

TEST(StatusTest, DecorationLeavesOkAsItIs) {
  Status status = Status::Ok().WithHint("h").WithNumber(1).WithRetry(Retry::kAgain).WithWhere("w");
  EXPECT_THAT(status, IsOk());
  EXPECT_EQ(status.ToString(), "Ok");
}

TEST(StatusTest, ACopyOwnsItsText) {
  Status first = Status::Unavailable("Server is busy")
                     .WithRetry(Retry::kSlowDown, std::chrono::milliseconds(20));
  Status second = first;
  first = Status::Ok();
  EXPECT_EQ(second.message(), "Server is busy");
  EXPECT_EQ(second.retry(), Retry::kSlowDown);
  EXPECT_EQ(second.retry_after(), std::chrono::milliseconds(20));
  const Status& alias = second;
  second = alias;
  EXPECT_EQ(second.message(), "Server is busy");
}

TEST(StatusTest, AnEmptyPlaceAddsNothing) {
  EXPECT_EQ(Status::Internal("broken").WithWhere("").where(), "");
}

Status ReturnsEarly(bool* reached) {
  TENON_RETURN_IF_ERROR(Status::Ok());
  TENON_RETURN_IF_ERROR(Status::Cancelled("stopped"));
  *reached = true;
  return Status::Ok();
}

TEST(StatusTest, ReturnIfErrorLeavesAtTheFirstError) {
  bool reached = false;
  EXPECT_THAT(ReturnsEarly(&reached), IsError(StatusCode::kCancelled, "Cancelled: stopped"));
  EXPECT_FALSE(reached);
}

TEST(ResultTest, AnOkStatusIsNoValue) {
  Result<int> result = Status::Ok();
  EXPECT_THAT(result,
              IsError(StatusCode::kInternal, ::testing::HasSubstr("made from an ok Status")));
}

TEST(ResultDeathTest, TakingAValueThatIsNotThereEndsTheProgram) {
  Result<int> result = Status::NotFound("nothing");
  EXPECT_DEATH(result.value(), "");
}

Result<int> Sum(Result<int> left, Result<int> right) {
  TENON_ASSIGN_OR_RETURN(int a, std::move(left));
  TENON_ASSIGN_OR_RETURN(int b, std::move(right));
  return a + b;
}

TEST(ResultTest, AssignOrReturnMovesTheValueOrLeavesWithTheError) {
  EXPECT_THAT(Sum(1, 2), tenon::testing::IsOkAndHolds(3));
  EXPECT_THAT(Sum(1, Status::DataError("bad")), IsError(StatusCode::kDataError, "DataError: bad"));
}

}  // namespace
}  // namespace tenon
