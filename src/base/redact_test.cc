#include "base/redact.h"

#include "testing/matchers.h"

namespace tenon::base {
namespace {

TEST(RedactTest, ReplacesKnownValuesWhereverTheyStand) {
  Redactor redactor;
  redactor.AddSecret("hunter2");
  redactor.AddSecret("hunter2-longer");
  EXPECT_EQ(redactor.Redact("a hunter2 b xhunter2y"), "a *** b x***y");
  EXPECT_EQ(redactor.Redact("is hunter2-longer"), "is ***") << "the longer one first";
}

TEST(RedactTest, ReplacesEncodedForms) {
  Redactor redactor;
  redactor.AddSecret("p@ss\"w/d");
  EXPECT_EQ(redactor.Redact("GET /?x=p%40ss%22w%2Fd"), "GET /?x=***");
  EXPECT_EQ(redactor.Redact(R"({"x":"p@ss\"w/d"})"), R"({"x":"***"})");
}

TEST(RedactTest, ReplacesBase64WhereverTheValueBegins) {
  Redactor redactor;
  redactor.AddSecret("canary-0123456789");
  // Of "canary-0123456789", "u:canary-0123456789" and "ada:canary-0123456789!": a digit at an end holds bits of others.
  EXPECT_EQ(redactor.Redact("Y2FuYXJ5LTAxMjM0NTY3ODk="), "***k=");
  EXPECT_EQ(redactor.Redact("dTpjYW5hcnktMDEyMzQ1Njc4OQ=="), "dTp***Q==");
  EXPECT_EQ(redactor.Redact("YWRhOmNhbmFyeS0wMTIzNDU2Nzg5IQ=="), "YWRhOm***IQ==");
  redactor.AddSecret("\xfb\xff\xbe more of it");
  EXPECT_EQ(redactor.Redact("x=-_--IG1vcmUgb2YgaXQ"), "x=***Q") << "the digits of URLs";
}

TEST(RedactTest, FindsWhatItWouldTakeOut) {
  using ::testing::ElementsAre;
  EXPECT_THAT(SecretsIn("jdbc:x://ada:one@db/x?password=two&user=ada"), ElementsAre("two", "one"));
  EXPECT_THAT(SecretsIn("jdbc:x://db/x?user=ada&passwort=x"), ElementsAre());
  EXPECT_THAT(SecretsIn("password=***"), ElementsAre());
}

TEST(RedactTest, LeavesVeryShortValuesAlone) {
  Redactor redactor;
  redactor.AddSecret("a");
  redactor.AddSecret("");
  EXPECT_EQ(redactor.Redact("a banana"), "a banana");
  EXPECT_EQ(redactor.Redact("password=a"), "password=***");
}

TEST(RedactTest, ReplacesWhatFollowsASecretKey) {
  const Redactor redactor;
  struct Row {
    const char* in;
    const char* out;
  };
  const Row kRows[] = {
      {"user=ada password=hunter2 db=x", "user=ada password=*** db=x"},
      {"?password=a%20b&user=ada", "?password=***&user=ada"},
      {R"({"password": "a b", "user": "ada"})", R"({"password": "***", "user": "ada"})"},
      {R"({"secretKey":"a\"b","n":1})", R"({"secretKey":"***","n":1})"},
      {"aws_session_token='x y' z", "aws_session_token='***' z"},
      {"Authorization: Bearer abc.def rest", "Authorization: *** rest"},
      {"apiKey=1,pwd=2;token=3", "apiKey=***,pwd=***;token=***"},
      {"tokens=3 secretary=4 password", "tokens=3 secretary=4 password"},
      {"password=", "password="},
  };
  for (const Row& row : kRows) EXPECT_EQ(redactor.Redact(row.in), row.out);
}

TEST(RedactTest, ReplacesPasswordsInUrls) {
  const Redactor redactor;
  EXPECT_EQ(redactor.Redact("jdbc:postgresql://ada:hun:ter@db:5432/x"),
            "jdbc:postgresql://ada:***@db:5432/x");
  EXPECT_EQ(redactor.Redact("http://db/x?mail=a@b:c"), "http://db/x?mail=a@b:c");
  EXPECT_EQ(redactor.Redact("a http://u:p@h b http://v:q@i"), "a http://u:***@h b http://v:***@i");
  EXPECT_EQ(redactor.Redact("http://u@h"), "http://u@h");
}

TEST(RedactTest, TakesSecretOptionsAndCleansAStatus) {
  Options options;
  options.Set("user", "visible").SetSecret("password", Secret("canary-1"));
  Redactor redactor;
  redactor.AddSecrets(options);
  const Status status =
      redactor.Redact(Status::Unavailable("no canary-1")
                          .WithHint("try canary-1.")
                          .WithNumber(5001)
                          .WithWhere("url=canary-1")
                          .WithRetry(Retry::kSlowDown, std::chrono::milliseconds(7)));
  EXPECT_EQ(status.ToString(), "Unavailable: no *** (url=***). try ***.");
  EXPECT_EQ(status.number(), 5001);
  EXPECT_EQ(status.retry(), Retry::kSlowDown);
  EXPECT_EQ(status.retry_after(), std::chrono::milliseconds(7));
  EXPECT_EQ(redactor.Redact("visible"), "visible");
  EXPECT_TRUE(redactor.HoldsSecret("x canary-1 y"));
  EXPECT_FALSE(redactor.HoldsSecret("x canary y"));
}

}  // namespace
}  // namespace tenon::base
