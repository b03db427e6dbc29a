#include "tenon/reusable_batch.h"

#include <string>
#include <utility>

#include "tenon/batch_builder.h"
#include "tenon/column_view.h"
#include "testing/matchers.h"

namespace tenon {
namespace {

ReusableBatch TenRows() {
  BatchBuilder rows(std::make_shared<const Schema>(
      Schema({{"n", DataType::Long()}, {"list", DataType::Array(DataType::String())}})));
  for (int i = 0; i < 10; ++i) {
    if (i % 4 != 3) rows.column(0).Append(i);
    for (int k = 0; k < i % 3; ++k) rows.column(1).element().Append(std::to_string(i));
    rows.column(1).EndArray();
    rows.EndRow();
  }
  Result<RecordBatch> batch = rows.Finish();
  return ReusableBatch(*std::move(batch));
}

TEST(ReusableBatchTest, EveryHandOutHasTheSameBuffers) {
  ReusableBatch ten = TenRows();
  RecordBatch first = ten.Share(), second = ten.Share();
  EXPECT_EQ(first.array().children[0]->buffers[1], second.array().children[0]->buffers[1]);
  EXPECT_EQ(first.schema_ptr(), second.schema_ptr());
  EXPECT_EQ(first.num_rows(), 10);
}

TEST(ReusableBatchTest, AHandOutOutlivesTheOriginal) {
  RecordBatch kept;
  {
    ReusableBatch ten = TenRows();
    kept = ten.Share();
  }
  EXPECT_EQ(BatchView(kept).column(0).GetLong(9), 9);
}

TEST(ReusableBatchTest, ASliceHasItsOwnRows) {
  RecordBatch slice = TenRows().Share(3, 4);
  ASSERT_EQ(slice.num_rows(), 4);
  BatchView view(slice);
  EXPECT_TRUE(view.column(0).is_null(0));
  EXPECT_EQ(view.column(0).GetLong(1), 4);
  const ColumnView& lists = view.column(1);
  EXPECT_EQ(lists.range(2).end - lists.range(2).begin, 2);
  EXPECT_EQ(lists.elements().GetString(lists.range(2).begin), "5");
  EXPECT_EQ(TenRows().Share(10, 0).num_rows(), 0);
}

TEST(ReusableBatchTest, AColumnMovedOutIsReleasedOnItsOwn) {
  ArrowArray column;
  {
    RecordBatch batch = TenRows().Share();
    ArrowArray whole = std::move(batch).Release();
    column = *whole.children[1];
    whole.children[1]->release = nullptr;
    whole.release(&whole);
  }
  EXPECT_EQ(column.length, 10);
  EXPECT_EQ(column.children[0]->length, 9);
  column.release(&column);
}

TEST(ReusableBatchTest, ARowCountStaysOne) {
  ReusableBatch count(RecordBatch::RowCount(7));
  EXPECT_EQ(count.Share(0, 3).num_rows(), 3);
  EXPECT_EQ(count.Share().num_columns(), 0);
}

}  // namespace
}  // namespace tenon
