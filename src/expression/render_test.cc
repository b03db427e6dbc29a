#include "expression/render.h"

#include "expression/bind.h"
#include "expression/parse.h"
#include "testing/matchers.h"

namespace tenon::expression {
namespace {

using ::testing::ElementsAre;

const Schema& TestSchema() {
  static const Schema schema({{"i", DataType::Int()},
                              {"l", DataType::Long()},
                              {"d", DataType::Double()},
                              {"m", DataType::Decimal(10, 2)},
                              {"s", DataType::String()},
                              {"b", DataType::Boolean()},
                              {"x", DataType::Binary()},
                              {"date", DataType::Date()},
                              {"time", DataType::Time()},
                              {"ts", DataType::Timestamp()},
                              {"ntz", DataType::TimestampNtz()},
                              {"we\"ird`", DataType::Int()},
                              {"p", DataType::Struct({{"q", DataType::Int()}})},
                              {"c", *DataType::Choice({DataType::Int(), DataType::String()})}});
  return schema;
}

std::string Rendered(std::string_view sql, Dialect dialect) {
  const Result<Predicate> parsed = ParsePredicate(sql);
  if (!parsed.ok()) return parsed.status().ToString();
  const Result<std::vector<Predicate>> conjuncts = BindPredicate(*parsed, TestSchema());
  if (!conjuncts.ok()) return conjuncts.status().ToString();
  const RenderedWhere where = RenderWhere(*conjuncts, TestSchema(), dialect);
  for (const bool taken : where.taken) {
    if (!taken) return "none";
  }
  return where.sql;
}

// In the order of Dialect: ansi, postgres, mysql, sqlite, duckdb, spark.
struct Row {
  const char* sql;
  const char* rendered[6];
};

TEST(RenderTest, EachDialectInItsOwnWords) {
  const Row kRows[] = {
      {"i > 5",
       {"(\"i\" > 5)", "(\"i\" > 5)", "(`i` > 5)", "(\"i\" > 5)", "(\"i\" > 5)", "(`i` > 5L)"}},
      {"i IS NULL",
       {"(\"i\" IS NULL)", "(\"i\" IS NULL)", "(`i` IS NULL)", "(\"i\" IS NULL)", "(\"i\" IS NULL)",
        "(`i` IS NULL)"}},
      {"i <=> 5",
       {"(\"i\" IS NOT DISTINCT FROM 5)", "(\"i\" IS NOT DISTINCT FROM 5)", "(`i` <=> 5)",
        "(\"i\" IS 5)", "(\"i\" IS NOT DISTINCT FROM 5)", "(`i` <=> 5L)"}},
      {"NOT (i IN (1, 2))",
       {"(NOT (\"i\" IN (1, 2)))", "(NOT (\"i\" IN (1, 2)))", "(NOT (`i` IN (1, 2)))",
        "(NOT (\"i\" IN (1, 2)))", "(NOT (\"i\" IN (1, 2)))", "(NOT (`i` IN (1L, 2L)))"}},
      {"i = 1 OR b",
       {"((\"i\" = 1) OR (\"b\" = TRUE))", "((\"i\" = 1) OR (\"b\" = TRUE))",
        "((`i` = 1) OR (`b` = TRUE))", "((\"i\" = 1) OR (\"b\" = 1))",
        "((\"i\" = 1) OR (\"b\" = TRUE))", "((`i` = 1L) OR (`b` = TRUE))"}},
      {"s < 'O''H\\\\'",
       {"none", "(\"s\" COLLATE \"C\" < 'O''H\\')",
        "(CAST(CONVERT(`s` USING utf8mb4) AS BINARY) < X'4F27485C')",
        "(\"s\" COLLATE BINARY < 'O''H\\')", "(\"s\" < 'O''H\\')", "(`s` < 'O\\'H\\\\')"}},
      {"s LIKE 'ä%'",
       {"none", "(left(\"s\" COLLATE \"C\", 1) = 'ä')",
        "(left(CAST(CONVERT(`s` USING utf8mb4) AS BINARY), 2) = X'C3A4')",
        "(substr(\"s\", 1, 1) = 'ä' COLLATE BINARY)", "(starts_with(\"s\", 'ä'))",
        "(startswith(`s`, 'ä'))"}},
      {"s LIKE '%ab'",
       {"none", "(right(\"s\" COLLATE \"C\", 2) = 'ab')",
        "(right(CAST(CONVERT(`s` USING utf8mb4) AS BINARY), 2) = X'6162')",
        "(length(\"s\") >= 2 AND substr(\"s\", -2) = 'ab' COLLATE BINARY)", "(suffix(\"s\", 'ab'))",
        "(endswith(`s`, 'ab'))"}},
      {"s LIKE '%ab%'",
       {"none", "(strpos(\"s\" COLLATE \"C\", 'ab') > 0)",
        "(locate(X'6162', CAST(CONVERT(`s` USING utf8mb4) AS BINARY)) > 0)",
        "(instr(\"s\", 'ab') > 0)", "(contains(\"s\", 'ab'))", "(contains(`s`, 'ab'))"}},
      {"m = 1.5",
       {"(\"m\" = 1.50)", "(\"m\" = 1.50)", "(`m` = 1.50)", "none", "(\"m\" = 1.50)",
        "(`m` = 1.50BD)"}},
      {"d = 1.5",
       {"(\"d\" = 1.5e+00)", "(\"d\" = '1.5e+00'::float8)", "(`d` = 1.5e+00)", "(\"d\" = 1.5e+00)",
        "(\"d\" = '1.5e+00'::DOUBLE)", "(`d` = 1.5e+00)"}},
      {"d < 'NaN'",
       {"none", "(\"d\" < 'NaN'::float8)", "none", "none", "(\"d\" < 'NaN'::DOUBLE)",
        "(`d` < double('NaN'))"}},
      {"d < 'Infinity'",
       {"none", "(\"d\" < 'Infinity'::float8)", "none", "(\"d\" < 9e999)",
        "(\"d\" < 'Infinity'::DOUBLE)", "(`d` < double('Infinity'))"}},
      {"x = X'00FF'",
       {"(\"x\" = X'00FF')", "(\"x\" = '\\x00FF'::bytea)", "(`x` = X'00FF')", "(\"x\" = X'00FF')",
        "(\"x\" = from_hex('00FF'))", "(`x` = X'00FF')"}},
      {"date < '2026-01-31'",
       {"(\"date\" < DATE '2026-01-31')", "(\"date\" < DATE '2026-01-31')",
        "(`date` < DATE '2026-01-31')", "none", "(\"date\" < DATE '2026-01-31')",
        "(`date` < DATE '2026-01-31')"}},
      {"date < '12026-01-31'", {"none", "none", "none", "none", "none", "none"}},
      {"time < '12:30'",
       {"(\"time\" < TIME '12:30:00')", "(\"time\" < TIME '12:30:00')",
        "(`time` < TIME '12:30:00')", "none", "(\"time\" < TIME '12:30:00')", "none"}},
      {"ts < '2026-01-31 01:02:03.5'",
       {"none", "(\"ts\" < TIMESTAMPTZ '2026-01-31 01:02:03.5+00')", "none", "none",
        "(\"ts\" < TIMESTAMPTZ '2026-01-31 01:02:03.5+00')",
        "(`ts` < TIMESTAMP '2026-01-31 01:02:03.5 UTC')"}},
      {"ntz < '2026-01-31'",
       {"(\"ntz\" < TIMESTAMP '2026-01-31 00:00:00')",
        "(\"ntz\" < TIMESTAMP '2026-01-31 00:00:00')", "(`ntz` < TIMESTAMP '2026-01-31 00:00:00')",
        "none", "(\"ntz\" < TIMESTAMP '2026-01-31 00:00:00')",
        "(`ntz` < TIMESTAMP_NTZ '2026-01-31 00:00:00')"}},
      {"p.q = 1", {"none", "none", "none", "none", "(\"p\".\"q\" = 1)", "(`p`.`q` = 1L)"}},
      {"c = 1", {"none", "none", "none", "none", "none", "none"}},
      {"c IS NULL", {"none", "none", "none", "none", "none", "none"}},
      {"l = -9223372036854775808",
       {"(\"l\" = (-9223372036854775807 - 1))", "(\"l\" = (-9223372036854775807 - 1))",
        "(`l` = (-9223372036854775807 - 1))", "(\"l\" = (-9223372036854775807 - 1))",
        "(\"l\" = (-9223372036854775807 - 1))", "(`l` = (-9223372036854775807 - 1))"}},
      {"upper(s) = 'X'", {"none", "none", "none", "none", "none", "none"}},
      {"1 = 2", {"(FALSE)", "(FALSE)", "(FALSE)", "(1 = 0)", "(FALSE)", "(FALSE)"}},
  };
  for (const Row& row : kRows) {
    for (int dialect = 0; dialect < 6; ++dialect) {
      EXPECT_EQ(Rendered(row.sql, static_cast<Dialect>(dialect)), row.rendered[dialect])
          << row.sql << " dialect=" << dialect;
    }
  }
}

TEST(RenderTest, NamesAndTextsCannotBreakOut) {
  EXPECT_EQ(Rendered("`we\"ird``` = 1", Dialect::kPostgres), "(\"we\"\"ird`\" = 1)");
  EXPECT_EQ(Rendered("`we\"ird``` = 1", Dialect::kMysql), "(`we\"ird``` = 1)");
  EXPECT_EQ(QuoteText("'; DROP TABLE t; --", Dialect::kPostgres), "'''; DROP TABLE t; --'");
  EXPECT_EQ(QuoteText("\\' OR 1=1", Dialect::kMysql), "'\\\\'' OR 1=1'");
  EXPECT_EQ(QuoteText(std::string("a\0b", 3), Dialect::kPostgres), std::nullopt);
  EXPECT_EQ(QuoteText("\xFF", Dialect::kDuckdb), std::nullopt);
}

TEST(RenderTest, SaysWhichConjunctsItTook) {
  const std::vector<Predicate> conjuncts = *BindPredicate(
      *ParsePredicate("i = 1 AND s = 'x' AND upper(s) = 'X' AND l > 2"), TestSchema());
  const RenderedWhere where = RenderWhere(conjuncts, TestSchema(), Dialect::kAnsi);
  EXPECT_EQ(where.sql, "(\"i\" = 1) AND (\"l\" > 2)");
  EXPECT_THAT(where.taken, ElementsAre(true, false, false, true));
  EXPECT_EQ(RenderWhere({}, TestSchema(), Dialect::kAnsi).sql, "");
}

TEST(RenderTest, WhatIsNotBoundIsNotTaken) {
  EXPECT_EQ(RenderPredicate(*ParsePredicate("l = 1"), TestSchema(), Dialect::kPostgres),
            std::nullopt);
  EXPECT_EQ(RenderPredicate(*ParsePredicate("gone = 1"), TestSchema(), Dialect::kPostgres),
            std::nullopt);
  Predicate empty_and;
  empty_and.op = Op::kAnd;
  EXPECT_EQ(RenderPredicate(empty_and, TestSchema(), Dialect::kPostgres), std::nullopt);
}

}  // namespace
}  // namespace tenon::expression
