#include "expression/bind.h"

#include <cmath>

#include "expression/literal_place.h"
#include "expression/parse.h"
#include "testing/matchers.h"

namespace tenon::expression {
namespace {

using tenon::testing::IsErrorNumber;
using ::testing::AllOf;
using ::testing::HasSubstr;

Schema TestSchema() {
  return Schema({{"y", DataType::Byte()},
                 {"i", DataType::Int()},
                 {"l", DataType::Long()},
                 {"f", DataType::Float()},
                 {"d", DataType::Double()},
                 {"m", DataType::Decimal(5, 2)},
                 {"w", DataType::Decimal(40, 1)},
                 {"s", DataType::String()},
                 {"b", DataType::Boolean()},
                 {"x", DataType::Binary()},
                 {"date", DataType::Date()},
                 {"time", DataType::Time()},
                 {"ts", DataType::Timestamp()},
                 {"ntz", DataType::TimestampNtz()},
                 {"n", DataType::Null()},
                 {"p", DataType::Struct({{"q", DataType::Int()}, {"a.b", DataType::Int()}})},
                 {"list", DataType::Array(DataType::Int())},
                 {"Mixed", DataType::Int()},
                 {"c", *DataType::Choice({DataType::Int(), DataType::String()})}});
}

std::string Bound(std::string_view sql) {
  const Result<Predicate> parsed = ParsePredicate(sql);
  if (!parsed.ok()) return parsed.status().ToString();
  const Result<std::vector<Predicate>> conjuncts = BindPredicate(*parsed, TestSchema());
  if (!conjuncts.ok()) return conjuncts.status().ToString();
  std::string text;
  for (const Predicate& conjunct : *conjuncts)
    text += (text.empty() ? "" : " & ") + conjunct.ToString();
  return text;
}

struct Row {
  const char* sql;
  const char* bound;
};

TEST(BindTest, GivesLiteralsTheirColumnsType) {
  const Row kRows[] = {
      {"y = 5", "y = 5Y"},
      {"l = 5", "l = 5L"},
      {"i = 5L", "i = 5"},
      {"d = 5", "d = 5.0D"},
      {"d = 0.1", "d = 0.1D"},
      {"f = 0.5", "f = 0.5F"},
      {"m = 1", "m = 1.00BD"},
      {"m = 1.5", "m = 1.50BD"},
      {"m = 1e1", "m = 10.00BD"},
      {"i = 1e1", "i = 10"},
      {"i = '7'", "i = 7"},
      {"d = ' 1.5 '", "d = 1.5D"},
      {"d = 'NaN'", "d = double('NaN')"},
      {"d < '-Infinity'", "d < double('-Infinity')"},
      {"b = 'True'", "b = TRUE"},
      {"date = '2026-01-31'", "date = DATE '2026-01-31'"},
      {"time > '12:30'", "time > TIME '12:30:00'"},
      {"ts = '2026-01-31 12:00:00+01:00'", "ts = TIMESTAMP '2026-01-31 11:00:00'"},
      {"ntz = '2026-01-31 12:00:00+01:00'", "ntz = TIMESTAMP_NTZ '2026-01-31 12:00:00'"},
      {"ts >= DATE '2026-01-31'", "ts >= TIMESTAMP '2026-01-31 00:00:00'"},
      {"x = 'ab'", "x = X'6162'"},
      {"p.q = 1L", "p.q = 1"},
      {"p.`a.b` = 1L", "`p.``a.b``` = 1"},
      {"i IN (1L, '2', 3.0)", "i IN (1, 2, 3)"},
  };
  for (const Row& row : kRows) {
    EXPECT_EQ(Bound(row.sql), row.bound) << row.sql;
  }
}

TEST(BindTest, RestatesWhatTheTypeCannotHold) {
  const Row kRows[] = {
      {"i < 2.5", "i <= 2"},
      {"i <= 2.5", "i <= 2"},
      {"i > 2.5", "i > 2"},
      {"i >= 2.5", "i > 2"},
      {"i < -2.5", "i <= -3"},
      {"i = 2.5", "FALSE"},
      {"i <> 2.5", "i IS NOT NULL"},
      {"i <=> 2.5", "FALSE"},
      {"NOT i <=> 2.5", ""},
      {"i < 3000000000", "i IS NOT NULL"},
      {"i <= 3000000000", "i IS NOT NULL"},
      {"i > 3000000000", "FALSE"},
      {"i >= 3000000000", "FALSE"},
      {"i = 3000000000", "FALSE"},
      {"i <> 3000000000", "i IS NOT NULL"},
      {"i > -3000000000", "i IS NOT NULL"},
      {"i < -3000000000", "FALSE"},
      {"y < 127.5", "y IS NOT NULL"},
      {"y > 127.5", "FALSE"},
      {"y > -128.5", "y IS NOT NULL"},
      {"y <= 127", "y <= 127Y"},
      {"i IN (1, 3000000000, 2.5)", "i = 1"},
      {"i IN (3000000000)", "FALSE"},
      {"i NOT IN (3000000000)", "i IS NOT NULL"},
      {"i NOT IN (1, 3000000000)", "i <> 1"},
      {"i IN (1, NULL, 2)", "i IN (1, 2)"},
      {"i NOT IN (1, NULL)", "FALSE"},
      {"i = NULL", "FALSE"},
      {"i <=> NULL", "i IS NULL"},
      {"NOT i <=> NULL", "i IS NOT NULL"},
      {"m = 1.234", "FALSE"},
      {"m < 1.234", "m <= 1.23BD"},
      {"m > -1.234", "m > -1.24BD"},
      {"m < 1000", "m IS NOT NULL"},
      {"m < 999.995", "m IS NOT NULL"},
      {"m > 999.985", "m > 999.98BD"},
      {"l < 1e19", "l IS NOT NULL"},
      {"l < 'NaN'", "l IS NOT NULL"},
      {"l > '-inf'", "l IS NOT NULL"},
      {"l = 9223372036854775807", "l = 9223372036854775807L"},
      {"l = 9223372036854775808", "FALSE"},
      {"f = 0.1", "FALSE"},
      {"date = TIMESTAMP '2026-01-31 12:00:00'", "FALSE"},
      {"date < TIMESTAMP '2026-01-31 12:00:00'", "date <= DATE '2026-01-31'"},
      {"date < TIMESTAMP '2026-01-31 00:00:00'", "date < DATE '2026-01-31'"},
      {"date >= TIMESTAMP '1969-12-31 12:00:00'", "date > DATE '1969-12-31'"},
      {"n = 1", "FALSE"},
      {"n IS NULL", "n IS NULL"},
      {"n <=> NULL", ""},
      {"NOT n = 1", "FALSE"},
  };
  for (const Row& row : kRows) EXPECT_EQ(Bound(row.sql), row.bound) << row.sql;
}

TEST(BindTest, FloatsAreComparedAsTheDoublesThatTheyAre) {
  // 0.1 lies between two floats: the column's values up to the lower one are smaller.
  const Result<LiteralPlace> place = PlaceLiteral(Literal::Double(0.1), DataType::Float());
  ASSERT_TRUE(place.ok());
  EXPECT_EQ(place->standing, Standing::kBetween);
  const double below = std::get<double>(place->value.value);
  EXPECT_LT(below, 0.1);
  EXPECT_GT(static_cast<double>(std::nextafter(static_cast<float>(below), 1.0f)), 0.1);
  const Result<LiteralPlace> huge = PlaceLiteral(Literal::Double(1e300), DataType::Float());
  ASSERT_TRUE(huge.ok());
  EXPECT_EQ(std::get<double>(huge->value.value),
            static_cast<double>(std::numeric_limits<float>::max()));
  const Result<LiteralPlace> tiny = PlaceLiteral(Literal::Double(-1e300), DataType::Float());
  ASSERT_TRUE(tiny.ok());
  EXPECT_EQ(std::get<double>(tiny->value.value), -HUGE_VAL);
}

TEST(BindTest, WideDecimalsTakeLiteralsOf38Digits) {
  EXPECT_EQ(Bound("w < 1234567890123456789012345678901234567"),
            "w < 1234567890123456789012345678901234567.0BD");
  EXPECT_THAT(Bound("w < 99999999999999999999999999999999999999"), HasSubstr("at most 38 digits"));
  EXPECT_EQ(Bound("w < 'Infinity'"), "w IS NOT NULL");
}

TEST(BindTest, PushesNotDownAndSimplifies) {
  const Row kRows[] = {
      {"NOT (i = 1 AND l > 2)", "(i <> 1 OR l <= 2L)"},
      {"NOT (i = 1 OR l > 2)", "i <> 1 & l <= 2L"},
      {"NOT NOT i = 1", "i = 1"},
      {"NOT i IS NULL", "i IS NOT NULL"},
      {"NOT s LIKE 'a%'", "NOT STARTS_WITH(s, 'a')"},
      {"NOT i BETWEEN 1 AND 2", "(i < 1 OR i > 2)"},
      {"NOT (i < 3000000000)", "FALSE"},
      {"i = 1 AND 1 = 1", "i = 1"},
      {"i = 1 AND 1 = 2", "FALSE"},
      {"i = 1 OR 1 = 1", ""},
      {"i = 1 OR 1 = 2", "i = 1"},
      {"i = 1 AND (l = 2 AND (y = 3 AND b))", "i = 1 & l = 2L & y = 3Y & b = TRUE"},
      {"true", ""},
      {"i = 1 AND upper(s) = 'X'", "i = 1 & {upper(s) = 'X'}"},
  };
  for (const Row& row : kRows) EXPECT_EQ(Bound(row.sql), row.bound) << row.sql;
}

TEST(BindTest, FindsNamesExactlyThenWithoutCase) {
  EXPECT_EQ(Bound("MIXED = 1"), "Mixed = 1");
  EXPECT_EQ(Bound("P.Q = 1"), "p.q = 1");
  const Schema twice({{"a", DataType::Int()}, {"A", DataType::Long()}});
  EXPECT_EQ(BindPredicate(*ParsePredicate("A = 1"), twice)->at(0).ToString(), "A = 1L");
  const Schema both({{"aa", DataType::Int()}, {"Aa", DataType::Long()}});
  EXPECT_THAT(BindPredicate(*ParsePredicate("AA = 1"), both),
              IsErrorNumber(2001, HasSubstr("column=AA")));
  const Schema dotted(
      {{"a.b", DataType::Int()}, {"a", DataType::Struct({{"b", DataType::Long()}})}});
  EXPECT_EQ(BindPredicate(*ParsePredicate("`a.b` = 1"), dotted)->at(0).ToString(), "a.b = 1");
}

TEST(BindTest, AnUnknownColumnGetsTheNearestName) {
  EXPECT_THAT(Bound("tsx = 1"),
              AllOf(HasSubstr("Column is not there: column=tsx"), HasSubstr("Did you mean ts?")));
  EXPECT_THAT(Bound("p.zzz = 1"), HasSubstr("Column is not there: column=p.zzz"));
  EXPECT_THAT(Bound("i.q = 1"), HasSubstr("Column is not there"));
}

TEST(BindTest, RefusesValuesThatCannotBeTheColumns) {
  const Row kRows[] = {
      {"i = 'abc'", "value='abc' type=int"},
      {"s = 5", "The column is text: write the value in quotes."},
      {"b = 1", "value=1 type=boolean"},
      {"date = 'tomorrow'", "type=date"},
      {"ts = 'noon'", "type=timestamp"},
      {"i = DATE '2026-01-31'", "type=int"},
      {"i LIKE 'a%'", "the column is no text: type=int"},
      {"list = 1", "type=array<int>"},
      {"p = 1", "type=struct<"},
      {"x = 1", "type=binary"},
  };
  for (const Row& row : kRows) {
    EXPECT_THAT(BindPredicate(*ParsePredicate(row.sql), TestSchema()),
                IsErrorNumber(1030, HasSubstr(row.bound)))
        << row.sql;
  }
  EXPECT_EQ(Bound("list IS NULL AND p IS NOT NULL"), "list IS NULL & p IS NOT NULL");
}

TEST(BindTest, RefusesTextBelowOrAndNot) {
  const Predicate text = Predicate::Text("f(x)");
  EXPECT_THAT(BindPredicate(Predicate::Not(text), TestSchema()),
              IsErrorNumber(1031, HasSubstr("text=f(x)")));
  EXPECT_THAT(BindPredicate(Predicate::Or({text, Predicate::IsNull("i")}), TestSchema()),
              IsErrorNumber(1031, HasSubstr("joined with AND")));
}

TEST(BindTest, AChoiceKeepsItsLiterals) {
  EXPECT_EQ(Bound("c = 5"), "c = 5");
  EXPECT_EQ(Bound("NOT c = 'x'"), "NOT c = 'x'");
}

TEST(BindTest, MalformedTreesAreErrors) {
  Predicate no_value = Predicate::IsNull("i");
  no_value.op = Op::kLess;
  EXPECT_THAT(BindPredicate(no_value, TestSchema()),
              IsErrorNumber(1030, HasSubstr("needs one value")));
  Predicate no_arg;
  no_arg.op = Op::kNot;
  EXPECT_THAT(BindPredicate(no_arg, TestSchema()),
              IsErrorNumber(1030, HasSubstr("NOT needs one condition")));
}

}  // namespace
}  // namespace tenon::expression
