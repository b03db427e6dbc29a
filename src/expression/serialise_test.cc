#include "expression/serialise.h"

#include <cmath>
#include <limits>

#include "expression/parse.h"
#include "testing/matchers.h"

namespace tenon::expression {
namespace {

using base::Json;
using tenon::testing::IsErrorNumber;
using tenon::testing::IsOkAndHolds;
using ::testing::HasSubstr;

Result<Predicate> RoundTrip(const Predicate& predicate) {
  TENON_ASSIGN_OR_RETURN(const Json json, base::ParseJson(base::DumpJson(ToJson(predicate)), 1000));
  return FromJson(json);
}

TEST(SerialiseTest, EveryOperatorAndLiteralComesBack) {
  for (const char* sql : {"a = 1",
                          "a <=> NULL",
                          "a <> 5L AND b < 5Y",
                          "a <= 1.50 OR NOT a >= 1e3",
                          "a IS NULL",
                          "p.q IS NOT NULL",
                          "a IN (1, NULL)",
                          "a LIKE 'x%'",
                          "a LIKE '%x'",
                          "a LIKE '%x%'",
                          "1 = 1",
                          "1 = 2",
                          "upper(a) = 'X'",
                          "a = DATE '2026-01-31'",
                          "a = TIMESTAMP '2026-01-31 01:02:03'",
                          "a = X'00FF'",
                          "a = 'Ünïcode\\t\"'",
                          "a = 2.5F",
                          "a = -99999999999999999999999999999999999999",
                          "a = 0.00000000000000000000000000000000000001"}) {
    const Predicate predicate = *ParsePredicate(sql);
    EXPECT_THAT(RoundTrip(predicate), IsOkAndHolds(predicate)) << sql;
  }
  for (const double value : {HUGE_VAL, -HUGE_VAL, 0.1, -0.0, 5e-324, 1.7976931348623157e308}) {
    const Predicate predicate = Predicate::Compare(Op::kLess, "d", Literal::Double(value));
    ASSERT_OK_AND_ASSIGN(Predicate back, RoundTrip(predicate));
    EXPECT_EQ(back, predicate);
    EXPECT_EQ(std::signbit(std::get<double>(back.values[0].value)), std::signbit(value));
  }
  ASSERT_OK_AND_ASSIGN(Predicate nan,
                       RoundTrip(Predicate::Compare(Op::kLess, "d", Literal::Double(NAN))));
  EXPECT_TRUE(std::isnan(std::get<double>(nan.values[0].value)));
  const Predicate bytes = Predicate::Compare(Op::kEqual, "s", Literal::String("a\xFF"));
  EXPECT_THAT(RoundTrip(bytes), IsOkAndHolds(bytes)) << "text that is not UTF-8";
}

TEST(SerialiseTest, TheFormIsThatOfTheHeader) {
  EXPECT_EQ(base::DumpJson(ToJson(*ParsePredicate("id > 5 AND x IS NULL"))),
            R"j({"op":"AND","args":[{"op":">","column":"id","values":[{"type":"int","value":5}]},)j"
            R"j({"op":"IS_NULL","column":"x"}]})j");
  EXPECT_EQ(base::DumpJson(ToJson(*ParsePredicate("m = 1.50"))),
            R"j({"op":"=","column":"m","values":[{"type":"decimal(3,2)","value":"1.50"}]})j");
}

TEST(SerialiseTest, RefusesWhatIsNoPredicate) {
  struct Row {
    const char* json;
    const char* words;
  };
  const Row kRows[] = {
      {"[]", "wanted=object"},
      {"{}", "path=$.op"},
      {R"j({"op":"LIKE","column":"a"})j", "op=LIKE"},
      {R"j({"op":"=","column":"a"})j", "other parts than it needs"},
      {R"j({"op":"=","values":[{"type":"int","value":1}]})j", "other parts"},
      {R"j({"op":"NOT","args":[]})j", "other parts"},
      {R"j({"op":"AND","args":[{"op":"ALWAYS_TRUE"}]})j", "other parts"},
      {R"j({"op":"IS_NULL","column":"a","text":"x"})j", "other parts"},
      {R"j({"op":"=","column":"a","values":[{"type":"int","value":3000000000}]})j",
       "type=int value=3000000000"},
      {R"j({"op":"=","column":"a","values":[{"type":"int","value":1.5}]})j", "value=1.5"},
      {R"j({"op":"=","column":"a","values":[{"type":"int","value":"1"}]})j", "value=\"1\""},
      {R"j({"op":"=","column":"a","values":[{"type":"int"}]})j", "member=value"},
      {R"j({"op":"=","column":"a","values":[{"type":"itn","value":1}]})j", "itn"},
      {R"j({"op":"=","column":"a","values":[{"type":"decimal(3,1)","value":"1.55"}]})j", "1.55"},
      {R"j({"op":"=","column":"a","values":[{"type":"decimal(3,1)","value":"100"}]})j", "100"},
      {R"j({"op":"=","column":"a","values":[{"type":"float","value":0.1}]})j", "type=float"},
      {R"j({"op":"=","column":"a","values":[{"type":"binary","value":{"hex":"0"}}]})j",
       "type=binary"},
      {R"j({"op":"=","column":"a","values":[{"type":"array<int>","value":[1]}]})j",
       "type=array<int>"},
      {R"j({"op":"=","colum":"a"})j", "Did you mean column?"},
  };
  for (const Row& row : kRows) {
    ASSERT_OK_AND_ASSIGN(Json json, base::ParseJson(row.json));
    EXPECT_THAT(FromJson(json), IsErrorNumber(1030, HasSubstr(row.words))) << row.json;
  }
}

TEST(SerialiseTest, BoundsDepth) {
  Predicate deep = Predicate::IsNull("a");
  for (int i = 0; i < 300; ++i) deep = Predicate::Not(std::move(deep));
  EXPECT_THAT(FromJson(ToJson(deep)), IsErrorNumber(1030, HasSubstr("nested too deeply")));
}

}  // namespace
}  // namespace tenon::expression
