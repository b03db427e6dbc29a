#include "tenon/record_batch.h"

#include <string>
#include <utility>
#include <vector>

#include "door/plugin_values.h"
#include "tenon/batch_builder.h"
#include "tenon/column_view.h"
#include "testing/matchers.h"

namespace tenon {
namespace {

using ::testing::HasSubstr;
using testing::IsError;
using testing::IsOk;

SchemaPtr ThreeColumns() {
  return std::make_shared<const Schema>(Schema({{"a", DataType::Long()},
                                                {"b", DataType::String()},
                                                {"c", DataType::Array(DataType::Int())}}));
}

RecordBatch FiveRows() {
  BatchBuilder rows(ThreeColumns());
  for (int i = 0; i < 5; ++i) {
    rows.column(0).Append(i);
    rows.column(1).Append("text " + std::to_string(i));
    rows.column(2).element().Append(i);
    rows.column(2).EndArray();
    rows.EndRow();
  }
  Result<RecordBatch> batch = rows.Finish();
  return *std::move(batch);
}

// A schema of one struct with a single column of the given format.
ArrowSchema Layout(const char* format, ArrowSchema* child, ArrowSchema** children) {
  *child = {.format = format, .name = "x", .flags = ARROW_FLAG_NULLABLE};
  *children = child;
  return {.format = "+s", .name = "", .n_children = 1, .children = children};
}

TEST(RecordBatchTest, AMovedFromBatchIsEmpty) {
  RecordBatch first = FiveRows();
  RecordBatch second = std::move(first);
  EXPECT_EQ(first.num_rows(), 0);  // NOLINT(bugprone-use-after-move): that is what is tested.
  EXPECT_EQ(first.num_columns(), 0);
  EXPECT_EQ(second.num_rows(), 5);
  second = FiveRows();
  second = std::move(*&second);
  EXPECT_EQ(second.num_rows(), 5);
}

TEST(RecordBatchTest, TakeRefusesShapesThatCannotBeRead) {
  ArrowArray array = FiveRows().Release();
  EXPECT_THAT(
      RecordBatch::Take(std::make_shared<const Schema>(Schema({{"a", DataType::Long()}})), &array),
      IsError(StatusCode::kInternal,
              HasSubstr("another number of columns than its schema: columns=3 schema=1")));
  EXPECT_EQ(array.release, nullptr);  // Taken over in any case.
  array = FiveRows().Release();
  array.children[1]->length = 4;
  EXPECT_THAT(
      RecordBatch::Take(ThreeColumns(), &array),
      IsError(StatusCode::kInternal,
              HasSubstr("Column has another length than its batch: column=b rows=4 batch=5")));
  array = FiveRows().Release();
  array.length = -1;
  EXPECT_THAT(RecordBatch::Take(ThreeColumns(), &array),
              IsError(StatusCode::kInternal, HasSubstr("negative length")));
  array = {};
  EXPECT_THAT(RecordBatch::Take(ThreeColumns(), &array),
              IsError(StatusCode::kInternal, HasSubstr("released already")));
}

TEST(RecordBatchTest, ProjectMovesPointers) {
  RecordBatch batch = FiveRows();
  const void* texts = batch.array().children[1]->buffers[2];
  const int positions[] = {2, 1};
  const auto schema = std::make_shared<const Schema>(
      Schema({{"list", DataType::Array(DataType::Int())}, {"text", DataType::String()}}));
  RecordBatch projected = std::move(batch).Project(positions, schema);
  ASSERT_EQ(projected.num_columns(), 2);
  EXPECT_EQ(projected.num_rows(), 5);
  EXPECT_EQ(projected.array().children[1]->buffers[2], texts);
  EXPECT_EQ(BatchView(projected).column(1).GetString(4), "text 4");
  EXPECT_EQ(batch.num_rows(), 0);  // NOLINT(bugprone-use-after-move): that is what is tested.
  RecordBatch none = std::move(projected).Project({}, std::make_shared<const Schema>());
  EXPECT_EQ(none.num_rows(), 5);
  EXPECT_EQ(none.num_columns(), 0);
}

TEST(RecordBatchTest, AProjectedColumnMayOutliveItsBatch) {
  ArrowArray column;
  {
    const int positions[] = {1};
    RecordBatch projected = FiveRows().Project(
        positions, std::make_shared<const Schema>(Schema({{"b", DataType::String()}})));
    ArrowArray whole = std::move(projected).Release();
    column = *whole.children[0];
    whole.children[0]->release = nullptr;
    whole.release(&whole);
  }
  EXPECT_EQ(column.length, 5);
  column.release(&column);
}

TEST(RecordBatchTest, ARowCountHasNoColumns) {
  RecordBatch count = RecordBatch::RowCount(1 << 20);
  EXPECT_EQ(count.num_rows(), 1 << 20);
  EXPECT_EQ(count.num_columns(), 0);
  EXPECT_THAT(RecordBatch::Take(count.schema_ptr(), const_cast<ArrowArray*>(&count.array())),
              IsOk());
}

TEST(RecordBatchTest, AForeignLayoutKeepsItsLogicalSchema) {
  // A column of large text, as ADBC drivers give it.
  int64_t offsets[] = {0, 3, 5};
  const void* buffers[] = {nullptr, offsets, "onetw"};
  const void* no_buffers[] = {nullptr};
  static int released = 0;
  released = 0;
  ArrowArray child{
      .length = 2, .n_buffers = 3, .buffers = buffers, .release = [](ArrowArray* array) {
        ++released;
        array->release = nullptr;
      }};
  ArrowArray* children[] = {&child};
  ArrowArray array{.length = 2,
                   .n_buffers = 1,
                   .n_children = 1,
                   .buffers = no_buffers,
                   .children = children,
                   .release = [](ArrowArray* whole) {
                     ++released;
                     whole->release = nullptr;
                   }};
  ArrowSchema large, *schema_children[1];
  ArrowSchema layout = Layout("U", &large, schema_children);
  layout.release = [](ArrowSchema* schema) {
    ++released;
    schema->release = nullptr;
  };
  {
    ASSERT_OK_AND_ASSIGN(RecordBatch batch, RecordBatch::TakeForeign(&layout, &array));
    EXPECT_EQ(batch.schema().ToString(), "struct<x:string>");
    ASSERT_NE(batch.layout(), nullptr);
    EXPECT_STREQ(batch.layout()->children[0]->format, "U");
    const int positions[] = {0};
    RecordBatch projected = std::move(batch).Project(
        positions, std::make_shared<const Schema>(Schema({{"y", DataType::String()}})));
    EXPECT_STREQ(projected.layout()->children[0]->format, "U");
    EXPECT_EQ(released, 0);
  }
  EXPECT_EQ(released, 2);  // The array and the layout; the child belongs to its parent.
}

TEST(RecordBatchTest, AForeignTypeWithoutAPlaceIsNamed) {
  for (const char* format : {"tDs", "tiM", "x", "+q", "d:5", "d:5,-1", "d:99,0"}) {
    ArrowSchema child, *children[1];
    ArrowSchema layout = Layout(format, &child, children);
    layout.release = [](ArrowSchema* schema) { schema->release = nullptr; };
    ArrowArray array{.release = [](ArrowArray* whole) { whole->release = nullptr; }};
    EXPECT_THAT(
        RecordBatch::TakeForeign(&layout, &array),
        IsError(StatusCode::kUnsupported, HasSubstr(std::string("column=x format=") + format)));
    EXPECT_EQ(layout.release, nullptr);
    EXPECT_EQ(array.release, nullptr);
  }
}

TEST(ArrowSchemaTest, ExportedSchemasReadBackAndAreCanonical) {
  ASSERT_OK_AND_ASSIGN(
      DataType type,
      DataType::Parse(
          "struct<a:null,b:boolean,c:byte,d:short,e:int,f:long,g:float,h:double,i:decimal(38,5),"
          "j:decimal(39,5),k:string,l:binary,m:date,n:time,o:timestamp,p:timestamp_ntz,"
          "q:map<string,array<int>>,r:choice<long,string,struct<x:int>>>"));
  Schema schema({{"all", type}, {"needed", DataType::Int(), false}});
  ArrowSchema exported;
  ExportSchema(schema, &exported);
  EXPECT_TRUE(IsCanonical(exported));
  ASSERT_OK_AND_ASSIGN(Schema back, ImportSchema(exported));
  EXPECT_EQ(back, schema);
  ArrowSchema copy;
  internal::CopyArrowSchema(exported, &copy);
  exported.release(&exported);
  EXPECT_EQ(exported.release, nullptr);
  ASSERT_OK_AND_ASSIGN(back, ImportSchema(copy));
  EXPECT_EQ(back, schema);
  EXPECT_STREQ(copy.children[0]->children[17]->format, "+us:0,1,2");
  copy.release(&copy);
}

TEST(ArrowSchemaTest, OtherLayoutsAreReadButNotCanonical) {
  const std::pair<const char*, const char*> kLayouts[] = {
      {"U", "string"},          {"vu", "string"}, {"Z", "binary"},
      {"w:16", "binary"},       {"C", "short"},   {"I", "long"},
      {"L", "decimal(20,0)"},   {"e", "float"},   {"tdm", "date"},
      {"tts", "time"},          {"ttn", "time"},  {"tsn:Europe/Berlin", "timestamp"},
      {"tss:", "timestamp_ntz"}};
  for (const auto& [format, type] : kLayouts) {
    ArrowSchema child, *children[1];
    const ArrowSchema layout = Layout(format, &child, children);
    ASSERT_OK_AND_ASSIGN(Schema schema, ImportSchema(layout));
    EXPECT_EQ(schema.field(0).type.ToString(), type);
    EXPECT_FALSE(IsCanonical(layout)) << format;
  }
  ArrowSchema child, *children[1];
  ArrowSchema layout = Layout("i", &child, children);
  ArrowSchema values{.format = "u", .name = ""};
  child.dictionary = &values;
  ASSERT_OK_AND_ASSIGN(Schema schema, ImportSchema(layout));
  EXPECT_EQ(schema.field(0).type, DataType::String());
  EXPECT_FALSE(IsCanonical(layout));
  EXPECT_THAT(ImportSchema(values),
              IsError(StatusCode::kUnsupported, HasSubstr("A batch is an Arrow struct: format=u")));
}

}  // namespace
}  // namespace tenon
