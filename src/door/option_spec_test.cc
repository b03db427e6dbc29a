#include "tenon/option_spec.h"

#include <string>
#include <vector>

#include "door/json_text.h"
#include "testing/matchers.h"

namespace tenon {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IsError;
using testing::IsOkAndHolds;

struct Settings {
  int64_t rows = 0;
  double share = 0.5;
  bool strict = true;
  std::string mode = "fast";
  Secret password;
  std::vector<std::string> columns = {"a", "b"};
  std::optional<int64_t> limit;
};

const OptionSpec<Settings>& Spec() {
  static const auto spec =
      OptionSpec<Settings>()
          .Add("rows", &Settings::rows,
               {.help = "How many rows.", .required = true, .minimum = 0, .maximum = 1000})
          .Add("share", &Settings::share, {.help = "A \"share\".", .minimum = 0, .maximum = 1})
          .Add("strict", &Settings::strict, {})
          .Add("mode", &Settings::mode, {.choices = {"fast", "careful"}})
          .Add("password", &Settings::password, {})
          .Add("columns", &Settings::columns, {})
          .Add("limit", &Settings::limit, {.minimum = 1});
  return spec;
}

Options With(const char* name, const char* value) {
  Options options;
  options.Set("rows", "10").Set(name, value);
  return options;
}

TEST(OptionSpecTest, ReadsEveryKind) {
  Options options;
  options.Set("ROWS", " 10 ").Set("share", "0.25").Set("strict", "False").Set("mode", "CAREFUL");
  options.SetSecret("password", Secret("canary"))
      .Set("columns", R"(["x","y, z"])")
      .Set("limit", "3");
  ASSERT_OK_AND_ASSIGN(Settings settings, Spec().Parse(options));
  EXPECT_EQ(settings.rows, 10);
  EXPECT_EQ(settings.share, 0.25);
  EXPECT_FALSE(settings.strict);
  EXPECT_EQ(settings.mode, "careful");  // As the rule spells it.
  EXPECT_EQ(settings.password.Reveal(), "canary");
  EXPECT_THAT(settings.columns, ElementsAre("x", "y, z"));
  EXPECT_EQ(settings.limit, 3);
}

TEST(OptionSpecTest, AbsentOptionsKeepTheirDefaults) {
  Options options;
  options.Set("rows", "1");
  ASSERT_OK_AND_ASSIGN(Settings settings, Spec().Parse(options));
  EXPECT_EQ(settings.mode, "fast");
  EXPECT_FALSE(settings.limit.has_value());
}

TEST(OptionSpecTest, ListsMayHaveCommasInPlaceOfJson) {
  ASSERT_OK_AND_ASSIGN(Settings settings, Spec().Parse(With("columns", "x, y ,z")));
  EXPECT_THAT(settings.columns, ElementsAre("x", "y", "z"));
  EXPECT_THAT(
      Spec().Parse(With("columns", "[\"x\"")),
      IsError(StatusCode::kInvalidArgument, HasSubstr("not a list of texts: option=columns")));
}

TEST(OptionSpecTest, WrongOptionsAreNamedWithWhatIsNear) {
  const auto wrong = [](const char* name, const char* value, const char* text) {
    EXPECT_THAT(Spec().Parse(With(name, value)),
                IsError(StatusCode::kInvalidArgument, HasSubstr(text)));
  };
  wrong("row", "10", "Option is not known: option=row. Did you mean rows?");
  wrong("db_table", "x", "Known options: rows, share, strict, mode, password, columns, limit.");
  wrong("rows", "x", "Option is not a whole number: option=rows value=x");
  wrong("rows", "1.5", "Option is not a whole number: option=rows value=1.5");
  wrong("rows", "", "Option is not a whole number: option=rows value=");
  wrong("rows", "99999999999999999999", "Option is out of range: option=rows");
  wrong("rows", "-1", "Option is below its minimum: option=rows value=-1 minimum=0");
  wrong("rows", "1001", "Option is above its maximum: option=rows value=1001 maximum=1000");
  wrong("share", "nan", "Option is not a number: option=share value=nan");
  wrong("strict", "1", "Option is neither true nor false: option=strict value=1");
  wrong("mode", "carefull",
        "none of its allowed values: option=mode value=carefull. Did you mean careful? "
        "Allowed: fast, careful.");
  EXPECT_THAT(Spec().Parse(Options()),
              IsError(StatusCode::kInvalidArgument,
                      HasSubstr("required and missing: option=rows. How many rows.")));
}

TEST(OptionSpecTest, ASecretValueIsNeverShown) {
  Options options;
  options.SetSecret("rows", Secret("canary"));
  const std::string text = Spec().Parse(options).status().ToString();
  EXPECT_THAT(text, HasSubstr("option=rows value=***"));
  options.Set("rows", "1").SetSecret("mode", Secret("canary"));
  EXPECT_EQ(Spec().Parse(options).status().ToString().find("canary"), std::string::npos);
}

TEST(OptionSpecTest, AMemberOfAnyTypeTakesASecretValue) {
  Options options;
  options.SetSecret("rows", Secret("7")).SetSecret("mode", Secret("Careful"));
  const Result<Settings> settings = Spec().Parse(options);
  ASSERT_TRUE(settings.ok()) << settings.status().ToString();
  EXPECT_EQ(settings->rows, 7);
  EXPECT_EQ(settings->mode, "careful");
}

TEST(OptionSpecTest, UnknownOptionsMayBePassedOn) {
  const auto spec = OptionSpec<Settings>(UnknownOptions::kPass).Add("rows", &Settings::rows, {});
  EXPECT_TRUE(spec.Parse(With("fetchsize", "5")).ok());
  EXPECT_THAT(spec.JsonSchema(), HasSubstr(R"("additionalProperties":true)"));
}

TEST(OptionSpecTest, TheJsonSchemaHasTheSameNamesBoundsAndDefaults) {
  EXPECT_EQ(
      Spec().JsonSchema(),
      R"({"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{)"
      R"("rows":{"type":"integer","description":"How many rows.","minimum":0,"maximum":1000},)"
      R"("share":{"type":"number","description":"A \"share\".","default":0.5,"minimum":0,"maximum":1},)"
      R"("strict":{"type":"boolean","default":true},)"
      R"("mode":{"type":"string","default":"fast","enum":["fast","careful"]},)"
      R"("password":{"type":"string","writeOnly":true,"format":"password"},)"
      R"("columns":{"type":"array","default":["a","b"],"items":{"type":"string"}},)"
      R"("limit":{"type":"integer","minimum":1}},)"
      R"("required":["rows"],"additionalProperties":false})");
  for (const OptionDescription& option : Spec().known()) {
    EXPECT_THAT(Spec().JsonSchema(), HasSubstr("\"" + option.name + "\":{"));
  }
}

TEST(NearestNameTest, FindsWhatAPersonMeant) {
  const std::vector<std::string> names = {"dbtable", "password", "user", "partitionColumn", "rows"};
  EXPECT_EQ(NearestName("dbTable", names), "dbtable");
  EXPECT_EQ(NearestName("db_table", names), "dbtable");
  EXPECT_EQ(NearestName("pasword", names), "password");
  EXPECT_EQ(NearestName("psasword", names), "password");
  EXPECT_EQ(NearestName("partitioncolum", names), "partitionColumn");
  EXPECT_EQ(NearestName("cols", names), "");
  EXPECT_EQ(NearestName("", names), "");
  EXPECT_EQ(NearestName(std::string(100000, 'x'), names), "");
}

TEST(JsonTextTest, QuotesAnythingIntoJson) {
  EXPECT_EQ(internal::JsonQuote("a\"b\\c\n\x01"), R"("a\"b\\c\n\u0001")");
  EXPECT_EQ(internal::JsonQuote("gr\xC3\xBC\xC3\x9F"), "\"gr\xC3\xBC\xC3\x9F\"");
  EXPECT_EQ(internal::JsonQuote("\xFFx\xE2\x82"), "\"\xEF\xBF\xBDx\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

TEST(JsonTextTest, ReadsListsOfScalars) {
  EXPECT_THAT(internal::ParseJsonTextList(R"( [ "a\u00e9\ud83d\ude00\n" , 1.5, true ] )"),
              IsOkAndHolds(ElementsAre("a\xC3\xA9\xF0\x9F\x98\x80\n", "1.5", "true")));
  EXPECT_THAT(internal::ParseJsonTextList("[]"), IsOkAndHolds(ElementsAre()));
  for (const char* json : {"", "[", "[1", "[1,]", "[null]", "[[1]]", "[\"a]", "[\"\\x\"]",
                           "[\"\\ud83d\"]", "[1] 2", "{\"a\":1}", "[\"\\u12\"]"}) {
    EXPECT_THAT(internal::ParseJsonTextList(json),
                IsError(StatusCode::kInvalidArgument, HasSubstr("not a JSON list of texts")))
        << json;
  }
}

}  // namespace
}  // namespace tenon
