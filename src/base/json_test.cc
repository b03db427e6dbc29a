#include "base/json.h"

#include "testing/matchers.h"

namespace tenon::base {
namespace {

using tenon::testing::IsError;
using tenon::testing::IsOk;
using tenon::testing::IsOkAndHolds;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(JsonTest, KeepsTheOrderOfMembersAndTheLastOfEqualNames) {
  ASSERT_OK_AND_ASSIGN(Json value, ParseJson(R"({"b":1,"a":[true,null],"b":2})"));
  EXPECT_EQ(DumpJson(value), R"({"b":2,"a":[true,null]})");
}

TEST(JsonTest, NamesTheByteOfASyntaxError) {
  EXPECT_THAT(ParseJson("{\"a\": 1,}"),
              IsError(StatusCode::kInvalidArgument,
                      AllOf(HasSubstr("Text is not JSON"), HasSubstr("byte=9"))));
  EXPECT_THAT(ParseJson(""), IsError(StatusCode::kInvalidArgument, HasSubstr("byte=1")));
  EXPECT_THAT(ParseJson("1e999"),
              IsError(StatusCode::kInvalidArgument, HasSubstr("cannot be read")));
}

TEST(JsonTest, RefusesDeepNestingBeforeParsing) {
  EXPECT_THAT(ParseJson(std::string(64, '[') + std::string(64, ']')), IsOk());
  EXPECT_THAT(ParseJson(std::string(65, '[') + std::string(65, ']')),
              IsError(StatusCode::kInvalidArgument, HasSubstr("max_depth=64")));
  EXPECT_THAT(ParseJson(std::string(1'000'000, '[')),
              IsError(StatusCode::kInvalidArgument, HasSubstr("deeply")));
  EXPECT_THAT(ParseJson("[\"" + std::string(100, '[') + "\\\"[\"]"), IsOk())
      << "brackets in text do not count";
}

TEST(JsonTest, DumpReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(DumpJson(Json("a\xFF")), "\"a\xEF\xBF\xBD\"");
}

TEST(JsonTest, ReadsMembersByType) {
  ASSERT_OK_AND_ASSIGN(
      Json value,
      ParseJson(R"({"s":"x","i":7,"t":"8","b":"TRUE","l":["p","q"],"o":{"n":1},"z":null})"));
  ASSERT_OK_AND_ASSIGN(JsonObject object, JsonObject::From(value));
  EXPECT_THAT(object.String("s"), IsOkAndHolds("x"));
  EXPECT_THAT(object.Integer("i"), IsOkAndHolds(7));
  EXPECT_THAT(object.Integer("t"), IsOkAndHolds(8)) << "Glue's scripts send numbers as text";
  EXPECT_THAT(object.Boolean("b"), IsOkAndHolds(true));
  EXPECT_THAT(object.Strings("l"), IsOkAndHolds(ElementsAre("p", "q")));
  EXPECT_THAT(object.StringOr("z", "none"), IsOkAndHolds("none")) << "null is absent";
  EXPECT_THAT(object.IntegerOr("none", 3), IsOkAndHolds(3));
  EXPECT_THAT(object.BooleanOr("none", true), IsOkAndHolds(true));
  ASSERT_OK_AND_ASSIGN(JsonObject inner, object.Object("o"));
  EXPECT_EQ(inner.path(), "$.o");
}

TEST(JsonTest, ErrorsNameThePlace) {
  ASSERT_OK_AND_ASSIGN(Json value,
                       ParseJson(R"({"a":{"n":"x"},"l":["p",3],"u":18446744073709551615})"));
  ASSERT_OK_AND_ASSIGN(JsonObject object, JsonObject::From(value));
  ASSERT_OK_AND_ASSIGN(JsonObject inner, object.Object("a"));
  const auto is = [](const char* words) {
    return IsError(StatusCode::kInvalidArgument, HasSubstr(words));
  };
  EXPECT_THAT(inner.Integer("n"),
              is("JSON value has another type: path=$.a.n wanted=integer is=string"));
  EXPECT_THAT(inner.Boolean("n"), is("path=$.a.n wanted=boolean"));
  EXPECT_THAT(inner.String("m"), is("JSON member is missing: path=$.a.m"));
  EXPECT_THAT(object.String("a"), is("path=$.a wanted=string is=object"));
  EXPECT_THAT(object.Strings("l"), is("path=$.l[1] wanted=string is=number"));
  EXPECT_THAT(object.Array("a"), is("wanted=array"));
  EXPECT_THAT(object.Integer("u"), is("64 bits"));
  EXPECT_THAT(JsonObject::From(value["l"], "$.l"), is("path=$.l wanted=object is=array"));
}

TEST(JsonTest, RefusesUnknownMembersWithTheNearestName) {
  ASSERT_OK_AND_ASSIGN(Json value, ParseJson(R"({"mapings":[]})"));
  ASSERT_OK_AND_ASSIGN(JsonObject object, JsonObject::From(value));
  EXPECT_THAT(object.RefuseOthers({"mappings", "info"}),
              IsError(StatusCode::kInvalidArgument,
                      AllOf(HasSubstr("path=$.mapings"), HasSubstr("Did you mean mappings?"))));
  EXPECT_THAT(object.RefuseOthers({"mapings"}), IsOk());
  EXPECT_THAT(object.RefuseOthers({"zzzzzzzzzzz"}),
              IsError(StatusCode::kInvalidArgument, HasSubstr("Known: zzzzzzzzzzz.")));
}

}  // namespace
}  // namespace tenon::base
