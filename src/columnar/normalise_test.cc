#include "columnar/normalise.h"

#include <arrow/array/array_base.h>
#include <arrow/array/array_dict.h>
#include <arrow/array/array_nested.h>
#include <arrow/array/array_run_end.h>
#include <arrow/c/bridge.h>
#include <arrow/json/from_string.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <gtest/gtest.h>

#include "columnar/memory.h"
#include "columnar/validate.h"
#include "testing/matchers.h"
#include "testing/rows/rows.h"

namespace tenon::columnar {
namespace {

using tenon::testing::IsError;
using tenon::testing::IsOk;
using tenon::testing::Rows;
using tenon::testing::RowTexts;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

using ArrayPtr = std::shared_ptr<arrow::Array>;

ArrayPtr Json(const std::shared_ptr<arrow::DataType>& type, const std::string& text) {
  return arrow::json::ArrayFromJSONString(type, text).ValueOrDie();
}

Result<RecordBatch> Foreign(const ArrayPtr& array) {
  const auto schema = arrow::schema({arrow::field("c", array->type())});
  ArrowSchema layout;
  ArrowArray exported;
  const auto batch = arrow::RecordBatch::Make(schema, array->length(), {array});
  if (!arrow::ExportRecordBatch(*batch, &exported, &layout).ok()) return Status::Internal("export");
  return RecordBatch::TakeForeign(&layout, &exported);
}

struct Case {
  ArrayPtr array;
  const char* type;
  const char* rows;  // One after another, blank between.
};

std::string TextOf(const RecordBatch& batch) {
  std::string text;
  for (const std::string& row : RowTexts(batch)) text += (text.empty() ? "" : " ") + row;
  return text;
}

// The whole array, and rows 1.. of it, must come over.
void Expect(const Case& one) {
  SCOPED_TRACE(one.array->type()->ToString());
  ASSERT_OK_AND_ASSIGN(RecordBatch foreign, Foreign(one.array));
  ASSERT_NE(foreign.layout(), nullptr);
  EXPECT_GT(BufferBytes(foreign), 0);
  ASSERT_OK_AND_ASSIGN(RecordBatch batch, Normalise(std::move(foreign)));
  EXPECT_EQ(batch.schema().field(0).type.ToString(), one.type);
  EXPECT_THAT(ValidateFull(batch), IsOk());
  EXPECT_EQ(TextOf(batch), one.rows);

  ASSERT_OK_AND_ASSIGN(RecordBatch part, Foreign(one.array->Slice(1)));
  ASSERT_OK_AND_ASSIGN(RecordBatch rest, Normalise(std::move(part)));
  EXPECT_THAT(ValidateFull(rest), IsOk());
  const std::string all = one.rows;
  EXPECT_EQ(TextOf(rest), all.substr(all.find("} {") + 2));
}

TEST(NormaliseTest, TextAndBinaryOfEveryLayout) {
  const std::string text = R"(["a", null, "a much longer text than fits in a view"])";
  const char* rows = R"({"c":"a"} {} {"c":"a much longer text than fits in a view"})";
  Expect({Json(arrow::large_utf8(), text), "string", rows});
  Expect({Json(arrow::utf8_view(), text), "string", rows});
  const char* bytes = R"({"c":"YQ=="} {} {"c":"YmM="})";
  Expect({Json(arrow::large_binary(), R"(["a", null, "bc"])"), "binary", bytes});
  Expect({Json(arrow::binary_view(), R"(["a", null, "bc"])"), "binary", bytes});
  Expect({Json(arrow::fixed_size_binary(2), R"(["ab", null, "cd"])"), "binary",
          R"({"c":"YWI="} {} {"c":"Y2Q="})"});
}

TEST(NormaliseTest, UnsignedNumbersBecomeWiderSignedOnes) {
  Expect({Json(arrow::uint8(), "[255, null, 0]"), "short", R"({"c":255} {} {"c":0})"});
  Expect({Json(arrow::uint16(), "[65535, null, 0]"), "int", R"({"c":65535} {} {"c":0})"});
  Expect(
      {Json(arrow::uint32(), "[4294967295, null, 0]"), "long", R"({"c":4294967295} {} {"c":0})"});
  Expect({Json(arrow::uint64(), "[18446744073709551615, null, 0]"), "decimal(20,0)",
          R"({"c":18446744073709551615} {} {"c":0})"});
}

TEST(NormaliseTest, OtherNumbers) {
  Expect({Json(arrow::float16(), "[1.5, null, -2]"), "float", R"({"c":1.5} {} {"c":-2.0})"});
  Expect({Json(arrow::decimal32(5, 2), R"(["123.45", null, "-0.05"])"), "decimal(5,2)",
          R"({"c":123.45} {} {"c":-0.05})"});
  Expect({Json(arrow::decimal64(15, 2), R"(["1.00", null, "-9999999999999.99"])"), "decimal(15,2)",
          R"({"c":1.00} {} {"c":-9999999999999.99})"});
  Expect({Json(arrow::decimal256(30, 1), R"(["1.5", null, "-1.5"])"), "decimal(30,1)",
          R"({"c":1.5} {} {"c":-1.5})"});
}

TEST(NormaliseTest, TimesInEveryUnitBecomeMicrosecondsTowardsThePast) {
  Expect({Json(arrow::date64(), "[86400000, null, -86400000]"), "date",
          R"({"c":"1970-01-02"} {} {"c":"1969-12-31"})"});
  Expect({Json(arrow::time32(arrow::TimeUnit::SECOND), "[1, null, 3600]"), "time",
          R"({"c":"00:00:01"} {} {"c":"01:00:00"})"});
  Expect({Json(arrow::time64(arrow::TimeUnit::NANO), "[1999, null, 2000]"), "time",
          R"({"c":"00:00:00.000001"} {} {"c":"00:00:00.000002"})"});
  Expect({Json(arrow::timestamp(arrow::TimeUnit::SECOND), "[1, null, -1]"), "timestamp_ntz",
          R"({"c":"1970-01-01 00:00:01"} {} {"c":"1969-12-31 23:59:59"})"});
  Expect({Json(arrow::timestamp(arrow::TimeUnit::NANO, "UTC"), "[1500, null, -1]"), "timestamp",
          R"({"c":"1970-01-01 00:00:00.000001"} {} {"c":"1969-12-31 23:59:59.999999"})"});
  Expect({Json(arrow::timestamp(arrow::TimeUnit::MICRO, "Europe/Berlin"), "[1500000, null, 0]"),
          "timestamp", R"({"c":"1970-01-01 00:00:01.5"} {} {"c":"1970-01-01 00:00:00"})"});
}

TEST(NormaliseTest, ATimeBeyondMicrosecondsIsADataErrorThatNamesTheColumn) {
  ASSERT_OK_AND_ASSIGN(RecordBatch foreign,
                       Foreign(Json(arrow::timestamp(arrow::TimeUnit::SECOND), "[9223372036854]")));
  EXPECT_THAT(Normalise(std::move(foreign)), IsOk());
  ASSERT_OK_AND_ASSIGN(foreign,
                       Foreign(Json(arrow::timestamp(arrow::TimeUnit::SECOND), "[9223372036855]")));
  EXPECT_THAT(Normalise(std::move(foreign)),
              IsError(StatusCode::kDataError,
                      AllOf(HasSubstr("value=9223372036855"), HasSubstr("column=c"))));
}

TEST(NormaliseTest, ListsOfEveryLayout) {
  const std::string text = R"([[1, 2], null, [], [3]])";
  const char* rows = R"({"c":[1,2]} {} {"c":[]} {"c":[3]})";
  Expect({Json(arrow::large_list(arrow::int32()), text), "array<int>", rows});
  Expect({Json(arrow::list_view(arrow::int32()), text), "array<int>", rows});
  Expect({Json(arrow::large_list_view(arrow::int32()), text), "array<int>", rows});
  Expect({Json(arrow::fixed_size_list(arrow::int32(), 2), "[[1, 2], null, [3, null]]"),
          "array<int>", R"({"c":[1,2]} {} {"c":[3,null]})"});
  Expect({Json(arrow::list(arrow::large_utf8()), R"([["a"], ["b", null], []])"), "array<string>",
          R"({"c":["a"]} {"c":["b",null]} {"c":[]})"});
}

TEST(NormaliseTest, MapsAndStructsReachTheirChildren) {
  Expect({Json(arrow::map(arrow::large_utf8(), arrow::uint8()),
               R"([[["a", 1]], null, [["b", 2], ["c", null]]])"),
          "map<string,short>", R"({"c":{"a":1}} {} {"c":{"b":2,"c":null}})"});
  Expect({Json(arrow::struct_(
                   {arrow::field("x", arrow::large_utf8()), arrow::field("y", arrow::uint8())}),
               R"([{"x": "a", "y": 1}, null, {"x": null, "y": 2}])"),
          "struct<x:string,y:short>", R"({"c":{"x":"a","y":1}} {} {"c":{"y":2}})"});
}

TEST(NormaliseTest, DictionariesAndRunsAreWrittenOut) {
  Expect({Json(arrow::dictionary(arrow::int8(), arrow::utf8()), R"(["a", null, "b", "a"])"),
          "string", R"({"c":"a"} {} {"c":"b"} {"c":"a"})"});
  Expect(
      {Json(arrow::list(arrow::dictionary(arrow::int8(), arrow::utf8())), R"([["a"], ["b", "a"]])"),
       "array<string>", R"({"c":["a"]} {"c":["b","a"]})"});
  const ArrayPtr runs = arrow::RunEndEncodedArray::Make(5, Json(arrow::int32(), "[2, 3, 5]"),
                                                        Json(arrow::utf8(), R"(["a", null, "b"])"))
                            .ValueOrDie();
  Expect({runs, "string", R"({"c":"a"} {"c":"a"} {} {"c":"b"} {"c":"b"})"});
}

TEST(NormaliseTest, UnionsBecomeChoicesWhoseUnselectedSlotsAreNull) {
  const arrow::FieldVector members = {arrow::field("i", arrow::int32()),
                                      arrow::field("s", arrow::large_utf8())};
  const char* rows = R"({"c":1} {"c":"x"} {} {"c":"y"} {"c":2})";
  const std::string text = R"([[5, 1], [7, "x"], [5, null], [7, "y"], [5, 2]])";
  Expect({Json(arrow::dense_union(members, {5, 7}), text), "choice<int,string>", rows});
  Expect({Json(arrow::sparse_union(members, {5, 7}), text), "choice<int,string>", rows});
  Expect({Json(arrow::dense_union(members, {0, 1}), R"([[0, 1], [0, 2]])"), "choice<int,string>",
          R"({"c":1} {"c":2})"});
}

TEST(NormaliseTest, ANullRowOfAnotherMemberCarriesCodeZero) {
  const arrow::FieldVector members = {arrow::field("int", arrow::int32()),
                                      arrow::field("string", arrow::large_utf8())};
  ASSERT_OK_AND_ASSIGN(RecordBatch foreign, Foreign(Json(arrow::sparse_union(members, {0, 1}),
                                                         R"([[1, null], [1, "a"]])")));
  ASSERT_OK_AND_ASSIGN(RecordBatch batch, Normalise(std::move(foreign)));
  EXPECT_THAT(ValidateFull(batch), IsOk());
  EXPECT_EQ(static_cast<const int8_t*>(batch.array().children[0]->buffers[0])[0], 0);
}

TEST(NormaliseTest, ACanonicalBatchIsLeftAsItIs) {
  RecordBatch batch = Rows("a:int", R"({"a": 1})");
  const void* data = batch.array().children[0]->buffers[1];
  ASSERT_OK_AND_ASSIGN(RecordBatch same, Normalise(std::move(batch)));
  EXPECT_EQ(same.array().children[0]->buffers[1], data);
}

}  // namespace
}  // namespace tenon::columnar
