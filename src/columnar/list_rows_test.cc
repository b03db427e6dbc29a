#include "columnar/list_rows.h"

#include <gtest/gtest.h>

#include "columnar/column_ops.h"
#include "testing/matchers.h"
#include "testing/rows/rows.h"

namespace tenon::columnar {
namespace {

using testing::ColumnOf;
using testing::ColumnText;

TEST(ListRowsTest, ElementsKnowTheirListAndTheirPlaceInIt) {
  const Column lists =
      ColumnOf(DataType::Array(DataType::String()), R"([["a", "b"], [], null, ["c"]])");
  ASSERT_OK_AND_ASSIGN(const ListRows rows, SpreadLists(lists, 1));
  EXPECT_EQ(ColumnText(rows.ids), "[1,null,null,2]");
  EXPECT_EQ(ColumnText(rows.owners), "[1,1,2]");
  EXPECT_EQ(ColumnText(rows.places), "[0,1,0]");
  ASSERT_EQ(rows.values.size(), 1U);
  EXPECT_EQ(ColumnText(rows.values[0]), R"(["a","b","c"])");
  EXPECT_EQ(rows.elements, 3);
  EXPECT_EQ(rows.next_id, 3);
}

TEST(ListRowsTest, AListLongerThanWhatIsWrittenAtOnce) {
  const Column lists = ColumnOf(DataType::Array(DataType::Int()),
                                "[[0,1,2,3,4,5,6,7,8,9,10], [0], [0,1,2,3,4,5,6,7]]");
  ASSERT_OK_AND_ASSIGN(const ListRows rows, SpreadLists(lists, 100));
  EXPECT_EQ(ColumnText(rows.owners),
            "[100,100,100,100,100,100,100,100,100,100,100,101,102,102,102,102,102,102,102,102]");
  EXPECT_EQ(ColumnText(rows.places), ColumnText(rows.values[0]));
}

TEST(ListRowsTest, ASliceHasItsOwnElementsOnly) {
  const Column lists = ColumnOf(DataType::Array(DataType::Int()), "[[1, 2], [3], null, [4, 5]]");
  ASSERT_OK_AND_ASSIGN(const ListRows rows, SpreadLists(SliceColumn(lists, 1, 3), 7));
  EXPECT_EQ(ColumnText(rows.ids), "[7,null,8]");
  EXPECT_EQ(ColumnText(rows.owners), "[7,8,8]");
  EXPECT_EQ(ColumnText(rows.values[0]), "[3,4,5]");
}

TEST(ListRowsTest, WhatANullRowHidesIsNoElement) {
  const Column member = ColumnOf(DataType::Array(DataType::Int()), "[[1, 2], [3], [4]]");
  // A struct that is null in its second row, whose field has a value there.
  const Column present = ColumnOf(DataType::Struct({{"l", DataType::Int()}}), R"([{}, null, {}])");
  const Column structure = WithFields(present, {{"l", member.type()}}, {member});
  ASSERT_OK_AND_ASSIGN(const ListRows rows, SpreadLists(TakeField(structure, 0), 1));
  EXPECT_EQ(ColumnText(rows.ids), "[1,null,2]");
  EXPECT_EQ(ColumnText(rows.owners), "[1,1,2]");
  EXPECT_EQ(ColumnText(rows.values[0]), "[1,2,4]");
}

TEST(ListRowsTest, EntriesOfMapsHaveKeysAndValues) {
  const Column maps = ColumnOf(DataType::Map(DataType::Int()), R"([{"a": 1, "b": 2}, {"c": 3}])");
  ASSERT_OK_AND_ASSIGN(const ListRows rows, SpreadLists(maps, 1));
  ASSERT_EQ(rows.values.size(), 2U);
  EXPECT_EQ(ColumnText(rows.values[0]), R"(["a","b","c"])");
  EXPECT_EQ(ColumnText(rows.values[1]), "[1,2,3]");
  EXPECT_EQ(ColumnText(rows.places), "[0,1,0]");
}

TEST(ListRowsTest, NoRowsAtAll) {
  ASSERT_OK_AND_ASSIGN(const ListRows rows,
                       SpreadLists(NullColumn(DataType::Array(DataType::Int()), 0), 5));
  EXPECT_EQ(rows.elements, 0);
  EXPECT_EQ(rows.next_id, 5);
}

}  // namespace
}  // namespace tenon::columnar
