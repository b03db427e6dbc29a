#include "expression/parse.h"

#include "expression/column_path.h"
#include "testing/matchers.h"

namespace tenon::expression {
namespace {

using tenon::testing::IsErrorNumber;
using tenon::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string Parsed(std::string_view sql) {
  const Result<Predicate> predicate = ParsePredicate(sql);
  return predicate.ok() ? predicate->ToString() : predicate.status().ToString();
}

struct Row {
  const char* sql;
  const char* tree;
};

TEST(ParseTest, ReadsComparisonsAndLiterals) {
  const Row kRows[] = {
      {"a = 1", "a = 1"},
      {"a == 1", "a = 1"},
      {"a <> 1", "a <> 1"},
      {"a != -1", "a <> -1"},
      {"a <=> NULL", "a <=> NULL"},
      {"1 < a", "a > 1"},
      {"1 >= a", "a <= 1"},
      {"a > 3000000000", "a > 3000000000L"},
      {"a > 5L", "a > 5L"},
      {"a = 5S and b = 5y", "(a = 5S AND b = 5Y)"},
      {"a = 1.50", "a = 1.50BD"},
      {"a = .5", "a = 0.5BD"},
      {"a = 1e3", "a = 1000.0D"},
      {"a = 2D", "a = 2.0D"},
      {"a = 2.5f", "a = 2.5F"},
      {"a = 12BD", "a = 12BD"},
      {"a = 99999999999999999999", "a = 99999999999999999999BD"},
      {"a = 'O''Hara'", "a = 'O''Hara'"},
      {"a = 'O\\'Hara'", "a = 'O''Hara'"},
      {"a = \"x\"", "a = 'x'"},
      {"a = r'\\n'", "a = '\\n'"},
      {"a = 'tab\\tA\\u00e9'", "a = 'tab\tA\u00e9'"},
      {"a = ''", "a = ''"},
      {"a = TRUE or b = false", "(a = TRUE OR b = FALSE)"},
      {"d >= DATE '2026-01-31'", "d >= DATE '2026-01-31'"},
      {"t < TIMESTAMP '2026-01-31 12:00:00+02:00'", "t < TIMESTAMP '2026-01-31 10:00:00'"},
      {"t < timestamp_ntz'2026-01-31T12:00:00.5'",
       "t < TIMESTAMP_NTZ '2026-01-31 12:00:00.500000'"},
      {"b = X'1F0a'", "b = X'1F0A'"},
      {"active", "active = TRUE"},
      {"NOT active", "NOT active = TRUE"},
      {"1 = 1", "TRUE"},
      {"1 = 2 or a = 1", "(FALSE OR a = 1)"},
      {"'a' < 'b'", "TRUE"},
      {"true", "TRUE"},
  };
  for (const Row& row : kRows) EXPECT_EQ(Parsed(row.sql), row.tree) << row.sql;
}

TEST(ParseTest, ReadsConditionsOnOneColumn) {
  const Row kRows[] = {
      {"a IS NULL", "a IS NULL"},
      {"a is not null", "a IS NOT NULL"},
      {"a IN (1, 2, NULL)", "a IN (1, 2, NULL)"},
      {"a NOT IN ('x')", "NOT a IN ('x')"},
      {"a BETWEEN 1 AND 2", "(a >= 1 AND a <= 2)"},
      {"a NOT BETWEEN 1 AND 2", "NOT (a >= 1 AND a <= 2)"},
      {"a LIKE 'ab%'", "STARTS_WITH(a, 'ab')"},
      {"a LIKE '%ab'", "ENDS_WITH(a, 'ab')"},
      {"a LIKE '%%ab%'", "CONTAINS(a, 'ab')"},
      {"a LIKE 'ab'", "a = 'ab'"},
      {"a LIKE ''", "a = ''"},
      {"a LIKE '%'", "ENDS_WITH(a, '')"},
      {"a LIKE '50\\%%'", "STARTS_WITH(a, '50%')"},
      {"a NOT LIKE 'ab%'", "NOT STARTS_WITH(a, 'ab')"},
      {"a IS TRUE", "a <=> TRUE"},
      {"a IS NOT FALSE", "NOT a <=> FALSE"},
      {"a IS DISTINCT FROM 1", "NOT a <=> 1"},
      {"a IS NOT DISTINCT FROM 1", "a <=> 1"},
  };
  for (const Row& row : kRows) EXPECT_EQ(Parsed(row.sql), row.tree) << row.sql;
}

TEST(ParseTest, FollowsSqlsPrecedence) {
  const Row kRows[] = {
      {"a = 1 OR b = 2 AND c = 3", "(a = 1 OR (b = 2 AND c = 3))"},
      {"(a = 1 OR b = 2) AND c = 3", "((a = 1 OR b = 2) AND c = 3)"},
      {"NOT a = 1 AND b = 2", "(NOT a = 1 AND b = 2)"},
      {"NOT (a = 1 AND b = 2)", "NOT (a = 1 AND b = 2)"},
      {"! a = 1", "NOT a = 1"},
      {"a = 1 AND (b = 2 AND (c = 3))", "(a = 1 AND b = 2 AND c = 3)"},
      {"a BETWEEN 1 AND 2 AND b = 3", "(a >= 1 AND a <= 2 AND b = 3)"},
      {"a = 1 -- comment\n AND /* more */ b = 2", "(a = 1 AND b = 2)"},
  };
  for (const Row& row : kRows) EXPECT_EQ(Parsed(row.sql), row.tree) << row.sql;
}

TEST(ParseTest, ReadsQuotedAndDottedNames) {
  const auto column = [](std::string_view sql) { return ParsePredicate(sql)->column; };
  EXPECT_EQ(column("a.b.c = 1"), "a.b.c");
  EXPECT_EQ(column("`a.b` = 1"), "a.b") << "one part is the name itself";
  EXPECT_EQ(column("`a.b`.c = 1"), "`a.b`.c");
  EXPECT_EQ(column("`select` = 1"), "select");
  EXPECT_EQ(column("`a``b` = 1"), "a`b");
  EXPECT_EQ(column("end > 5"), "end") << "no keyword here";
  EXPECT_EQ(column("größe = 1"), "größe");
  EXPECT_EQ(column("_1x = 1"), "_1x");
  EXPECT_THAT(SplitPath("`a.b`.c"), ::testing::Optional(ElementsAre("a.b", "c")));
  for (const char* bad : {"", "a..b", ".a", "a.", "`a", "`a`b", "``"}) {
    EXPECT_EQ(SplitPath(bad), std::nullopt) << bad;
  }
}

TEST(ParseTest, WhatIsOutsideTheSubsetTravelsAsItsOwnConjunct) {
  const Row kRows[] = {
      {"upper(a) = 'X'", "{upper(a) = 'X'}"},
      {"a = 1 AND upper(b) = 'X' AND c = 2", "(a = 1 AND {upper(b) = 'X'} AND c = 2)"},
      {"a = 1 AND (upper(b) = 'X' AND c = 2)", "(a = 1 AND {upper(b) = 'X'} AND c = 2)"},
      {"a = 1 AND (upper(b) = 'X' OR c = 2)", "(a = 1 AND {upper(b) = 'X' OR c = 2})"},
      {"a + 1 = 2", "{a + 1 = 2}"},
      {"a = b", "{a = b}"},
      {"a LIKE 'a_b'", "{a LIKE 'a_b'}"},
      {"a LIKE 'a%b'", "{a LIKE 'a%b'}"},
      {"a RLIKE 'x'", "{a RLIKE 'x'}"},
      {"a IN (SELECT 1)", "{a IN (SELECT 1)}"},
      {"CASE WHEN a = 1 AND b = 2 THEN true ELSE false END AND c = 3",
       "({CASE WHEN a = 1 AND b = 2 THEN true ELSE false END} AND c = 3)"},
      {"a BETWEEN b AND 3 AND c = 1", "({a BETWEEN b AND 3} AND c = 1)"},
      {"a > DATE '2026-02-30'", "{a > DATE '2026-02-30'}"},
      {"a = 1.5e", "{a = 1.5e}"},
      {"a = 300Y", "{a = 300Y}"},
      {"a = INTERVAL '1' DAY", "{a = INTERVAL '1' DAY}"},
      {"NULL", "{NULL}"},
      {"a = 1 2", "{a = 1 2}"},
      {"a = (1)", "{a = (1)}"},
  };
  for (const Row& row : kRows) EXPECT_EQ(Parsed(row.sql), row.tree) << row.sql;
}

TEST(ParseTest, RefusesWhatHasNoConjuncts) {
  EXPECT_THAT(ParsePredicate("  "), IsErrorNumber(1030, HasSubstr("Predicate is empty")));
  EXPECT_THAT(ParsePredicate("a = 'x"),
              IsErrorNumber(1030, HasSubstr("a quote that is not closed: byte=4")));
  EXPECT_THAT(ParsePredicate("`a = 1"),
              IsErrorNumber(1030, HasSubstr("a backtick that is not closed")));
  EXPECT_THAT(ParsePredicate("a = 1 /* x"),
              IsErrorNumber(1030, HasSubstr("a comment that is not closed")));
  EXPECT_THAT(ParsePredicate("(a = 1"),
              IsErrorNumber(1030, HasSubstr("brackets that do not match")));
  EXPECT_THAT(ParsePredicate("a = 1) AND (b = 2"),
              IsErrorNumber(1030, HasSubstr("brackets that do not match")));
  EXPECT_THAT(ParsePredicate("a = 1 AND"),
              IsErrorNumber(1030, HasSubstr("lacks a condition beside AND")));
}

TEST(ParseTest, BoundsDepthAndLength) {
  const auto nested = [](int depth) {
    return std::string(static_cast<size_t>(depth), '(') + "a = 1" +
           std::string(static_cast<size_t>(depth), ')');
  };
  EXPECT_THAT(ParsePredicate(nested(kMaxPredicateDepth)), IsOk());
  EXPECT_THAT(ParsePredicate(nested(kMaxPredicateDepth + 1)),
              IsErrorNumber(1030, HasSubstr("max_depth=100")));
  std::string nots;
  for (int i = 0; i <= kMaxPredicateDepth; ++i) nots += "NOT ";
  EXPECT_THAT(ParsePredicate(nots + "a"), IsErrorNumber(1030, HasSubstr("nested too deeply")));
  EXPECT_THAT(ParsePredicate(std::string(kMaxPredicateBytes + 1, ' ')),
              IsErrorNumber(1030, HasSubstr("too long")));
  std::string wide = "a = 0";
  for (int i = 1; i < 10'000; ++i) wide += " OR a = " + std::to_string(i);
  EXPECT_THAT(ParsePredicate(wide), IsOk());
}

}  // namespace
}  // namespace tenon::expression
