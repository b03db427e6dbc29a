#include "base/error_catalog.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include "testing/matchers.h"

namespace tenon::base {
namespace {

using ::testing::HasSubstr;

TEST(ErrorCatalogTest, IsSortedAndEveryEntryIsWhole) {
  std::set<std::string_view> names;
  int last = 0;
  for (const ErrorEntry& entry : ErrorCatalog()) {
    EXPECT_GT(entry.number, last);
    last = entry.number;
    EXPECT_TRUE(names.insert(entry.name).second) << entry.name;
    EXPECT_FALSE(entry.title.empty() || entry.title.ends_with('.')) << entry.name;
    EXPECT_TRUE(entry.explanation.ends_with('.')) << entry.name;
    // Sentences end with a full stop or colon and a blank: 2 to 6 of them.
    int sentences = 1;
    for (size_t at = entry.explanation.find(". "); at != std::string_view::npos;
         at = entry.explanation.find(". ", at + 1)) {
      ++sentences;
    }
    EXPECT_GE(sentences, 2) << entry.name;
    EXPECT_LE(sentences, 6) << entry.name;
    EXPECT_EQ(FindError(entry.number), &entry);
  }
  EXPECT_EQ(FindError(1), nullptr);
  EXPECT_EQ(FindError(9999), nullptr);
}

TEST(ErrorCatalogTest, TheDocumentIsTheCatalogue) {
  std::ifstream stream(TENON_SOURCE_FOLDER "/docs/errors.md", std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(stream), {});
  if (const char* update = std::getenv("TENON_UPDATE_DOCS"); update != nullptr) {
    std::ofstream(TENON_SOURCE_FOLDER "/docs/errors.md", std::ios::binary) << ErrorsMarkdown();
    GTEST_SKIP() << "docs/errors.md was written anew";
  }
  EXPECT_TRUE(text == ErrorsMarkdown())
      << "Run this test with TENON_UPDATE_DOCS=1 and commit docs/errors.md";
}

TEST(ErrorCatalogTest, EveryConstantOfTheHeaderIsAnEntryOfThatName) {
  std::ifstream stream(TENON_SOURCE_FOLDER "/src/base/error_catalog.h", std::ios::binary);
  size_t constants = 0;
  for (std::string line; std::getline(stream, line);) {
    constexpr std::string_view kBegin = "inline constexpr int kErr";
    if (!line.starts_with(kBegin)) continue;
    ++constants;
    const size_t equal = line.find(" = ");
    ASSERT_NE(equal, std::string::npos) << line;
    const ErrorEntry* entry = FindError(std::stoi(line.substr(equal + 3)));
    ASSERT_NE(entry, nullptr) << line;
    EXPECT_EQ(entry->name, line.substr(kBegin.size(), equal - kBegin.size()));
  }
  EXPECT_EQ(constants, ErrorCatalog().size());
}

TEST(ErrorCatalogTest, ExitCodesComeFromTheNumberElseFromTheCode) {
  EXPECT_EQ(ExitCodeOf(Status::Ok()), ExitCode::kOk);
  EXPECT_EQ(ExitCodeOf(Status::DataError("x").WithNumber(kErrTooManyBadRows)), ExitCode::kBadRows);
  EXPECT_EQ(ExitCodeOf(Status::DataError("x")), ExitCode::kJobFailed);
  EXPECT_EQ(ExitCodeOf(Status::DataError("x").WithNumber(1999)), ExitCode::kJobFailed);
  EXPECT_EQ(ExitCodeOf(Status::Unavailable("x").WithNumber(kErrOutcomeUnknown)),
            ExitCode::kOutcomeUnknown);
  EXPECT_EQ(ExitCodeOf(Status::Internal("x").WithNumber(kErrEndedWithoutCommit)),
            ExitCode::kInternal)
      << "a warning's number never makes an error look like success";
}

TEST(ErrorCatalogTest, EveryCodeHasAnExitCode) {
  for (int code = 1; code <= 11; ++code) {
    EXPECT_NE(ExitCodeOf(Status(static_cast<StatusCode>(code), "x")), ExitCode::kOk) << code;
  }
  EXPECT_EQ(ExitCodeOf(StatusCode::kInvalidArgument), ExitCode::kUsage);
  EXPECT_EQ(ExitCodeOf(StatusCode::kCancelled), ExitCode::kInterrupted);
  EXPECT_EQ(ExitCodeOf(StatusCode::kConflict), ExitCode::kConflict);
  EXPECT_EQ(ExitCodeOf(StatusCode::kResourceExhausted), ExitCode::kEnvironment);
  EXPECT_EQ(ExitCodeOf(StatusCode::kPermissionDenied), ExitCode::kConnection);
  EXPECT_EQ(ExitCodeOf(static_cast<StatusCode>(99)), ExitCode::kInternal);
}

TEST(ErrorCatalogTest, NamesGoBothWays) {
  EXPECT_EQ(ErrorName(1001), "TN1001");
  EXPECT_EQ(ParseErrorName("TN1001"), 1001);
  EXPECT_EQ(ParseErrorName("tn1001"), 1001);
  EXPECT_EQ(ParseErrorName("1001"), 1001);
  EXPECT_EQ(ParseErrorName("TN10x1"), 0);
  EXPECT_EQ(ParseErrorName(""), 0);
}

TEST(ErrorCatalogTest, HelpSaysTitleExplanationAndExitCode) {
  const std::string help = ErrorHelp(*FindError(kErrUnknownOption));
  EXPECT_THAT(help, HasSubstr("TN1001: Option is not known\n\n"));
  EXPECT_THAT(help, HasSubstr("Exit code: 2\n"));
  EXPECT_THAT(ErrorHelp(*FindError(kErrFrameBeforeCommit)), HasSubstr("A warning"));
}

}  // namespace
}  // namespace tenon::base
