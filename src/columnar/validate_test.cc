#include "columnar/validate.h"

#include <gtest/gtest.h>

#include <functional>

#include "columnar/column.h"
#include "columnar/column_ops.h"
#include "testing/matchers.h"
#include "testing/rows/rows.h"

namespace tenon::columnar {
namespace {

using tenon::testing::ColumnOf;
using tenon::testing::IsError;
using tenon::testing::IsOk;
using tenon::testing::Rows;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr int8_t kOneThenNine[] = {0, 9};
constexpr int8_t kOneThenOne[] = {0, 1};
constexpr int32_t kDescending[] = {0, 3, 1};
constexpr int32_t kTooFar[] = {0, 3, 100};
constexpr char kNoUtf8[] = "\xff\xfe\xfd\xfc";

struct Case {
  const char* what;
  const char* type;
  const char* values;
  std::function<void(ArrayNode&)> damage;
  bool cheap;  // Found without reading values.
  const char* words;
};

std::shared_ptr<ArrayNode> ChildOf(ArrayNode& node, size_t index) {
  auto child = std::make_shared<ArrayNode>(*node.children[index]);
  node.children[index] = child;
  return child;
}

const Case kCases[] = {
    {"null count", "int", "[1, null]", [](ArrayNode& n) { n.null_count = 3; }, true,
     "null count is not -1 to length"},
    {"missing bits", "int", "[1, 2]", [](ArrayNode& n) { n.null_count = 1; }, true,
     "has nulls but no validity bits"},
    {"buffers", "int", "[1, 2]", [](ArrayNode& n) { n.buffer_count = 1; }, true,
     "wrong number of buffers"},
    {"no values", "int", "[1, 2]", [](ArrayNode& n) { n.buffers[1] = {}; }, true,
     "value buffer is missing"},
    {"offset", "long", "[1, 2]", [](ArrayNode& n) { n.offset = -1; }, true,
     "length or offset is negative"},
    {"children", "struct<a:int>", R"([{"a": 1}, null])", [](ArrayNode& n) { n.children.clear(); },
     true, "wrong number of children"},
    {"short child", "struct<a:int>", R"([{"a": 1}, null])",
     [](ArrayNode& n) { ChildOf(n, 0)->length = 1; }, true,
     "column=c.a rule=fewer rows than its parent"},
    {"elements", "array<int>", "[[1, 2, 3], [4]]",
     [](ArrayNode& n) {
       n.buffers[1] = {kTooFar, nullptr};
     },
     true, "offsets end beyond the elements"},
    {"no text", "string", R"(["ab", "c"])", [](ArrayNode& n) { n.buffers[2] = {}; }, true,
     "text buffer is missing"},
    {"offsets descend", "string", R"(["ab", "c"])",
     [](ArrayNode& n) {
       n.buffers[1] = {kDescending, nullptr};
     },
     false, "column=c"},
    {"counted nulls", "int", "[1, null]", [](ArrayNode& n) { n.null_count = 2; }, false,
     "null_count"},
    {"not UTF-8", "string", R"(["ab", "cd"])",
     [](ArrayNode& n) {
       n.buffers[2] = {kNoUtf8, nullptr};
     },
     false, "UTF8"},
    {"not UTF-8 below", "array<string>", R"([["ab", "cd"]])",
     [](ArrayNode& n) {
       ChildOf(n, 0)->buffers[2] = {kNoUtf8, nullptr};
     },
     false, "UTF8"},
    {"choice code", "choice<int,string>", R"([1, "x"])",
     [](ArrayNode& n) {
       n.buffers[0] = {kOneThenNine, nullptr};
     },
     false, "column=c"},
    {"unselected slot", "choice<int,string>", R"([1, "x"])",
     [](ArrayNode& n) { n.children[0] = ColumnOf(DataType::Int(), "[1, 2]").node(); }, false,
     "unselected slot of a choice has a value: row=1 member=int"},
    {"null row", "choice<int,string>", "[1, null]",
     [](ArrayNode& n) {
       n.buffers[0] = {kOneThenOne, nullptr};
     },
     false, "null row of a choice does not carry code 0: row=1 code=1"},
    {"choice below", "array<choice<int,string>>", R"([[1, "x"]])",
     [](ArrayNode& n) { ChildOf(n, 0)->children[0] = ColumnOf(DataType::Int(), "[1, 2]").node(); },
     false, "column=c.element rule=unselected slot"},
};

Result<RecordBatch> Damaged(const Case& one, bool damage) {
  const DataType type = DataType::Parse(one.type).value();
  const Column column = ColumnOf(type, one.values);
  auto node = std::make_shared<ArrayNode>(*column.node());
  if (damage) one.damage(*node);
  const auto schema = std::make_shared<const Schema>(std::vector<Field>{{"c", type}});
  return MakeBatch(schema, {Column(type, node)}, column.length());
}

TEST(ValidateTest, EachBrokenRuleIsNamedWithItsColumn) {
  for (const Case& one : kCases) {
    SCOPED_TRACE(one.what);
    ASSERT_OK_AND_ASSIGN(RecordBatch good, Damaged(one, false));
    EXPECT_THAT(ValidateFull(good), IsOk());
    ASSERT_OK_AND_ASSIGN(RecordBatch bad, Damaged(one, true));
    const auto expected = IsError(
        StatusCode::kInternal,
        AllOf(HasSubstr("Column breaks the batch contract: column=c"), HasSubstr(one.words)));
    EXPECT_THAT(ValidateFull(bad), expected);
    if (one.cheap) {
      EXPECT_THAT(ValidateCheap(bad), expected);
    } else {
      EXPECT_THAT(ValidateCheap(bad), IsOk());
    }
  }
}

TEST(ValidateTest, ADecimalBeyondItsPrecisionIsFound) {
  const Column wide = ColumnOf(DataType::Decimal(10, 0), "[\"1234567890\"]");
  const auto schema =
      std::make_shared<const Schema>(std::vector<Field>{{"c", DataType::Decimal(3, 0)}});
  ASSERT_OK_AND_ASSIGN(RecordBatch batch,
                       MakeBatch(schema, {Column(DataType::Decimal(3, 0), wide.node())}, 1));
  EXPECT_THAT(ValidateFull(batch),
              IsError(StatusCode::kInternal, HasSubstr("does not fit in precision")));
}

TEST(ValidateTest, AColumnDeclaredWithoutNullsMustHaveNone) {
  const auto schema =
      std::make_shared<const Schema>(std::vector<Field>{{"c", DataType::Int(), false}});
  ASSERT_OK_AND_ASSIGN(RecordBatch batch,
                       MakeBatch(schema, {ColumnOf(DataType::Int(), "[1, null]")}, 2));
  EXPECT_THAT(ValidateCheap(batch), IsOk());
  EXPECT_THAT(ValidateFull(batch),
              IsError(StatusCode::kInternal, HasSubstr("declared without nulls")));
  const DataType inner = DataType::Struct({{"a", DataType::Int(), false}});
  const auto nested = std::make_shared<const Schema>(std::vector<Field>{{"s", inner}});
  ASSERT_OK_AND_ASSIGN(RecordBatch fine,
                       MakeBatch(nested, {ColumnOf(inner, R"([{"a": 1}, null])")}, 2));
  EXPECT_THAT(ValidateFull(fine), IsOk());
  ASSERT_OK_AND_ASSIGN(RecordBatch bad,
                       MakeBatch(nested, {ColumnOf(inner, R"([{"a": 1}, {}])")}, 2));
  EXPECT_THAT(ValidateFull(bad),
              IsError(StatusCode::kInternal, HasSubstr("column=s.a rule=is declared without")));
}

TEST(ValidateTest, BatchesWithoutColumnsOrRowsAreValid) {
  EXPECT_THAT(ValidateFull(RecordBatch::RowCount(10)), IsOk());
  EXPECT_THAT(ValidateFull(Rows("a:string, l:array<int>, c:choice<int,string>", "")), IsOk());
}

}  // namespace
}  // namespace tenon::columnar
