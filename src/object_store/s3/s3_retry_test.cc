#include "object_store/s3/s3_retry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tenon::object_store {
namespace {

using std::chrono::milliseconds;

std::string ErrorBody(const std::string& code) {
  return "<?xml version=\"1.0\"?><Error><Code>" + code +
         "</Code><Message>m\nn</Message><Region>eu-west-1</Region></Error>";
}

S3Answer AnswerOf(int status, std::string body = "",
                  std::vector<std::pair<std::string, std::string>> headers = {}) {
  return ReadAnswer({.status = status, .headers = std::move(headers), .body = std::move(body)});
}

TEST(S3RetryTest, ReadsAnErrorAlsoInsideASuccess) {
  const S3Answer answer = AnswerOf(200, "  " + ErrorBody("InternalError"));
  EXPECT_EQ(answer.code, "InternalError");
  EXPECT_EQ(answer.message, "m\\x0An");
  EXPECT_EQ(answer.region, "eu-west-1");
  EXPECT_TRUE(AnswerOf(200, "<ListBucketResult/>").ok());
  EXPECT_EQ(AnswerOf(404).code, "NotFound");
  EXPECT_EQ(AnswerOf(502, "<html>bad</html>").code, "ServerError");
  EXPECT_EQ(AnswerOf(404, "not XML").code, "NotFound");
}

TEST(S3RetryTest, JudgesEveryKindOfAnswer) {
  const std::pair<S3Answer, Verdict> cases[] = {
      {AnswerOf(200), Verdict::kDone},
      {AnswerOf(404, ErrorBody("NoSuchKey")), Verdict::kDone},
      {AnswerOf(403, ErrorBody("AccessDenied")), Verdict::kDone},
      {AnswerOf(412), Verdict::kDone},
      {AnswerOf(501), Verdict::kDone},
      {AnswerOf(507), Verdict::kDone},
      {AnswerOf(503, ErrorBody("ServiceQuotaExceeded")), Verdict::kDone},
      {AnswerOf(500), Verdict::kAgain},
      {AnswerOf(504), Verdict::kAgain},
      {AnswerOf(200, ErrorBody("InternalError")), Verdict::kAgain},
      {AnswerOf(400, ErrorBody("RequestTimeout")), Verdict::kAgain},
      {AnswerOf(400, ErrorBody("BadDigest")), Verdict::kAgain},
      {AnswerOf(409, ErrorBody("ConditionalRequestConflict")), Verdict::kAgain},
      {AnswerOf(503), Verdict::kSlower},
      {AnswerOf(503, ErrorBody("SlowDown")), Verdict::kSlower},
      {AnswerOf(429), Verdict::kSlower},
      {AnswerOf(200, ErrorBody("SlowDown")), Verdict::kSlower},
      {AnswerOf(403, ErrorBody("RequestTimeTooSkewed")), Verdict::kClock},
      {AnswerOf(400, ErrorBody("ExpiredToken")), Verdict::kCredentials},
      {AnswerOf(301), Verdict::kElsewhere},
      {AnswerOf(307), Verdict::kElsewhere},
      {AnswerOf(400, ErrorBody("AuthorizationHeaderMalformed")), Verdict::kElsewhere},
      {AnswerOf(400, "<Error><Code>AuthorizationHeaderMalformed</Code></Error>"), Verdict::kDone},
  };
  for (const auto& [answer, verdict] : cases) {
    EXPECT_EQ(JudgeAnswer(answer), verdict) << answer.reply.status << " " << answer.code;
  }
}

TEST(S3RetryTest, ABrokenConnectionPassesAndAWrongCertificateDoesNot) {
  for (const HttpFault fault :
       {HttpFault::kConnect, HttpFault::kLost, HttpFault::kTimeout, HttpFault::kTruncated}) {
    EXPECT_EQ(JudgeFailure({.fault = fault}), Verdict::kAgain);
  }
  EXPECT_EQ(JudgeFailure({.fault = HttpFault::kCancelled}), Verdict::kCancelled);
  EXPECT_EQ(JudgeFailure({.fault = HttpFault::kTls}), Verdict::kNever);
  EXPECT_EQ(JudgeFailure({.fault = HttpFault::kOther}), Verdict::kNever);
}

TEST(S3RetryTest, PausesGrowAreRandomAndHaveAnEnd) {
  const RetryPolicy policy;
  const milliseconds none{0};
  EXPECT_EQ(policy.PauseBefore(1, false, 0.5, none), milliseconds(50));
  EXPECT_EQ(policy.PauseBefore(3, false, 0.5, none), milliseconds(200));
  EXPECT_EQ(policy.PauseBefore(1, true, 0.5, none), milliseconds(250));
  EXPECT_EQ(policy.PauseBefore(4, false, 0, none), none);
  EXPECT_LE(policy.PauseBefore(60, true, 0.999, none), policy.most);
  EXPECT_EQ(policy.PauseBefore(1, false, 0.5, milliseconds(3000)), milliseconds(3000));
  EXPECT_EQ(policy.PauseBefore(1, false, 0.5, milliseconds(3'000'000)), policy.most);
}

TEST(S3RetryTest, ReadsHowLongTheStoreWantsToBeLeft) {
  EXPECT_EQ(RetryAfter({.headers = {{"retry-after", "7"}}}), milliseconds(7000));
  EXPECT_EQ(RetryAfter({.headers = {{"retry-after", "-7"}}}), milliseconds(0));
  EXPECT_EQ(RetryAfter({.headers = {{"retry-after", "Sun"}}}), milliseconds(0));
  EXPECT_EQ(RetryAfter({}), milliseconds(0));
}

}  // namespace
}  // namespace tenon::object_store
