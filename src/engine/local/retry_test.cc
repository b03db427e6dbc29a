#include "engine/local/retry.h"

#include <future>
#include <thread>

#include "tenon/result.h"
#include "testing/matchers.h"

namespace tenon::engine {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using testing::IsError;

constexpr RetryRule kQuick{
    .max_attempts = 3, .first_delay = milliseconds(1), .longest_delay = milliseconds(2)};

TEST(RetryTest, OnlyUnavailableIsTriedAgainAndNotForEver) {
  EXPECT_TRUE(MayRetry(kQuick, Status::Unavailable("Server is away"), 1));
  EXPECT_TRUE(MayRetry(kQuick, Status::Unavailable("Server is away"), 2));
  EXPECT_FALSE(MayRetry(kQuick, Status::Unavailable("Server is away"), 3));
  for (const Status& error :
       {Status::InvalidArgument("x"), Status::DataError("x"), Status::Internal("x"),
        Status::Conflict("x"), Status::Cancelled("x"), Status::ResourceExhausted("x")}) {
    EXPECT_FALSE(MayRetry(kQuick, error, 1)) << error.ToString();
  }
}

TEST(RetryTest, TheDelayDoublesIsJitteredAndNeverBelowWhatWasAsked) {
  const RetryRule rule{
      .max_attempts = 9, .first_delay = milliseconds(100), .longest_delay = milliseconds(1000)};
  const Status error = Status::Unavailable("Server is away");
  for (int attempt = 1; attempt < 40; ++attempt) {
    const auto full = std::min(100LL << std::min(attempt - 1, 10), 1000LL);
    const auto delay = RetryDelay(rule, error, attempt).count();
    EXPECT_GE(delay, full / 2);
    EXPECT_LE(delay, full);
  }
  const Status slow =
      Status::Unavailable("Too many requests").WithRetry(Retry::kSlowDown, milliseconds(5000));
  EXPECT_EQ(RetryDelay(rule, slow, 1), milliseconds(5000));
}

TEST(RetryTest, APauseEndsWhenItIsStopped) {
  std::stop_source stop;
  std::future<Status> paused = std::async(
      std::launch::async, [&stop] { return Pause(milliseconds(600'000), stop.get_token()); });
  stop.request_stop();
  EXPECT_THAT(paused.get(), IsError(StatusCode::kCancelled, HasSubstr("cancelled")));
}

TEST(RetryTest, MakesTheCallAgainUntilItSucceeds) {
  int calls = 0;
  const Result<int> result = WithRetry(kQuick, {}, [&calls]() -> Result<int> {
    if (++calls < 3) return Status::Unavailable("Server is away");
    return 7;
  });
  EXPECT_EQ(calls, 3);
  EXPECT_EQ(result.value(), 7);
  const Status denied = WithRetry(kQuick, {}, [&calls] {
    ++calls;
    return Status::PermissionDenied("No");
  });
  EXPECT_EQ(calls, 4);
  EXPECT_THAT(denied, IsError(StatusCode::kPermissionDenied, HasSubstr("No")));
}

}  // namespace
}  // namespace tenon::engine
