#include "columnar/slice.h"

#include <gtest/gtest.h>

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

constexpr std::string_view kFields =
    "i:int, s:string, c:choice<int,string>, t:struct<a:int,l:array<string>>, m:map<string,long>, "
    "n:null, d:decimal(10,2), b:boolean";

RecordBatch Five() {
  return Rows(kFields, R"(
    {"i": 0, "s": "zero", "c": 0, "t": {"a": 0, "l": ["x", "y"]}, "m": {"k": 0}, "d": "0.25", "b": true}
    {"i": 1, "c": "one", "t": {"l": []}, "b": false}
    {"i": 2, "s": "two"}
    {"i": 3, "s": "three", "c": 3, "t": {"a": 3, "l": [null, "z"]}, "m": {}, "d": "-3.00"}
    {"i": 4, "c": "four", "m": {"p": 1, "q": null}})");
}

const char* const kTexts[] = {
    R"({"i":0,"s":"zero","c":0,"t":{"a":0,"l":["x","y"]},"m":{"k":0},"d":0.25,"b":true})",
    R"({"i":1,"c":"one","t":{"l":[]},"b":false})",
    R"({"i":2,"s":"two"})",
    R"({"i":3,"s":"three","c":3,"t":{"a":3,"l":[null,"z"]},"m":{},"d":-3.00})",
    R"({"i":4,"c":"four","m":{"p":1,"q":null}})",
};

TEST(SliceTest, ASliceHasTheRowsAndTheBuffersOfItsBatch) {
  const SharedBatch shared(Five());
  ASSERT_OK_AND_ASSIGN(RecordBatch slice, Slice(shared, 1, 3));
  EXPECT_THAT(RowTexts(slice), ElementsAre(kTexts[1], kTexts[2], kTexts[3]));
  EXPECT_THAT(ValidateFull(slice), IsOk());
  const RecordBatch whole = shared.Share();
  EXPECT_EQ(slice.array().children[0]->buffers[1], whole.array().children[0]->buffers[1]);
}

TEST(SliceTest, ASliceOfASliceCountsFromTheFirstOne) {
  ASSERT_OK_AND_ASSIGN(RecordBatch slice, Slice(Five(), 1, 4));
  ASSERT_OK_AND_ASSIGN(RecordBatch again, Slice(std::move(slice), 2, 2));
  EXPECT_THAT(RowTexts(again), ElementsAre(kTexts[3], kTexts[4]));
  EXPECT_THAT(ValidateFull(again), IsOk());
}

TEST(SliceTest, ARangeOutsideOfTheBatchIsAnError) {
  EXPECT_THAT(Slice(Five(), 3, 3),
              IsError(StatusCode::kInternal, AllOf(HasSubstr("offset=3"), HasSubstr("batch=5"))));
  EXPECT_THAT(Slice(Five(), -1, 1), IsError(StatusCode::kInternal, HasSubstr("offset=-1")));
}

TEST(SliceTest, ConcatenateKeepsAllRowsInOrder) {
  std::vector<RecordBatch> parts;
  ASSERT_OK_AND_ASSIGN(RecordBatch last, Slice(Five(), 3, 2));
  ASSERT_OK_AND_ASSIGN(RecordBatch first, Slice(Five(), 0, 3));
  parts.push_back(std::move(last));
  parts.push_back(std::move(first));
  ASSERT_OK_AND_ASSIGN(RecordBatch whole, Concatenate(std::move(parts)));
  EXPECT_THAT(RowTexts(whole), ElementsAre(kTexts[3], kTexts[4], kTexts[0], kTexts[1], kTexts[2]));
  EXPECT_THAT(ValidateFull(whole), IsOk());
}

TEST(SliceTest, ConcatenateOfRowCountsAddsThem) {
  std::vector<RecordBatch> parts;
  parts.push_back(RecordBatch::RowCount(3));
  parts.push_back(RecordBatch::RowCount(4));
  ASSERT_OK_AND_ASSIGN(RecordBatch whole, Concatenate(std::move(parts)));
  EXPECT_EQ(whole.num_rows(), 7);
  ASSERT_OK_AND_ASSIGN(RecordBatch none, Concatenate({}));
  EXPECT_EQ(none.num_rows(), 0);
}

TEST(SliceTest, BatchesOfDifferentSchemasAreNotPutTogether) {
  std::vector<RecordBatch> parts;
  parts.push_back(Rows("a:int", R"({"a": 1})"));
  parts.push_back(Rows("a:long", R"({"a": 1})"));
  EXPECT_THAT(Concatenate(std::move(parts)),
              IsError(StatusCode::kInternal,
                      AllOf(HasSubstr("struct<a:int>"), HasSubstr("struct<a:long>"))));
}

TEST(SliceTest, FilterKeepsRowsWhoseBitIsSet) {
  ASSERT_OK_AND_ASSIGN(RecordBatch some, Filter(Five(), {0b10010}));
  EXPECT_THAT(RowTexts(some), ElementsAre(kTexts[1], kTexts[4]));
  EXPECT_THAT(ValidateFull(some), IsOk());
  ASSERT_OK_AND_ASSIGN(RecordBatch none, Filter(Five(), {0}));
  EXPECT_EQ(none.num_rows(), 0);
  ASSERT_OK_AND_ASSIGN(RecordBatch sliced, Slice(Five(), 2, 3));
  ASSERT_OK_AND_ASSIGN(RecordBatch last, Filter(std::move(sliced), {0b100}));
  EXPECT_THAT(RowTexts(last), ElementsAre(kTexts[4]));
}

TEST(SliceTest, FilterOfAllRowsIsFree) {
  RecordBatch batch = Five();
  const void* data = batch.array().children[0]->buffers[1];
  ASSERT_OK_AND_ASSIGN(RecordBatch all, Filter(std::move(batch), {0xFF}));
  EXPECT_EQ(all.array().children[0]->buffers[1], data);
}

TEST(SliceTest, AFilterThatIsTooShortIsAnError) {
  EXPECT_THAT(Filter(Five(), {}),
              IsError(StatusCode::kInternal, AllOf(HasSubstr("bits=0"), HasSubstr("rows=5"))));
}

TEST(SliceTest, TakeRowsTakesInAnyOrderAndAgain) {
  ASSERT_OK_AND_ASSIGN(RecordBatch taken, TakeRows(Five(), std::vector<int64_t>{4, 0, 4}));
  EXPECT_THAT(RowTexts(taken), ElementsAre(kTexts[4], kTexts[0], kTexts[4]));
  EXPECT_THAT(ValidateFull(taken), IsOk());
  EXPECT_THAT(TakeRows(Five(), std::vector<int64_t>{5}),
              IsError(StatusCode::kInternal, AllOf(HasSubstr("row=5"), HasSubstr("rows=5"))));
}

}  // namespace
}  // namespace tenon::columnar
