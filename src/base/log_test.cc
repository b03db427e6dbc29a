#include "base/log.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "testing/matchers.h"

namespace tenon::base {
namespace {

using tenon::testing::IsError;
using tenon::testing::IsOkAndHolds;
using ::testing::HasSubstr;

std::string Slurp(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

class LogTest : public ::testing::Test {
 protected:
  void SetUp() override {
    file_ = ::testing::TempDir() + "/log_test_" +
            ::testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove(file_);
  }
  Redactor redactor_;
  std::string file_;
};

TEST_F(LogTest, WritesOneTextLineWithTheRun) {
  ASSERT_OK_AND_ASSIGN(auto logger, Logger::Make({.run = "r-1", .to_stderr = false}, redactor_));
  EXPECT_EQ(logger->FormatLine(LogLevel::kWarning, "two\nlines", 1'500'000),
            "1970-01-01T00:00:01.500Z WARNING run=r-1 two\\nlines");
}

TEST_F(LogTest, WritesOneJsonObjectALine) {
  ASSERT_OK_AND_ASSIGN(
      auto logger,
      Logger::Make({.format = LogFormat::kJson, .run = "r-1", .to_stderr = false}, redactor_));
  EXPECT_EQ(
      logger->FormatLine(LogLevel::kInfo, "a \"b\"\n", 0),
      R"({"time":"1970-01-01T00:00:00.000Z","level":"info","run":"r-1","message":"a \"b\"\n"})");
}

TEST_F(LogTest, TakesSecretsOut) {
  redactor_.AddSecret("canary-7");
  ASSERT_OK_AND_ASSIGN(auto logger, Logger::Make({.to_stderr = false, .file = file_}, redactor_));
  logger->Info("value canary-7 password=x1");
  EXPECT_THAT(Slurp(file_), HasSubstr("value *** password=***"));
}

TEST_F(LogTest, DropsLowerLevels) {
  ASSERT_OK_AND_ASSIGN(
      auto logger,
      Logger::Make({.to_stderr = false, .file = file_, .file_level = LogLevel::kWarning},
                   redactor_));
  EXPECT_FALSE(logger->Wants(LogLevel::kInfo));
  logger->Info("low");
  logger->Error("high");
  EXPECT_EQ(Split(Slurp(file_), '\n').size(), 2u);
  EXPECT_THAT(Slurp(file_), HasSubstr("ERROR   high"));
}

TEST_F(LogTest, LinesOfManyThreadsStayWhole) {
  ASSERT_OK_AND_ASSIGN(
      auto logger,
      Logger::Make({.format = LogFormat::kJson, .to_stderr = false, .file = file_}, redactor_));
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&logger] {
      for (int i = 0; i < 200; ++i) logger->Info(std::string(100, 'x'));
    });
  }
  for (std::thread& thread : threads) thread.join();
  const std::string text = Slurp(file_);
  const std::vector<std::string_view> lines = Split(text, '\n');
  ASSERT_EQ(lines.size(), 801u);
  for (size_t i = 0; i < 800; ++i) EXPECT_TRUE(ParseJson(lines[i]).ok());
}

TEST_F(LogTest, AFileThatCannotBeOpenedIsNamed) {
  EXPECT_THAT(Logger::Make({.to_stderr = false, .file = "/nowhere/x.log"}, redactor_),
              IsError(StatusCode::kNotFound, HasSubstr("/nowhere/x.log")));
}

TEST_F(LogTest, LevelsHaveNames) {
  EXPECT_THAT(ParseLogLevel(" Warning"), IsOkAndHolds(LogLevel::kWarning));
  EXPECT_THAT(ParseLogLevel("loud"),
              IsError(StatusCode::kInvalidArgument,
                      HasSubstr("level=loud. Known: debug, info, warning, error.")));
}

}  // namespace
}  // namespace tenon::base
