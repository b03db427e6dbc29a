#include "transform/relationalize.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "columnar/validate.h"
#include "testing/matchers.h"
#include "testing/rows/rows.h"

namespace tenon::transform {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using Tables = std::vector<std::pair<std::string, std::vector<std::string>>>;

// The rows of each table, in the order in which tables came.
Tables TablesOf(std::vector<RecordBatch> batches, int64_t first_id = 1) {
  Relationalizer relationalizer("r", first_id);
  Tables tables;
  for (RecordBatch& batch : batches) {
    const Status added = relationalizer.Add(
        std::move(batch), [&tables](const std::string& name, RecordBatch rows) -> Status {
          EXPECT_THAT(columnar::ValidateFull(rows), testing::IsOk());
          auto table = std::find_if(tables.begin(), tables.end(),
                                    [&name](const auto& one) { return one.first == name; });
          if (table == tables.end()) table = tables.insert(tables.end(), {name, {}});
          for (std::string& row : testing::RowTexts(rows)) table->second.push_back(std::move(row));
          return Status::Ok();
        });
    EXPECT_THAT(added, testing::IsOk());
  }
  return tables;
}

RecordBatch Inferred(std::string_view rows) {
  return testing::InferredRows(testing::ParseRows(rows));
}

std::vector<RecordBatch> One(RecordBatch batch) {
  std::vector<RecordBatch> batches;
  batches.push_back(std::move(batch));
  return batches;
}

TEST(RelationalizeTest, StructsBecomeColumnsAndArraysTables) {
  const Tables tables = TablesOf(One(Inferred(R"(
      {"a": {"b": 1, "l": [1, 2]}, "s": [{"x": 1, "deep": [true]}, {"y": "t"}]}
      {"a": {"b": 2}, "s": []})")));
  EXPECT_THAT(
      tables,
      ElementsAre(
          Pair("r", ElementsAre(R"({"a.b":1,"a.l":1,"s":1})", R"({"a.b":2})")),
          Pair("r_a.l", ElementsAre(R"({"id":1,"index":0,"a.l.val":1})",
                                    R"({"id":1,"index":1,"a.l.val":2})")),
          Pair("r_s", ElementsAre(R"({"id":1,"index":0,"s.val.x":1,"s.val.deep":1})",
                                  R"({"id":1,"index":1,"s.val.y":"t"})")),
          Pair("r_s.val.deep", ElementsAre(R"({"id":1,"index":0,"s.val.deep.val":true})"))));
}

TEST(RelationalizeTest, NumbersGoOnFromBatchToBatch) {
  std::vector<RecordBatch> batches;
  batches.push_back(Inferred(R"({"l": [1]} {"l": [2, 3]})"));
  batches.push_back(Inferred(R"({"l": [4]})"));
  EXPECT_THAT(TablesOf(std::move(batches), 1001),
              ElementsAre(Pair("r", ElementsAre(R"({"l":1001})", R"({"l":1002})", R"({"l":1003})")),
                          Pair("r_l", ElementsAre(R"({"id":1001,"index":0,"l.val":1})",
                                                  R"({"id":1002,"index":0,"l.val":2})",
                                                  R"({"id":1002,"index":1,"l.val":3})",
                                                  R"({"id":1003,"index":0,"l.val":4})"))));
}

TEST(RelationalizeTest, MapsAreTablesOfKeysAndValues) {
  const Tables tables = TablesOf(One(
      testing::Rows("m:map<string,struct<x:int>>", R"({"m": {"k": {"x": 1}, "n": {"x": 2}}} {})")));
  EXPECT_THAT(
      tables,
      ElementsAre(Pair("r", ElementsAre(R"({"m":1})", "{}")),
                  Pair("r_m", ElementsAre(R"({"id":1,"index":0,"m.key":"k","m.value.x":1})",
                                          R"({"id":1,"index":1,"m.key":"n","m.value.x":2})"))));
}

TEST(RelationalizeTest, AChoiceKeepsItsOtherValuesBesideTheNumbers) {
  // A whole number and a list: together they are a choice of int and long.
  EXPECT_THAT(TablesOf(One(Inferred(R"({"c": 7} {"c": ["x"]} {"c": {"f": 1}} {})"))),
              ElementsAre(Pair("r", ElementsAre(R"({"c":7})", R"({"c":1})", R"({"c.f":1})", "{}")),
                          Pair("r_c", ElementsAre(R"({"id":1,"index":0,"c.val":"x"})"))));
}

TEST(RelationalizeTest, LongNumbersAndListsAreOneColumn) {
  EXPECT_THAT(TablesOf(One(Inferred(R"({"c": 30000000000} {"c": ["x"]})"))),
              ElementsAre(Pair("r", ElementsAre(R"({"c":30000000000})", R"({"c":1})")),
                          Pair("r_c", ElementsAre(R"({"id":1,"index":0,"c.val":"x"})"))));
}

TEST(RelationalizeTest, ATypedFrameHasItsTablesWithoutARow) {
  EXPECT_THAT(TablesOf(One(testing::Rows("a:int, l:array<struct<x:int>>", ""))),
              ElementsAre(Pair("r", ElementsAre()), Pair("r_l", ElementsAre())));
}

TEST(RelationalizeTest, TheSameRowsInOtherBatchesGiveTheSameTables) {
  const auto rows = testing::ParseRows(R"(
      {"a": [1, [2]], "b": {"c": [{"d": 1}]}} {"a": "x"} {"b": {"c": [{"d": "y"}, {"e": [1]}]}} {"a": []})");
  const Tables whole = TablesOf(One(testing::InferredRows(rows)));
  std::vector<RecordBatch> single;
  for (const auto& row : rows) single.push_back(testing::InferredRows({row}));
  EXPECT_EQ(TablesOf(std::move(single)), whole);
}

}  // namespace
}  // namespace tenon::transform
