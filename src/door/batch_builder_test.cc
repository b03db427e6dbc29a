#include "tenon/batch_builder.h"

#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "door/buffer.h"
#include "tenon/column_view.h"
#include "testing/matchers.h"

namespace tenon {
namespace {

using ::testing::HasSubstr;
using testing::IsError;

SchemaPtr OneColumn(DataType type) {
  return std::make_shared<const Schema>(Schema({{"a", std::move(type)}}));
}

DataType Type(std::string_view text) { return *DataType::Parse(text); }

RecordBatch Finished(BatchBuilder& rows) {
  Result<RecordBatch> batch = rows.Finish();
  EXPECT_TRUE(batch.ok()) << batch.status().ToString();
  return batch.ok() ? *std::move(batch) : RecordBatch();
}

TEST(BatchBuilderTest, AppendsWholeRows) {
  BatchBuilder rows(std::make_shared<const Schema>(Schema(
      {{"id", DataType::Long()}, {"name", DataType::String()}, {"score", DataType::Double()}})));
  rows.Append(int64_t{1}, "Ada", 3.5);
  rows.Append(2, nullptr, std::optional<double>());
  rows.Append(std::optional<int64_t>(3), std::string("Grace"));
  RecordBatch batch = Finished(rows);
  ASSERT_EQ(batch.num_rows(), 3);
  BatchView view(batch);
  EXPECT_EQ(view.column(0).GetLong(1), 2);
  EXPECT_EQ(view.column(0).GetLong(2), 3);
  EXPECT_EQ(view.column(1).GetString(0), "Ada");
  EXPECT_TRUE(view.column(1).is_null(1));
  EXPECT_EQ(view.column(1).GetString(2), "Grace");
  EXPECT_EQ(view.column(2).GetDouble(0), 3.5);
  EXPECT_TRUE(view.column(2).is_null(1));
  EXPECT_TRUE(view.column(2).is_null(2));
  EXPECT_EQ(batch.array().children[1]->null_count, 1);
  EXPECT_EQ(batch.array().children[0]->buffers[0], nullptr);  // No null, no bitmap.
}

TEST(BatchBuilderTest, IsEmptyAndUsableAfterFinish) {
  BatchBuilder rows(OneColumn(DataType::String()));
  rows.Append("one");
  RecordBatch first = Finished(rows);
  EXPECT_EQ(rows.num_rows(), 0);
  rows.Append(nullptr);
  rows.Append("two");
  RecordBatch second = Finished(rows);
  EXPECT_EQ(BatchView(first).column(0).GetString(0), "one");
  EXPECT_TRUE(BatchView(second).column(0).is_null(0));
  EXPECT_EQ(BatchView(second).column(0).GetString(1), "two");
  EXPECT_EQ(Finished(rows).num_rows(), 0);
}

TEST(BatchBuilderTest, EveryWholeNumberTypeKeepsItsExtremes) {
  const std::pair<const char*, std::pair<int64_t, int64_t>> kTypes[] = {
      {"byte", {-128, 127}},
      {"short", {-32768, 32767}},
      {"int", {std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max()}},
      {"long", {std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max()}},
      {"date", {-719162, 2932896}},
      {"time", {0, 86399999999}},
      {"timestamp", {-62135596800000000, 253402300799999999}},
      {"timestamp_ntz", {-1, 1}},
  };
  for (const auto& [text, range] : kTypes) {
    SCOPED_TRACE(text);
    BatchBuilder rows(OneColumn(Type(text)));
    rows.Append(range.first);
    rows.Append(nullptr);
    rows.Append(range.second);
    RecordBatch batch = Finished(rows);
    BatchView view(batch);
    EXPECT_EQ(view.column(0).GetLong(0), range.first);
    EXPECT_TRUE(view.column(0).is_null(1));
    EXPECT_EQ(view.column(0).GetLong(2), range.second);
  }
}

TEST(BatchBuilderTest, BooleansAreBits) {
  BatchBuilder rows(OneColumn(DataType::Boolean()));
  for (int i = 0; i < 100; ++i) {
    if (i % 5 == 4) {
      rows.Append(nullptr);
    } else {
      rows.Append(i % 3 == 0);
    }
  }
  RecordBatch batch = Finished(rows);
  BatchView view(batch);
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(view.column(0).is_null(i), i % 5 == 4) << i;
    if (i % 5 != 4) {
      ASSERT_EQ(view.column(0).GetBoolean(i), i % 3 == 0) << i;
    }
  }
}

TEST(BatchBuilderTest, DecimalsKeepSignInBothWidths) {
  for (const char* text : {"decimal(38,2)", "decimal(76,2)"}) {
    BatchBuilder rows(OneColumn(Type(text)));
    const Decimal128 minus_five{-1, static_cast<uint64_t>(-5)};
    rows.Append(minus_five);
    rows.Append(nullptr);
    rows.Append(Decimal128{7, 9});
    RecordBatch batch = Finished(rows);
    BatchView view(batch);
    EXPECT_EQ(view.column(0).GetDecimal(0), minus_five);
    EXPECT_TRUE(view.column(0).is_null(1));
    EXPECT_EQ(view.column(0).GetDecimal(2), (Decimal128{7, 9}));
  }
}

TEST(BatchBuilderTest, StructsOfStructsFillWhatIsLeftOut) {
  BatchBuilder rows(OneColumn(Type("struct<x:int,in:struct<y:string,z:double>>")));
  rows.column(0).field(0).Append(1);
  rows.column(0).field(1).field(0).Append("deep");
  rows.column(0).field(1).EndStruct();
  rows.column(0).EndStruct();
  rows.EndRow();
  rows.EndRow();               // Null.
  rows.column(0).EndStruct();  // All fields null, the struct is not.
  rows.EndRow();
  RecordBatch batch = Finished(rows);
  ColumnView column = BatchView(batch).column(0);
  EXPECT_EQ(column.child(0).GetLong(0), 1);
  EXPECT_EQ(column.child(1).child(0).GetString(0), "deep");
  EXPECT_TRUE(column.child(1).child(1).is_null(0));
  EXPECT_TRUE(column.is_null(1));
  EXPECT_FALSE(column.is_null(2));
  EXPECT_TRUE(column.child(1).is_null(2));
}

TEST(BatchBuilderTest, ArraysAndMaps) {
  BatchBuilder rows(std::make_shared<const Schema>(
      Schema({{"list", Type("array<array<int>>")}, {"map", Type("map<string,long>")}})));
  ColumnBuilder& list = rows.column(0);
  list.element().element().Append(1);
  list.element().element().Append(2);
  list.element().EndArray();
  list.element().EndArray();  // An empty one.
  list.element().AppendNull();
  list.EndArray();
  rows.column(1).key().Append("k");
  rows.column(1).value().Append(5);
  rows.column(1).EndMap();
  rows.EndRow();
  rows.EndRow();
  rows.column(1).EndMap();
  rows.EndRow();
  RecordBatch batch = Finished(rows);
  BatchView view(batch);
  const ColumnView& lists = view.column(0);
  EXPECT_EQ(lists.range(0).end, 3);
  EXPECT_EQ(lists.elements().range(0).end, 2);
  EXPECT_EQ(lists.elements().elements().GetLong(1), 2);
  EXPECT_EQ(lists.elements().range(1).begin, lists.elements().range(1).end);
  EXPECT_TRUE(lists.elements().is_null(2));
  EXPECT_TRUE(lists.is_null(1));
  const ColumnView& maps = view.column(1);
  EXPECT_EQ(maps.keys().GetString(maps.range(0).begin), "k");
  EXPECT_EQ(maps.elements().GetLong(maps.range(0).begin), 5);
  EXPECT_TRUE(maps.is_null(1));
  EXPECT_FALSE(maps.is_null(2));
}

TEST(BatchBuilderTest, AChoiceHasOneMemberARowAndNullHasCodeZero) {
  BatchBuilder rows(OneColumn(Type("choice<long,string>")));
  rows.column(0).member(1).Append("text");
  rows.column(0).EndChoice(1);
  rows.EndRow();
  rows.EndRow();
  rows.column(0).member(0).Append(7);
  rows.column(0).EndChoice(0);
  rows.EndRow();
  rows.column(0).member(1).AppendNull();
  rows.column(0).EndChoice(1);
  rows.EndRow();
  RecordBatch batch = Finished(rows);
  ColumnView column = BatchView(batch).column(0);
  EXPECT_EQ(column.choice(0), 1);
  EXPECT_EQ(column.child(1).GetString(0), "text");
  EXPECT_TRUE(column.child(0).is_null(0));
  EXPECT_TRUE(column.is_null(1));
  EXPECT_EQ(column.choice(1), 0);
  EXPECT_EQ(column.child(0).GetLong(2), 7);
  EXPECT_TRUE(column.is_null(3));
  EXPECT_EQ(column.choice(3), 0);
}

TEST(BatchBuilderTest, AValueOfAnotherTypeFailsTheBatchByItsColumn) {
  BatchBuilder rows(OneColumn(DataType::Long()));
  rows.Append("text");
  EXPECT_THAT(rows.Finish(), IsError(StatusCode::kInternal,
                                     HasSubstr("Value has another type than its column: given=text "
                                               "column=a type=long")));
  rows.Append(1);
  EXPECT_EQ(Finished(rows).num_rows(), 1);
}

TEST(BatchBuilderTest, AProblemDeepInsideNamesItsPath) {
  BatchBuilder rows(OneColumn(Type("struct<m:map<string,array<int>>>")));
  rows.column(0).field(0).value().element().Append(true);
  rows.column(0).field(0).value().EndArray();
  rows.column(0).field(0).key().Append("k");
  rows.column(0).field(0).EndMap();
  rows.column(0).EndStruct();
  rows.EndRow();
  EXPECT_THAT(rows.Finish(), IsError(StatusCode::kInternal,
                                     HasSubstr("given=bool column=a.m.value.element type=int")));
}

TEST(BatchBuilderTest, ANumberOutOfRangeIsADataError) {
  BatchBuilder rows(OneColumn(DataType::Byte()));
  rows.Append(128);
  EXPECT_THAT(rows.Finish(),
              IsError(StatusCode::kDataError,
                      HasSubstr("Value is out of range: value=128 column=a type=byte")));
}

TEST(BatchBuilderTest, MisusesAreErrorsOfFinish) {
  {
    BatchBuilder rows(OneColumn(DataType::Long()));
    rows.Append(1, 2);
    EXPECT_THAT(rows.Finish(),
                IsError(StatusCode::kInternal,
                        HasSubstr("more values than there are columns: values=2 columns=1")));
    EXPECT_EQ(Finished(rows).num_rows(), 0);
  }
  {
    BatchBuilder rows(OneColumn(DataType::Long()));
    rows.column(0).Append(1);
    EXPECT_THAT(rows.Finish(),
                IsError(StatusCode::kInternal, HasSubstr("was not ended: column=a")));
  }
  {
    BatchBuilder rows(OneColumn(DataType::Long()));
    rows.column(0).Append(1);
    rows.column(0).Append(2);
    rows.EndRow();
    EXPECT_THAT(rows.Finish(), IsError(StatusCode::kInternal, HasSubstr("more than one cell")));
  }
  {
    BatchBuilder rows(OneColumn(Type("choice<long,string>")));
    rows.column(0).member(0).Append(1);
    rows.column(0).member(1).Append("b");
    rows.column(0).EndChoice(0);
    rows.EndRow();
    EXPECT_THAT(rows.Finish(),
                IsError(StatusCode::kInternal, HasSubstr("Choice has values in two members")));
  }
  {
    BatchBuilder rows(OneColumn(Type("map<string,int>")));
    rows.column(0).key().AppendNull();
    rows.column(0).value().Append(1);
    rows.column(0).EndMap();
    rows.EndRow();
    EXPECT_THAT(rows.Finish(), IsError(StatusCode::kInternal, HasSubstr("Map has a null key")));
  }
  {
    BatchBuilder rows(OneColumn(DataType::Long()));
    rows.column(0).element().element().field(3).Append(1);
    rows.column(0).EndArray();
    rows.EndRow();
    EXPECT_THAT(rows.Finish(),
                IsError(StatusCode::kInternal, HasSubstr("given=array column=a type=long")));
  }
}

TEST(BatchBuilderTest, IsFullAtItsRowLimit) {
  BatchBuilder rows(OneColumn(DataType::Long()), {.max_rows = 3});
  rows.Append(1);
  rows.Append(2);
  EXPECT_FALSE(rows.full());
  rows.Append(3);
  EXPECT_TRUE(rows.full());
}

TEST(BatchBuilderTest, CountsBytesEvery64RowsAndAtOnceAfterALargeValue) {
  BatchBuilder rows(OneColumn(Type("array<string>")), {.max_rows = 1 << 20, .max_bytes = 100000});
  const std::string small(500, 's'), large(200000, 'l');
  int appended = 0;
  while (!rows.full()) {
    rows.column(0).element().Append(small);
    rows.column(0).EndArray();
    rows.EndRow();
    ++appended;
  }
  EXPECT_GE(appended, 190);
  EXPECT_LE(appended, 256);
  Finished(rows);
  rows.column(0).element().Append(large);
  rows.column(0).EndArray();
  rows.EndRow();
  EXPECT_TRUE(rows.full());  // It travels alone.
}

TEST(BufferTest, MakesRoomOnceForTheBytesItExpects) {
  internal::Buffer values;
  values.ExpectBytes(8000);
  EXPECT_EQ(values.data(), nullptr);
  values.Push(int64_t{0});
  const uint8_t* first = values.data();
  for (int64_t i = 1; i < 1000; ++i) values.Push(i);
  EXPECT_EQ(values.data(), first);
}

TEST(BatchBuilderTest, HoldsTheSameRowsHoweverManyItExpected) {
  const SchemaPtr schema =
      std::make_shared<const Schema>(Schema({{"flag", DataType::Boolean()},
                                             {"text", DataType::String()},
                                             {"amount", Type("decimal(10,2)")},
                                             {"place", Type("struct<x:int,y:short>")},
                                             {"list", Type("array<date>")},
                                             {"either", Type("choice<long,string>")}}));
  for (const int64_t expected : {int64_t{0}, int64_t{1}, int64_t{3}, int64_t{1'000'000'000}}) {
    BatchBuilder rows(schema);
    for (int batch = 0; batch < 2; ++batch) {
      rows.ExpectRows(expected);
      for (int64_t row = 0; row < 3; ++row) {
        rows.column(0).Append(row == 1);
        rows.column(1).Append(std::string(static_cast<size_t>(row), 'x'));
        rows.column(2).Append(Decimal128{0, static_cast<uint64_t>(row)});
        rows.column(3).field(0).Append(row);
        rows.column(3).field(1).Append(-row);
        rows.column(3).EndStruct();
        for (int64_t i = 0; i < row; ++i) rows.column(4).element().Append(i);
        rows.column(4).EndArray();
        rows.column(5).member(0).Append(row);
        rows.column(5).EndChoice(0);
        rows.EndRow();
      }
      RecordBatch made = Finished(rows);
      ASSERT_EQ(made.num_rows(), 3) << "expected " << expected;
      BatchView view(made);
      EXPECT_TRUE(view.column(0).GetBoolean(1));
      EXPECT_EQ(view.column(1).GetString(2), "xx");
      EXPECT_EQ(view.column(3).child(1).GetLong(2), -2);
    }
  }
}

TEST(BatchBuilderTest, BuffersAreAlignedAndPadded) {
  BatchBuilder rows(std::make_shared<const Schema>(
      Schema({{"a", DataType::Int()}, {"b", DataType::String()}, {"c", DataType::Boolean()}})));
  for (int i = 0; i < 1000; ++i) rows.Append(i, std::to_string(i), i % 2 == 0);
  RecordBatch batch = Finished(rows);
  for (int column = 0; column < 3; ++column) {
    const ArrowArray& array = *batch.array().children[column];
    for (int64_t i = 0; i < array.n_buffers; ++i) {
      EXPECT_EQ(reinterpret_cast<uintptr_t>(array.buffers[i]) % 64, 0u);
    }
  }
}

TEST(BatchBuilderTest, ZeroRowsHaveBuffersThatReadersMayTouch) {
  BatchBuilder rows(std::make_shared<const Schema>(
      Schema({{"a", DataType::Int()}, {"b", DataType::String()}, {"c", Type("array<int>")}})));
  RecordBatch batch = Finished(rows);
  EXPECT_EQ(*static_cast<const int32_t*>(batch.array().children[1]->buffers[1]), 0);
  EXPECT_EQ(*static_cast<const int32_t*>(batch.array().children[2]->buffers[1]), 0);
  EXPECT_NE(batch.array().children[0]->buffers[1], nullptr);
}

TEST(BatchBuilderTest, ABatchOutlivesItsBuilder) {
  RecordBatch batch;
  {
    BatchBuilder rows(OneColumn(DataType::String()));
    rows.Append("still here");
    batch = Finished(rows);
  }
  EXPECT_EQ(BatchView(batch).column(0).GetString(0), "still here");
}

}  // namespace
}  // namespace tenon
