#include "columnar/value_range.h"

#include <gtest/gtest.h>

#include <limits>

namespace tenon::columnar {
namespace {

ValueRange Longs(int64_t least, int64_t greatest) {
  return {.least = least, .greatest = greatest, .exact = true};
}

bool May(Op op, Literal literal, const ValueRange& range) {
  return MayHold(Predicate::Compare(op, "c", std::move(literal)), range);
}

TEST(ValueRangeTest, WholeNumbersOutsideOfTheBoundsDoNotMatch) {
  const ValueRange range = Longs(10, 20);
  EXPECT_FALSE(May(Op::kEqual, Literal::Long(9), range));
  EXPECT_TRUE(May(Op::kEqual, Literal::Long(10), range));
  EXPECT_FALSE(May(Op::kLess, Literal::Long(10), range));
  EXPECT_TRUE(May(Op::kLessOrEqual, Literal::Long(10), range));
  EXPECT_FALSE(May(Op::kGreater, Literal::Long(20), range));
  EXPECT_TRUE(May(Op::kGreaterOrEqual, Literal::Long(20), range));
  EXPECT_FALSE(MayHold(Predicate::In("c", {Literal::Long(1), Literal::Long(30)}), range));
  EXPECT_TRUE(MayHold(Predicate::In("c", {Literal::Long(1), Literal::Long(15)}), range));
  EXPECT_TRUE(May(Op::kNotEqual, Literal::Long(10), range));
  EXPECT_FALSE(May(Op::kNotEqual, Literal::Long(7), Longs(7, 7)));
}

TEST(ValueRangeTest, NullsMatchOnlyWhatAsksForThem) {
  ValueRange range = Longs(1, 2);
  range.may_be_null = false;
  EXPECT_FALSE(MayHold(Predicate::IsNull("c"), range));
  EXPECT_FALSE(May(Op::kNullSafeEqual, Literal::Null(DataType::Long()), range));
  EXPECT_FALSE(May(Op::kEqual, Literal::Null(DataType::Long()), range));
  const ValueRange nothing = {.may_be_value = false};
  EXPECT_FALSE(MayHold(Predicate::IsNotNull("c"), nothing));
  EXPECT_FALSE(May(Op::kNotEqual, Literal::Long(1), nothing));
  EXPECT_TRUE(MayHold(Predicate::IsNull("c"), nothing));
}

TEST(ValueRangeTest, BoundsOfFloatsSayNothingAboutNan) {
  const ValueRange range = {.least = 1.0, .greatest = 2.0, .exact = true};
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(May(Op::kEqual, Literal::Double(nan), range));
  EXPECT_TRUE(May(Op::kGreater, Literal::Double(5), range));  // NaN is the largest.
  EXPECT_TRUE(May(Op::kLess, Literal::Double(nan), range));
  EXPECT_FALSE(May(Op::kLess, Literal::Double(1), range));
  EXPECT_TRUE(
      May(Op::kNotEqual, Literal::Double(1), {.least = 1.0, .greatest = 1.0, .exact = true}));
  EXPECT_TRUE(May(Op::kEqual, Literal::Double(-0.0), {.least = 0.0, .greatest = 0.0}));
}

TEST(ValueRangeTest, TextIsComparedByBytesAndBoundsMayBeCutShort) {
  const ValueRange range = {.least = std::string("apple"), .greatest = std::string("pear\xff")};
  EXPECT_FALSE(May(Op::kStartsWith, Literal::String("b\xff"), {.least = std::string("c")}));
  EXPECT_TRUE(May(Op::kStartsWith, Literal::String("app"), range));
  EXPECT_TRUE(May(Op::kStartsWith, Literal::String("p"), range));
  EXPECT_FALSE(May(Op::kStartsWith, Literal::String("q"), range));
  EXPECT_FALSE(May(Op::kEqual, Literal::String("a"), range));
  EXPECT_TRUE(May(Op::kNotEqual, Literal::String("x"),
                  {.least = std::string("x"), .greatest = std::string("x")}));
  EXPECT_TRUE(May(Op::kContains, Literal::String("z"), range));
}

TEST(ValueRangeTest, WhatCannotBeComparedMayHold) {
  EXPECT_TRUE(May(Op::kEqual, Literal::String("1"), Longs(5, 6)));
  const ValueRange decimals = {
      .least = Decimal128{0, 100}, .greatest = Decimal128{0, 200}, .scale = 2};
  EXPECT_TRUE(May(Op::kEqual, {DataType::Decimal(5, 3), Decimal128{0, 5}}, decimals));
  EXPECT_FALSE(May(Op::kEqual, {DataType::Decimal(5, 2), Decimal128{0, 5}}, decimals));
  EXPECT_FALSE(May(Op::kEqual, {DataType::Decimal(5, 2), Decimal128{-1, ~uint64_t{0}}}, decimals));
  EXPECT_TRUE(May(Op::kLess, Literal::Long(1), {}));
}

}  // namespace
}  // namespace tenon::columnar
