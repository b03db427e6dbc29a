#include "connectors/files/read/path_pattern.h"

#include <string>

#include "testing/matchers.h"

namespace tenon::files {
namespace {

using tenon::testing::IsError;
using ::testing::HasSubstr;

bool Matches(const std::string& pattern, const std::string& path) {
  Result<PathPattern> parsed = PathPattern::Parse(pattern);
  EXPECT_TRUE(parsed.ok()) << pattern;
  return parsed.ok() && parsed->Matches(path);
}

TEST(PathPatternTest, StarsStayInOneLevelAndDoubleStarsDoNot) {
  EXPECT_TRUE(Matches("*.csv", "a.csv"));
  EXPECT_FALSE(Matches("*.csv", "x/a.csv"));
  EXPECT_TRUE(Matches("*/*.csv", "x/a.csv"));
  EXPECT_TRUE(Matches("**.csv", "a.csv"));
  EXPECT_TRUE(Matches("**.csv", "x/y/a.csv"));
  EXPECT_TRUE(Matches("x/**", "x/y/z"));
  EXPECT_FALSE(Matches("x/**", "y/x/z"));
  EXPECT_TRUE(Matches("**/z", "x/y/z"));
  EXPECT_TRUE(Matches("*", ".hidden"));
  EXPECT_TRUE(Matches("*a", "a"));
  EXPECT_TRUE(Matches("**", "a/b"));
}

TEST(PathPatternTest, QuestionMarksClassesGroupsAndEscapes) {
  EXPECT_TRUE(Matches("a?c", "abc"));
  EXPECT_FALSE(Matches("a?c", "a/c"));
  EXPECT_TRUE(Matches("[a-c]x", "bx"));
  EXPECT_FALSE(Matches("[!a-c]x", "bx"));
  EXPECT_TRUE(Matches("[!a-c]x", "dx"));
  EXPECT_FALSE(Matches("[!a]x", "/x"));
  EXPECT_TRUE(Matches("[]]x", "]x"));
  EXPECT_TRUE(Matches("*.{csv,json}", "a.json"));
  EXPECT_FALSE(Matches("*.{csv,json}", "a.txt"));
  EXPECT_TRUE(Matches("{a,b}{c,d}", "bd"));
  EXPECT_TRUE(Matches("a\\*", "a*"));
  EXPECT_FALSE(Matches("a\\*", "ab"));
  EXPECT_TRUE(Matches("\\{a\\}", "{a}"));
}

TEST(PathPatternTest, WhatIsMalformedIsNamed) {
  EXPECT_THAT(PathPattern::Parse("[a"),
              IsError(StatusCode::kInvalidArgument, HasSubstr("has a [ without ]: pattern=[a")));
  EXPECT_THAT(PathPattern::Parse("{a"),
              IsError(StatusCode::kInvalidArgument, HasSubstr("has a { without }")));
  EXPECT_THAT(PathPattern::Parse("{a,{b}}"),
              IsError(StatusCode::kInvalidArgument, HasSubstr("has a { inside { }")));
  EXPECT_THAT(
      PathPattern::Parse(std::string(20, 'x') + "{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}"),
      IsError(StatusCode::kInvalidArgument, HasSubstr("too many alternatives")));
}

TEST(PathPatternTest, AFolderIsEnteredOnlyWhenSomethingBelowItMayMatch) {
  const auto below = [](const std::string& pattern, const std::string& folder) {
    return PathPattern::Parse(pattern).value().MatchesBelow(folder);
  };
  EXPECT_TRUE(below("year=*/part.json", "year=2024"));
  EXPECT_FALSE(below("year=*/part.json", "month=1"));
  EXPECT_FALSE(below("year=*", "year=2024"));
  EXPECT_TRUE(below("**/x", "a/b/c"));
  EXPECT_TRUE(below("a/**", "a"));
  EXPECT_FALSE(below("a/**", "b"));
  EXPECT_TRUE(below("{a,b}/[x-z]", "b"));
  EXPECT_FALSE(below("{a,b}/[x-z]", "c"));
}

TEST(PathPatternTest, TheFoldersBeforeTheFirstPatternAreFixed) {
  EXPECT_FALSE(PathPattern::IsPattern("/data/orders=1/a.json"));
  for (const char* const text : {"/a*", "/a?", "/[a]", "/{a}", "/a\\*"}) {
    EXPECT_TRUE(PathPattern::IsPattern(text)) << text;
  }
  EXPECT_EQ(PathPattern::FixedFolderBytes("/data/year=*/x"), 6u);
  EXPECT_EQ(PathPattern::FixedFolderBytes("/*"), 1u);
  EXPECT_EQ(PathPattern::FixedFolderBytes("/a/b\\*c/d"), 3u);
}

TEST(PathPatternTest, ManyStarsTakeNoExponentialTime) {
  std::string pattern;
  for (int i = 0; i < 50; ++i) pattern += "*a";
  EXPECT_FALSE(Matches(pattern, std::string(2000, 'a') + "b"));
}

}  // namespace
}  // namespace tenon::files
