#include "tenon/expression.h"

#include <limits>
#include <string>

#include "testing/matchers.h"

namespace tenon {
namespace {

using ::testing::ElementsAre;

TEST(LiteralTest, TextIsSparks) {
  EXPECT_EQ(Literal::Boolean(true).ToString(), "TRUE");
  EXPECT_EQ(Literal::Int(-5).ToString(), "-5");
  EXPECT_EQ(Literal::Long(10).ToString(), "10L");
  EXPECT_EQ(Literal::Double(1).ToString(), "1.0D");
  EXPECT_EQ(Literal::Double(std::numeric_limits<double>::quiet_NaN()).ToString(), "double('NaN')");
  EXPECT_EQ((Literal{DataType::Float(), -std::numeric_limits<double>::infinity()}).ToString(),
            "float('-Infinity')");
  EXPECT_EQ((Literal{DataType::Float(), 0.5}).ToString(), "0.5F");
  EXPECT_EQ(Literal::String("O'Hara").ToString(), "'O''Hara'");
  EXPECT_EQ((Literal{DataType::Binary(), std::string("\x0F\xA0")}).ToString(), "X'0FA0'");
  EXPECT_EQ(Literal::Null(DataType::Long()).ToString(), "NULL");
  EXPECT_EQ((Literal{DataType::Byte(), int64_t{1}}).ToString(), "1Y");
  EXPECT_EQ((Literal{DataType::Date(), int64_t{20484}}).ToString(), "DATE '2026-01-31'");
  EXPECT_EQ((Literal{DataType::Date(), int64_t{-719529}}).ToString(), "DATE '-0001-12-31'");
  EXPECT_EQ((Literal{DataType::Time(), int64_t{3723000001}}).ToString(), "TIME '01:02:03.000001'");
  EXPECT_EQ((Literal{DataType::Timestamp(), int64_t{-1}}).ToString(),
            "TIMESTAMP '1969-12-31 23:59:59.999999'");
  EXPECT_EQ((Literal{DataType::TimestampNtz(), int64_t{0}}).ToString(),
            "TIMESTAMP_NTZ '1970-01-01 00:00:00'");
}

TEST(LiteralTest, DecimalsOf128Bits) {
  EXPECT_EQ((Literal{DataType::Decimal(10, 2), Decimal128{0, 1234}}).ToString(), "12.34BD");
  EXPECT_EQ(
      (Literal{DataType::Decimal(10, 4), Decimal128{-1, static_cast<uint64_t>(-5)}}).ToString(),
      "-0.0005BD");
  EXPECT_EQ((Literal{DataType::Decimal(38, 0), Decimal128{1, 0}}).ToString(),
            "18446744073709551616BD");
  EXPECT_EQ((Literal{DataType::Decimal(38, 0), Decimal128{std::numeric_limits<int64_t>::min(), 0}})
                .ToString(),
            "-170141183460469231731687303715884105728BD");
}

TEST(PredicateTest, TextIsForPeople) {
  const Predicate predicate = Predicate::And(
      {Predicate::Compare(Op::kGreater, "id", Literal::Int(5)), Predicate::IsNotNull("name"),
       Predicate::Not(
           Predicate::Or({Predicate::In("a b", {Literal::Int(1), Literal::Null(DataType::Int())}),
                          Predicate::Compare(Op::kStartsWith, "s.t", Literal::String("x"))})),
       Predicate::Text("f(id) = 1")});
  EXPECT_EQ(
      predicate.ToString(),
      "(id > 5 AND name IS NOT NULL AND NOT (`a b` IN (1, NULL) OR STARTS_WITH(s.t, 'x')) AND {f(id) = 1})");
  EXPECT_THAT(predicate.Columns(), ElementsAre("id", "name", "a b", "s.t"));
  EXPECT_EQ(Predicate().ToString(), "TRUE");
  EXPECT_EQ((Predicate{.op = Op::kAlwaysFalse}).ToString(), "FALSE");
}

TEST(PredicateTest, EveryOperatorHasAName) {
  for (int op = 0; op <= static_cast<int>(Op::kText); ++op)
    EXPECT_NE(OpName(static_cast<Op>(op)), "UNKNOWN");
  EXPECT_EQ(OpName(static_cast<Op>(99)), "UNKNOWN");
}

TEST(PredicateTest, EqualTreesAreEqual) {
  const auto make = [] {
    return Predicate::Not(Predicate::Compare(Op::kEqual, "a", Literal::Long(1)));
  };
  EXPECT_EQ(make(), make());
  EXPECT_FALSE(make() == Predicate::Not(Predicate::Compare(Op::kEqual, "a", Literal::Long(2))));
}

}  // namespace
}  // namespace tenon
