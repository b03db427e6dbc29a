#include "column_list.h"

#include "testing/matchers.h"

namespace tenon::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IsError;
using testing::IsErrorNumber;
using testing::IsOkAndHolds;

TEST(ColumnListTest, ASelectionIsAMappingInItsOrder) {
  ASSERT_OK_AND_ASSIGN(const ColumnList list,
                       ParseSelect(" id, customer.name AS who,`odd, name`.x , a.`b.c`"));
  EXPECT_EQ(
      list.arguments,
      R"({"mappings":[{"source":"id","target":"`id`"},{"source":"customer.name","target":"`who`"},)"
      R"({"source":"`odd, name`.x","target":"`x`"},{"source":"a.`b.c`","target":"`b.c`"}]})");
  EXPECT_THAT(list.columns, ElementsAre("id", "customer", "odd, name", "a"));
}

TEST(ColumnListTest, WhatIsNoSelectionIsShownWithHowToWriteIt) {
  for (const char* wrong : {"", "a,", "a b", "a as", "a as b c", "*", "a as *", "`a"}) {
    EXPECT_THAT(ParseSelect(wrong),
                IsErrorNumber(1103, HasSubstr("A column cannot be read: option=--select column=")))
        << wrong;
  }
  EXPECT_THAT(ParseSelect("id, a b"), IsErrorNumber(1103, HasSubstr("column=a b")));
}

TEST(ColumnListTest, AnOrderTakesDirectionAndNulls) {
  ASSERT_OK_AND_ASSIGN(const ColumnList list,
                       ParseOrderBy("a, b desc, `c d` ASC nulls last, e Nulls First"));
  EXPECT_EQ(
      list.arguments,
      R"({"keys":[{"column":"a"},{"descending":true,"column":"b"},)"
      R"({"descending":false,"nulls_first":false,"column":"c d"},{"nulls_first":true,"column":"e"}]})");
  EXPECT_THAT(list.columns, ElementsAre("a", "b", "c d", "e"));
  for (const char* wrong : {"", "a up", "a desc asc", "a nulls", "a nulls middle", "a,,b"}) {
    EXPECT_THAT(ParseOrderBy(wrong), IsErrorNumber(1103, HasSubstr("option=--order-by"))) << wrong;
  }
}

TEST(ColumnListTest, TypesOfColumnsAreReadInEitherForm) {
  EXPECT_THAT(ParseColumnTypes(
                  "id BIGINT, price decimal(10, 2),tags:array<string>, s: struct<a:int,b:int>"),
              IsOkAndHolds("id:long,price:decimal(10,2),tags:array<string>,s:struct<a:int,b:int>"));
  EXPECT_THAT(ParseColumnTypes("id"), IsErrorNumber(1103, HasSubstr("Write names and types")));
  EXPECT_THAT(ParseColumnTypes("id lnog"),
              IsError(StatusCode::kInvalidArgument, HasSubstr("lnog")));
  EXPECT_THAT(ParseColumnTypes(""), IsErrorNumber(1103, HasSubstr("option=--types")));
}

}  // namespace
}  // namespace tenon::cli
