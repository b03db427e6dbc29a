#include "columnar/column.h"

#include <gtest/gtest.h>

#include "columnar/column_ops.h"
#include "columnar/memory.h"
#include "columnar/share.h"
#include "columnar/validate.h"
#include "testing/matchers.h"
#include "testing/rows/rows.h"

namespace tenon::columnar {
namespace {

using tenon::testing::ColumnOf;
using tenon::testing::ColumnText;
using tenon::testing::IsError;
using tenon::testing::IsOk;
using tenon::testing::Rows;
using tenon::testing::RowTexts;
using tenon::testing::SchemaOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

DataType Parsed(std::string_view text) { return DataType::Parse(text).value(); }

TEST(ColumnTest, ColumnsOutliveTheirBatchAndMakeItAgain) {
  std::vector<Column> columns =
      TakeColumns(Rows("a:int, b:string", R"({"a": 1, "b": "x"} {"b": "y"})"));
  ASSERT_EQ(columns.size(), 2U);
  EXPECT_EQ(columns[0].CountNulls(), 1);
  ASSERT_OK_AND_ASSIGN(RecordBatch batch, MakeBatch(SchemaOf("a:int, b:string"), columns, 2));
  columns.clear();
  EXPECT_THAT(RowTexts(batch), ElementsAre(R"({"a":1,"b":"x"})", R"({"b":"y"})"));
}

TEST(ColumnTest, ColumnsOfABatchThatWasProjectedAreThoseLeft) {
  RecordBatch batch = Rows("a:int, b:string, c:long", R"({"a": 1, "b": "x", "c": 7})");
  const int positions[] = {2, 0};
  batch = std::move(batch).Project(positions, SchemaOf("c:long, a:int"));
  const std::vector<Column> columns = TakeColumns(std::move(batch));
  ASSERT_EQ(columns.size(), 2U);
  EXPECT_EQ(ColumnText(columns[0]), "[7]");
  EXPECT_EQ(ColumnText(columns[1]), "[1]");
}

TEST(ColumnTest, MakeBatchRefusesColumnsOfAnotherLength) {
  const std::vector<Column> columns = {ColumnOf(DataType::Int(), "[1, 2]")};
  EXPECT_THAT(MakeBatch(SchemaOf("a:int"), columns, 3),
              IsError(StatusCode::kInternal, HasSubstr("column=a")));
}

TEST(ColumnTest, SharedBatchesHaveTheSameBuffers) {
  const SharedBatch shared(Rows("a:long", R"({"a": 1} {"a": 2})"));
  const RecordBatch one = shared.Share(), two = shared.Share();
  EXPECT_EQ(one.array().children[0]->buffers[1], two.array().children[0]->buffers[1]);
  EXPECT_EQ(one.schema_ptr(), two.schema_ptr());
  EXPECT_EQ(shared.num_rows(), 2);
}

TEST(ColumnTest, NullColumnsOfEveryTypeAreValid) {
  for (const char* text : {"null",
                           "boolean",
                           "byte",
                           "short",
                           "int",
                           "long",
                           "float",
                           "double",
                           "decimal(10,2)",
                           "decimal(50,3)",
                           "string",
                           "binary",
                           "date",
                           "time",
                           "timestamp",
                           "timestamp_ntz",
                           "struct<a:int,b:struct<c:string>>",
                           "array<struct<a:int>>",
                           "map<string,array<int>>",
                           "choice<int,string,struct<a:long>>"}) {
    const DataType type = Parsed(text);
    const Column column = NullColumn(type, 70);
    EXPECT_EQ(column.CountNulls(), 70) << text;
    const auto schema = std::make_shared<const Schema>(std::vector<Field>{{"c", type}});
    ASSERT_OK_AND_ASSIGN(RecordBatch batch, MakeBatch(schema, {column}, 70));
    EXPECT_THAT(ValidateFull(batch), IsOk()) << text;
  }
}

TEST(ColumnTest, AFieldOfAStructIsNullWhereTheStructIs) {
  const Column structure =
      ColumnOf(Parsed("struct<a:int,b:string>"), R"([{"a": 1, "b": "x"}, null, {"b": "z"}])");
  EXPECT_EQ(ColumnText(TakeField(structure, 0)), "[1,null,null]");
  EXPECT_EQ(ColumnText(TakeField(SliceColumn(structure, 1, 2), 1)), R"([null,"z"])");
}

TEST(ColumnTest, ParentNullsReachFieldsThatHaveValuesBelowThem) {
  const Column fields =
      ColumnOf(Parsed("struct<a:int,b:choice<int,string>,c:struct<d:int>>"),
               R"([{"a": 1, "b": "x", "c": {"d": 4}}, {"a": 2, "b": "y", "c": {"d": 5}}])");
  auto node = std::make_shared<ArrayNode>(*fields.node());
  static constexpr uint8_t kFirstOnly = 1;
  node->buffers[0] = {&kFirstOnly, nullptr};
  node->null_count = 1;
  const Column structure(fields.type(), node);
  EXPECT_EQ(ColumnText(TakeField(structure, 0)), "[1,null]");
  EXPECT_EQ(ColumnText(TakeField(structure, 1)), R"(["x",null])");
  EXPECT_EQ(ColumnText(TakeField(structure, 2)), R"([{"d":4},null])");
  const auto schema = SchemaOf("b:choice<int,string>");
  ASSERT_OK_AND_ASSIGN(RecordBatch batch, MakeBatch(schema, {TakeField(structure, 1)}, 2));
  EXPECT_THAT(ValidateFull(batch), IsOk());
}

TEST(ColumnTest, MembersOfAChoiceAreItsOwnBuffers) {
  const Column choice = ColumnOf(Parsed("choice<int,string>"), R"([1, "x", null, 4])");
  EXPECT_EQ(ColumnText(TakeMember(choice, 0)), "[1,null,null,4]");
  EXPECT_EQ(TakeMember(choice, 0).node(), choice.node()->children[0]);
  const Column structure = MembersAsStruct(choice);
  EXPECT_EQ(structure.type().ToString(), "struct<int:int,string:string>");
  EXPECT_EQ(ColumnText(structure),
            R"([{"int":1,"string":null},{"int":null,"string":"x"},null,{"int":4,"string":null}])");
  EXPECT_EQ(structure.CountNulls(), 1);
}

TEST(ColumnTest, SlicesOfChoicesKeepTheirMembers) {
  const Column choice =
      SliceColumn(ColumnOf(Parsed("choice<int,string>"), R"([1, "x", null, 4])"), 1, 2);
  EXPECT_EQ(ColumnText(choice), R"(["x",null])");
  EXPECT_EQ(ColumnText(MembersAsStruct(choice)), R"([{"int":null,"string":"x"},null])");
  EXPECT_EQ(choice.CountNulls(), 1);
}

TEST(ColumnTest, AValueBecomesAMemberOfAChoice) {
  const Column choice =
      AsMember(ColumnOf(DataType::String(), R"(["x", null])"), Parsed("choice<int,string>"), 1);
  EXPECT_EQ(ColumnText(choice), R"(["x",null])");
  ASSERT_OK_AND_ASSIGN(RecordBatch batch, MakeBatch(SchemaOf("c:choice<int,string>"), {choice}, 2));
  EXPECT_THAT(ValidateFull(batch), IsOk());
}

TEST(ColumnTest, StructsKeepTheirNullsWhenTheirFieldsChange) {
  const Column structure = SliceColumn(
      ColumnOf(Parsed("struct<a:int,b:string>"), R"([{"a": 0}, {"a": 1, "b": "x"}, null])"), 1, 2);
  const Column less =
      WithFields(structure, {{"b", DataType::String()}}, {StoredField(structure, 1)});
  EXPECT_EQ(ColumnText(less), R"([{"b":"x"},null])");
}

TEST(ColumnTest, ElementsOfArraysAndValuesOfMapsCanBeReplaced) {
  const Column array =
      ColumnOf(Parsed("array<struct<a:int,b:int>>"), R"([[{"a": 1, "b": 2}], null, [{"a": 3}]])");
  const Column elements = TakeField(StoredElements(array), 0);
  EXPECT_EQ(ColumnText(WithElements(array, elements)), "[[1],null,[3]]");
  const Column map =
      ColumnOf(Parsed("map<string,choice<int,string>>"), R"([{"k": 1}, {"l": "x", "m": 2}])");
  EXPECT_EQ(ColumnText(WithValues(map, TakeMember(StoredValues(map), 0))),
            R"([{"k":1},{"l":null,"m":2}])");
}

TEST(ColumnTest, BufferBytesCountsEveryBuffer) {
  // 3 longs, no validity; 4 offsets and 6 letters, one byte of validity.
  const RecordBatch batch =
      Rows("a:long, s:string", R"({"a": 1, "s": "abc"} {"a": 2} {"a": 3, "s": "def"})");
  EXPECT_EQ(BufferBytes(batch), 3 * 8 + 4 * 4 + 6 + 1);
  EXPECT_EQ(BufferBytes(RecordBatch::RowCount(100)), 0);
}

}  // namespace
}  // namespace tenon::columnar
