#include "tenon/options.h"

#include <utility>

#include "testing/matchers.h"

namespace tenon {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IsError;
using testing::IsOkAndHolds;

TEST(OptionsTest, NamesIgnoreCaseAndKeepTheirSpelling) {
  Options options;
  options.Set("dbTable", "orders").Set("User", "ada").Set("DBTABLE", "persons");
  EXPECT_THAT(options.Get("dbtable"), IsOkAndHolds("persons"));
  EXPECT_THAT(options.names(), ElementsAre("dbTable", "User"));
  EXPECT_TRUE(options.Has("USER"));
  options.Remove("user");
  EXPECT_FALSE(options.Has("User"));
  EXPECT_EQ(options.size(), 1u);
}

TEST(OptionsTest, AnAbsentOptionIsNotFound) {
  Options options;
  EXPECT_THAT(options.Get("url"), IsError(StatusCode::kNotFound, HasSubstr("option=url")));
  EXPECT_THAT(options.GetSecret("url"), IsError(StatusCode::kNotFound, HasSubstr("option=url")));
  EXPECT_THAT(options.GetOr("url", "none"), IsOkAndHolds("none"));
}

TEST(OptionsTest, ASecretValueIsReadOnlyAsASecret) {
  Options options;
  options.SetSecret("url", Secret("jdbc:x://u:canary@h/db"));
  EXPECT_TRUE(options.IsSecret("URL"));
  const Status refused = options.Get("url").status();
  EXPECT_THAT(refused, IsError(StatusCode::kInvalidArgument, HasSubstr("Read it with GetSecret.")));
  EXPECT_EQ(refused.ToString().find("canary"), std::string::npos);
  EXPECT_THAT(options.GetOr("url", "x"),
              IsError(StatusCode::kInvalidArgument, HasSubstr("option=url")));
  ASSERT_OK_AND_ASSIGN(Secret secret, options.GetSecret("url"));
  EXPECT_EQ(secret.Reveal(), "jdbc:x://u:canary@h/db");
}

TEST(OptionsTest, TextForLogsHidesSecrets) {
  Options options;
  options.Set("rows", "10").SetSecret("password", Secret("canary"));
  EXPECT_EQ(options.ToString(), "rows=10 password=***");
  options.Set("password", "plain");
  EXPECT_FALSE(options.IsSecret("password"));
}

TEST(SecretTest, MovesAndCopiesOwnTheirText) {
  Secret first("canary");
  Secret copy = first;
  Secret moved = std::move(first);
  EXPECT_EQ(copy.Reveal(), "canary");
  EXPECT_EQ(moved.Reveal(), "canary");
  EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move): that is what is tested.
  copy = moved;
  copy = *&copy;
  EXPECT_EQ(copy.Reveal(), "canary");
  moved = Secret();
  EXPECT_TRUE(moved.empty());
}

TEST(SecretTest, AMovedFromShortSecretLeavesNoBytes) {
  Secret first("canary");
  const char* memory = first.Reveal().data();
  Secret moved = std::move(first);
  // The memory still belongs to `first`: short text lives in the object.
  EXPECT_EQ(std::string_view(memory, 6).find("canary"), std::string_view::npos);
}

}  // namespace
}  // namespace tenon
