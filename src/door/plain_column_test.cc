#include "door/plain_column.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "door/owned_array.h"
#include "tenon/column_view.h"
#include "tenon/record_batch.h"

namespace tenon::internal {
namespace {

class PlainColumnTest : public ::testing::Test {
 protected:
  PlainColumn Make(const DataType& type) {
    schema_ = std::make_shared<const Schema>(Schema({{"c", type}}));
    return PlainColumn(type, memory_);
  }

  // The batch of one column.
  RecordBatch Batch(PlainColumn& column, int64_t rows) {
    std::vector<ArrowArray> children = {column.Finish(rows)};
    Buffer no_nulls;
    ArrowArray array = MakeArray(rows, 0, true, {&no_nulls, 1}, std::move(children));
    return *RecordBatch::Take(schema_, &array);
  }

  const std::shared_ptr<RecycledMemory> memory_ = std::make_shared<RecycledMemory>();
  SchemaPtr schema_;
};

TEST_F(PlainColumnTest, TextAndNullsOfManyRowsComeOutAsTheyWerePut) {
  PlainColumn column = Make(DataType::String());
  for (const int64_t rows : {1, 8, 9, 1000, 70'000, 5}) {  // The last ones take recycled memory.
    int64_t reserved = 0;
    const auto text = [](int64_t row) { return std::string(static_cast<size_t>(row % 7), 'x'); };
    for (int64_t row = 0; row < rows; ++row) {
      if (row == reserved) column.Reserve(reserved = 2 * reserved + 3);
      if (row % 5 == 3) {
        column.PutNull(row);
      } else {
        column.PutText(row, text(row));
      }
    }
    const RecordBatch batch = Batch(column, rows);
    const BatchView view(batch);
    ASSERT_EQ(view.num_rows(), rows);
    for (int64_t row = 0; row < rows; ++row) {
      ASSERT_EQ(view.column(0).is_null(row), row % 5 == 3) << row;
      if (row % 5 == 3) continue;
      ASSERT_EQ(view.column(0).GetString(row), text(row)) << row;
    }
  }
}

TEST_F(PlainColumnTest, FixedValuesBitsAndDecimalsKeepTheirRows) {
  constexpr int64_t kRows = 100;
  PlainColumn whole = Make(DataType::Int());
  whole.Reserve(kRows);
  for (int64_t row = 0; row < kRows; ++row) whole.Put(row, static_cast<int32_t>(row * row));
  const RecordBatch numbers = Batch(whole, kRows);
  EXPECT_EQ(BatchView(numbers).column(0).GetLong(99), 9801);
  EXPECT_EQ(numbers.array().children[0]->null_count, 0);
  EXPECT_EQ(numbers.array().children[0]->buffers[0], nullptr);

  PlainColumn truth = Make(DataType::Boolean());
  truth.Reserve(kRows);
  for (int64_t row = 0; row < kRows; ++row) truth.PutBit(row, row % 3 == 0);
  const RecordBatch bits = Batch(truth, kRows);
  for (int64_t row = 0; row < kRows; ++row)
    EXPECT_EQ(BatchView(bits).column(0).GetBoolean(row), row % 3 == 0) << row;
}

// What stands in the place of a forgotten row is neither null nor its text.
TEST_F(PlainColumnTest, ARowMayBePutAgainWhenItWasForgotten) {
  for (const DataType& type : {DataType::String(), DataType::Boolean()}) {
    const bool text = type == DataType::String();
    PlainColumn column = Make(type);
    column.Reserve(3);
    for (const bool null : {true, false}) {
      null ? column.PutNull(0) : text ? column.PutText(0, "wrong") : column.PutBit(0, true);
      column.Forget(0);
    }
    text ? column.PutText(0, "right") : column.PutBit(0, false);
    column.PutNull(1);
    column.Forget(1);
    column.Reserve(600);
    column.PutNull(1);
    text ? column.PutText(2, "end") : column.PutBit(2, true);
    const RecordBatch batch = Batch(column, 3);
    const BatchView view(batch);
    EXPECT_EQ(batch.array().children[0]->null_count, 1);
    EXPECT_FALSE(view.column(0).is_null(0));
    EXPECT_TRUE(view.column(0).is_null(1));
    if (text) {
      EXPECT_EQ(view.column(0).GetString(0), "right");
      EXPECT_EQ(view.column(0).GetString(2), "end");
    } else {
      EXPECT_FALSE(view.column(0).GetBoolean(0));
      EXPECT_TRUE(view.column(0).GetBoolean(2));
    }
  }
}

TEST_F(PlainColumnTest, AColumnWithoutRowsIsOne) {
  PlainColumn column = Make(DataType::Binary());
  const RecordBatch nothing = Batch(column, 0);
  EXPECT_EQ(nothing.num_rows(), 0);
  column.Reserve(1);
  column.PutText(0, "");
  const RecordBatch empty = Batch(column, 1);
  EXPECT_EQ(BatchView(empty).column(0).GetString(0), "");
}

}  // namespace
}  // namespace tenon::internal
