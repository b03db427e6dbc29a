#include "job/placeholders.h"

#include "testing/matchers.h"

namespace tenon::job {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::IsErrorNumber;
using ::testing::Not;

std::string Fill(const std::string& text) {
  const auto value_of = [](std::string_view name) -> std::optional<Secret> {
    if (name == "user") return Secret("ada");
    if (name == "Password") return Secret("p${user}&/ä");
    return std::nullopt;
  };
  const Result<Secret> filled = FillPlaceholders(Secret(text), value_of);
  return filled.ok() ? std::string(filled->Reveal()) : filled.status().ToString();
}

TEST(PlaceholdersTest, AreFilledAsTheyAreAndOnce) {
  EXPECT_EQ(Fill("jdbc:x://h/d?user=${user}&password=${Password};end"),
            "jdbc:x://h/d?user=ada&password=p${user}&/ä;end");
  EXPECT_EQ(Fill("${user}${user}"), "adaada");
  EXPECT_EQ(Fill("no $ { here }"), "no $ { here }");
  EXPECT_EQ(Fill(""), "");
}

TEST(PlaceholdersTest, TheFirstThatCannotBeFilledIsNamedAndNothingElse) {
  const auto none = [](std::string_view) { return std::optional<Secret>(); };
  EXPECT_THAT(
      FillPlaceholders(Secret("canary${password}"), none),
      IsErrorNumber(1214, AllOf(HasSubstr("placeholder=password"), HasSubstr("told apart by case"),
                                Not(HasSubstr("canary")))));
  EXPECT_THAT(FillPlaceholders(Secret("a${canary"), none),
              IsErrorNumber(1214, AllOf(HasSubstr("(does not end)"), Not(HasSubstr("canary")))));
}

TEST(PlaceholdersTest, WithoutThemTheRestStays) {
  EXPECT_EQ(WithoutPlaceholders("a=${x}&b=${y}c"), "a=&b=c");
  EXPECT_EQ(WithoutPlaceholders("a${x"), "a${x");
}

}  // namespace
}  // namespace tenon::job
