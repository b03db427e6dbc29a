// The SQL and the numbers of jdbc.h's adapter. tests/door/jdbc_sqlite_test.cc runs it over a database.
#include "tenon/jdbc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "door/jdbc_read.h"
#include "testing/matchers.h"

namespace tenon::jdbc::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IsError;
using testing::IsOkAndHolds;

constexpr int kPlenty = 38;

std::vector<std::string> Cuts(int64_t lower, int64_t upper, int64_t parts) {
  JdbcOptions options;
  options.partition_column = "c";
  options.lower_bound = lower;
  options.upper_bound = upper;
  options.num_partitions = parts;
  return PartitionConditions(options, {});
}

TEST(JdbcPartitionsTest, AreSparks) {
  EXPECT_THAT(Cuts(0, 13, 2), ElementsAre("(\"c\" < 7 OR \"c\" IS NULL)", "\"c\" >= 7"));
  EXPECT_THAT(
      Cuts(1, 100, 7),
      ElementsAre("(\"c\" < 15 OR \"c\" IS NULL)", "\"c\" >= 15 AND \"c\" < 29",
                  "\"c\" >= 29 AND \"c\" < 43", "\"c\" >= 43 AND \"c\" < 57",
                  "\"c\" >= 57 AND \"c\" < 71", "\"c\" >= 71 AND \"c\" < 85", "\"c\" >= 85"));
  EXPECT_EQ(Cuts(-5, 5, 20).size(), 10u);
  EXPECT_THAT(Cuts(4, 4, 8), ElementsAre(""));
  EXPECT_THAT(Cuts(0, 100, 1), ElementsAre(""));
  EXPECT_EQ(Cuts(std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max(), 3)[1],
            "\"c\" >= -3074457345618258603 AND \"c\" < 3074457345618258602");
}

TEST(JdbcSqlTest, AConditionSaysWhatThePredicateSays) {
  const Predicate predicate = Predicate::Or(
      {Predicate::Not(Predicate::In("a\"b", {Literal::Long(1), Literal::Null(DataType::Long())})),
       Predicate::And({Predicate::Compare(Op::kNotEqual, "name", Literal::String("O'Hara")),
                       Predicate::IsNotNull("name")})});
  EXPECT_EQ(ConditionOf(predicate, {}),
            "((NOT \"a\"\"b\" IN (1, NULL)) OR (\"name\" <> 'O''Hara' AND \"name\" IS NOT NULL))");
}

TEST(JdbcSqlTest, OnlyWhatTheDialectDecidesIsTaken) {
  const Schema schema(
      {{"n", DataType::Int()}, {"t", DataType::String()}, {"d", DataType::Double()}});
  const Predicate number = Predicate::Compare(Op::kLess, "n", Literal::Int(5));
  const Predicate text = Predicate::Compare(Op::kEqual, "t", Literal::String("x"));
  const auto answer = [&](const Predicate& predicate, Dialect dialect) {
    return AnswerTo(predicate, schema, dialect);
  };
  EXPECT_EQ(answer(number, {}), PushDown::kNone);
  EXPECT_EQ(answer(number, {.numbers = true}), PushDown::kExact);
  EXPECT_EQ(answer(text, {.numbers = true}), PushDown::kNone);
  EXPECT_EQ(answer(text, {.text = true}), PushDown::kExact);
  const Dialect both{.numbers = true, .text = true};
  EXPECT_EQ(answer(Predicate::And({number, text}), both), PushDown::kExact);
  EXPECT_EQ(answer(Predicate::And({number, text}), {.numbers = true}), PushDown::kNone);
  EXPECT_EQ(answer(Predicate::Compare(Op::kLess, "d", Literal::Double(1)), both), PushDown::kNone);
  EXPECT_EQ(answer(Predicate::Compare(Op::kStartsWith, "t", Literal::String("x")), both),
            PushDown::kNone);
  EXPECT_EQ(answer(Predicate::Compare(Op::kEqual, "t", Literal::String("a\\b")), both),
            PushDown::kNone);
  EXPECT_EQ(answer(Predicate::IsNull("elsewhere"), both), PushDown::kNone);
  EXPECT_EQ(answer(Predicate::Text("x ~ 'y'"), {}), PushDown::kExact);
}

TEST(JdbcSqlTest, ASelectHasItsColumnsItsTableAndItsConditions) {
  JdbcOptions options;
  options.db_table = "main.people";
  EXPECT_EQ(SelectOf(options, {"id", "na`me"}, {"", "a", ""}, {.identifier_quote = "`"}),
            "SELECT `id`, `na``me` FROM main.people WHERE a");
  options.filter_predicate = "x OR y";
  EXPECT_EQ(SelectOf(options, {}, {}, {}), "SELECT 1 FROM main.people WHERE (x OR y)");
  options.query = "SELECT 1";
  EXPECT_EQ(SelectOf(options, {"*"}, {"1 = 0"}, {}),
            "SELECT * FROM (SELECT 1) tenon_query WHERE 1 = 0 AND (x OR y)");
}

TEST(JdbcDecimalTest, PlainTextBecomesAnUnscaledNumber) {
  EXPECT_THAT(ParseDecimal("-12.5", 10, 2),
              IsOkAndHolds(Decimal128{-1, static_cast<uint64_t>(-1250)}));
  EXPECT_THAT(ParseDecimal("+.5", 10, 1), IsOkAndHolds(Decimal128{0, 5}));
  EXPECT_THAT(ParseDecimal("007.500", 2, 1), IsOkAndHolds(Decimal128{0, 75}));
  EXPECT_THAT(ParseDecimal("99999999999999999999999999999999999999", kPlenty, 0),
              IsOkAndHolds(Decimal128{0x4B3B4CA85A86C47A, 0x098A223FFFFFFFFF}));
}

TEST(JdbcDecimalTest, WhatDoesNotFitIsNamed) {
  for (const char* text : {"", "-", ".", "1e3", "1.2.3", " 1", "NaN"}) {
    EXPECT_THAT(ParseDecimal(text, kPlenty, 2),
                IsError(StatusCode::kDataError, HasSubstr("is no plain number: value=")))
        << text;
  }
  EXPECT_THAT(ParseDecimal("1.234", 10, 2),
              IsError(StatusCode::kDataError,
                      HasSubstr("more digits behind the point than its type: value=1.234 "
                                "type=decimal(10,2)")));
  EXPECT_THAT(ParseDecimal("123", 2, 0),
              IsError(StatusCode::kDataError, HasSubstr("has more digits than its type")));
  EXPECT_THAT(ParseDecimal(std::string(500, '9'), kPlenty, 0),
              IsError(StatusCode::kDataError, HasSubstr("has more digits than its type")));
  EXPECT_THAT(ParseDecimal("1", 38, 38),
              IsError(StatusCode::kDataError, HasSubstr("has more digits than its type")));
}

TEST(JdbcTypesTest, AreGlues) {
  const auto type = [](Types jdbc, int precision = 0, int scale = 0) {
    return TypeOf({"c", jdbc, precision, scale}).ToString();
  };
  EXPECT_EQ(type(Types::kBit), "boolean");
  EXPECT_EQ(type(Types::kTinyInt), "short");
  EXPECT_EQ(type(Types::kReal), "float");
  EXPECT_EQ(type(Types::kFloat), "float");
  EXPECT_EQ(type(Types::kNumeric), "decimal(38,18)");
  EXPECT_EQ(type(Types::kDecimal, 60, 3), "decimal(38,3)");
  EXPECT_EQ(type(Types::kTime), "string");
  EXPECT_EQ(type(Types::kTimestampWithTimezone), "timestamp");
  EXPECT_EQ(type(static_cast<Types>(1111)), "string");
}

TEST(JdbcResultSetTest, AGetterThatIsMissingIsNamed) {
  struct Bare : ResultSet {
    ResultSetMetaData GetMetaData() const override { return {}; }
    Result<bool> Next() override { return false; }
    bool WasNull() const override { return false; }
  } bare;
  EXPECT_THAT(bare.GetLong(3),
              IsError(StatusCode::kUnsupported, HasSubstr("no GetLong: column=3")));
  EXPECT_THAT(bare.GetDouble(3), IsError(StatusCode::kUnsupported, HasSubstr("no GetDouble")));
  EXPECT_THAT(bare.GetString(3), IsError(StatusCode::kUnsupported, HasSubstr("no GetString")));
}

}  // namespace
}  // namespace tenon::jdbc::internal
