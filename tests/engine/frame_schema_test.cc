// A self-describing frame gives one answer however its rows fall into partitions and batches. Answers are written by
// hand from the rules of ResolveChoice and ApplyMapping.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tenon/job.h"
#include "testing/matchers.h"
#include "testing/rows/rows.h"
#include "tests/engine/fake_store.h"

namespace tenon {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using ::testing::AllOf;
using ::testing::ElementsAreArray;
using testing::FakeStore;
using ::testing::HasSubstr;
using testing::IsErrorNumber;
using testing::IsOkAndHolds;
using ::testing::Not;
using ::testing::SizeIs;
using testing::StoreStep;

// v has five types, tags and s.t two; some rows lack each.
constexpr const char* kRows = R"(
    {"id": 1, "v": 1}
    {"id": 2, "v": 2}
    {"id": 3, "v": "3"}
    {"id": 4, "v": "x"}
    {"id": 5}
    {"id": 6, "v": null}
    {"id": 7, "v": {"k": 7}}
    {"id": 8, "v": 3000000000}
    {"id": 9, "v": "9", "w": true}
    {"id": 10, "v": 10.5}
    {"id": 11, "v": 11, "tags": [1, "a"]}
    {"id": 12, "v": "y", "tags": [2]}
    {"id": 13, "tags": ["b"], "s": {"t": 1}}
    {"id": 14, "v": 14, "s": {"t": "u"}})";

struct Step {
  const char* transform;
  const char* arguments;
};

struct Expected {
  std::vector<Step> steps;
  std::string schema;  // As a sink that must know it before the first row gets it.
  std::vector<std::string> rows;
};

// How the 14 rows are cut up.
struct Layout {
  int partitions;
  int64_t batch_rows;
};
constexpr Layout kLayouts[] = {{1, 14}, {1, 7}, {2, 7}, {1, 2}, {7, 2}, {7, 1}, {2, 1}};

class FrameSchemaTest : public ::testing::Test {
 protected:
  FrameSchemaTest() {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::temp_directory_path() /
              ("tenon-frame-schema-" + std::to_string(getpid()) + "-" + info->name());
    Make({1, 14});
  }
  ~FrameSchemaTest() override { fs::remove_all(folder_); }

  void Make(Layout layout) {
    store_ = std::make_shared<FakeStore>();
    store_->typed = false;
    store_->needs_schema = true;
    store_->partitions = layout.partitions;
    store_->rows_per_partition = std::ssize(rows_) / layout.partitions;
    store_->batch_rows = layout.batch_rows;
    store_->make_batch = [this](int64_t begin, int64_t end) -> Result<RecordBatch> {
      return testing::InferredRows({rows_.begin() + begin, rows_.begin() + end});
    };
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    ASSERT_OK_AND_ASSIGN(job_, Job::Start({.name = "nightly",
                                           .state_folder = folder_,
                                           .memory_bytes = 256 << 20,
                                           .threads = 2,
                                           .connectors = {testing::MakeFakeConnector(store_)}}));
  }

  Result<Frame> Through(const std::vector<Step>& steps) {
    TENON_ASSIGN_OR_RETURN(Frame frame, job_->Read({.connection_type = "fake"}));
    for (const Step& step : steps) {
      TENON_ASSIGN_OR_RETURN(frame, job_->Transform(step.transform, {frame}, step.arguments, {}));
    }
    return frame;
  }
  Result<WriteReport> Write(const Frame& frame, std::string context = "out") {
    return job_->Write(frame, {.connection_type = "fake", .context = std::move(context)});
  }

  void ExpectAlways(const Expected& expected) {
    for (const Layout& layout : kLayouts) {
      SCOPED_TRACE("partitions=" + std::to_string(layout.partitions) +
                   " batch_rows=" + std::to_string(layout.batch_rows));
      Make(layout);
      {
        // A sink comes first: nothing was spooled for anybody else.
        ASSERT_OK_AND_ASSIGN(const Frame frame, Through(expected.steps));
        ASSERT_OK_AND_ASSIGN(const WriteReport report, Write(frame));
        EXPECT_EQ(report.rows, 14);
        ASSERT_TRUE(store_->sink_schema.has_value());
        EXPECT_EQ(*store_->sink_schema, *testing::SchemaOf(expected.schema))
            << store_->sink_schema->ToString();
        EXPECT_EQ(store_->plans, 1);
      }
      ASSERT_OK_AND_ASSIGN(const Frame frame, Through(expected.steps));
      EXPECT_THAT(job_->Show(frame, 100), IsOkAndHolds(ElementsAreArray(expected.rows)));
      EXPECT_THAT(job_->Count(frame), IsOkAndHolds(14));
      ASSERT_OK_AND_ASSIGN(const SchemaPtr schema, job_->CurrentSchema(frame));
      EXPECT_EQ(*schema, *testing::SchemaOf(expected.schema)) << schema->ToString();
      EXPECT_EQ(store_->plans, 2);  // One read for all three.
    }
  }

  const std::vector<Json> rows_ = testing::ParseRows(kRows);
  std::shared_ptr<FakeStore> store_;
  std::unique_ptr<Job> job_;
  fs::path folder_;
};

constexpr const char* kRest =
    ", w:boolean, tags:array<choice<int,string>>, s:struct<t:choice<int,string>>";

TEST_F(FrameSchemaTest, CastConvertsTheValuesOfEveryBatch) {
  ExpectAlways(
      {{{"resolve_choice", R"({"specs": [["v", "cast:long"]]})"}},
       std::string("id:int, v:long") + kRest,
       {R"({"id": 1, "v": 1})", R"({"id": 2, "v": 2})", R"({"id": 3, "v": 3})", R"({"id": 4})",
        R"({"id": 5})", R"({"id": 6})", R"({"id": 7})", R"({"id": 8, "v": 3000000000})",
        R"({"id": 9, "v": 9, "w": true})", R"({"id": 10, "v": 10})",
        R"({"id": 11, "v": 11, "tags": [1, "a"]})", R"({"id": 12, "tags": [2]})",
        R"({"id": 13, "tags": ["b"], "s": {"t": 1}})", R"({"id": 14, "v": 14, "s": {"t": "u"}})"}});
}

TEST_F(FrameSchemaTest, ProjectKeepsTheValuesOfOneTypeOnly) {
  ExpectAlways({{{"resolve_choice", R"({"specs": [["v", "project:string"]]})"}},
                std::string("id:int, v:string") + kRest,
                {R"({"id": 1})", R"({"id": 2})", R"({"id": 3, "v": "3"})", R"({"id": 4, "v": "x"})",
                 R"({"id": 5})", R"({"id": 6})", R"({"id": 7})", R"({"id": 8})",
                 R"({"id": 9, "v": "9", "w": true})", R"({"id": 10})",
                 R"({"id": 11, "tags": [1, "a"]})", R"({"id": 12, "v": "y", "tags": [2]})",
                 R"({"id": 13, "tags": ["b"], "s": {"t": 1}})", R"({"id": 14, "s": {"t": "u"}})"}});
}

TEST_F(FrameSchemaTest, MakeColsPutsAColumnPerTypeInThePlaceOfTheOldOne) {
  ExpectAlways({{{"resolve_choice", R"({"specs": [["v", "make_cols"]]})"}},
                std::string("id:int, v_double:double, v_int:int, v_long:long, v_string:string, "
                            "v_struct:struct<k:int>") +
                    kRest,
                {R"({"id": 1, "v_int": 1})", R"({"id": 2, "v_int": 2})",
                 R"({"id": 3, "v_string": "3"})", R"({"id": 4, "v_string": "x"})", R"({"id": 5})",
                 R"({"id": 6})", R"({"id": 7, "v_struct": {"k": 7}})",
                 R"({"id": 8, "v_long": 3000000000})", R"({"id": 9, "v_string": "9", "w": true})",
                 R"({"id": 10, "v_double": 10.5})", R"({"id": 11, "v_int": 11, "tags": [1, "a"]})",
                 R"({"id": 12, "v_string": "y", "tags": [2]})",
                 R"({"id": 13, "tags": ["b"], "s": {"t": 1}})",
                 R"({"id": 14, "v_int": 14, "s": {"t": "u"}})"}});
}

TEST_F(FrameSchemaTest, MakeStructPutsAFieldPerTypeIntoTheColumn) {
  ExpectAlways(
      {{{"resolve_choice", R"({"specs": [["v", "make_struct"]]})"}},
       std::string("id:int, v:struct<double:double,int:int,long:long,string:string,"
                   "struct:struct<k:int>>") +
           kRest,
       {R"({"id": 1, "v": {"int": 1}})", R"({"id": 2, "v": {"int": 2}})",
        R"({"id": 3, "v": {"string": "3"}})", R"({"id": 4, "v": {"string": "x"}})", R"({"id": 5})",
        R"({"id": 6})", R"({"id": 7, "v": {"struct": {"k": 7}}})",
        R"({"id": 8, "v": {"long": 3000000000}})", R"({"id": 9, "v": {"string": "9"}, "w": true})",
        R"({"id": 10, "v": {"double": 10.5}})", R"({"id": 11, "v": {"int": 11}, "tags": [1, "a"]})",
        R"({"id": 12, "v": {"string": "y"}, "tags": [2]})",
        R"({"id": 13, "tags": ["b"], "s": {"t": 1}})",
        R"({"id": 14, "v": {"int": 14}, "s": {"t": "u"}})"}});
}

TEST_F(FrameSchemaTest, AnActionForAllChoicesFindsThemAtAnyDepth) {
  ExpectAlways(
      {{{"resolve_choice", R"({"choice": "cast:string"})"}},
       "id:int, v:string, w:boolean, tags:array<string>, s:struct<t:string>",
       {R"({"id": 1, "v": "1"})", R"({"id": 2, "v": "2"})", R"({"id": 3, "v": "3"})",
        R"({"id": 4, "v": "x"})", R"({"id": 5})", R"({"id": 6})", R"({"id": 7, "v": "{\"k\":7}"})",
        R"({"id": 8, "v": "3000000000"})", R"({"id": 9, "v": "9", "w": true})",
        R"({"id": 10, "v": "10.5"})", R"({"id": 11, "v": "11", "tags": ["1", "a"]})",
        R"({"id": 12, "v": "y", "tags": ["2"]})", R"({"id": 13, "tags": ["b"], "s": {"t": "1"}})",
        R"({"id": 14, "v": "14", "s": {"t": "u"}})"}});
}

TEST_F(FrameSchemaTest, MakeStructForAllChoices) {
  ExpectAlways(
      {{{"select_fields", R"({"paths": ["id", "tags", "s"]})"},
        {"resolve_choice", R"({"choice": "make_struct"})"}},
       "id:int, tags:array<struct<int:int,string:string>>, s:struct<t:struct<int:int,string:string>>",
       {R"({"id": 1})", R"({"id": 2})", R"({"id": 3})", R"({"id": 4})", R"({"id": 5})",
        R"({"id": 6})", R"({"id": 7})", R"({"id": 8})", R"({"id": 9})", R"({"id": 10})",
        R"({"id": 11, "tags": [{"int": 1}, {"string": "a"}]})",
        R"({"id": 12, "tags": [{"int": 2}]})",
        R"({"id": 13, "tags": [{"string": "b"}], "s": {"t": {"int": 1}}})",
        R"({"id": 14, "s": {"t": {"string": "u"}}})"}});
}

TEST_F(FrameSchemaTest, AMappingTakesOnlyValuesOfItsSourceType) {
  ExpectAlways({{{"apply_mapping", R"({"mappings": [
                     {"source": "s.t", "source_type": "string", "target": "t", "target_type": "string"},
                     {"source": "v", "source_type": "string", "target": "text", "target_type": "string"},
                     {"source": "v", "source_type": "long", "target": "n", "target_type": "double"},
                     {"source": "id", "source_type": "int", "target": "key", "target_type": "string"}]})"}},
                "t:string, text:string, n:double, key:string",
                {R"({"n": 1.0, "key": "1"})", R"({"n": 2.0, "key": "2"})",
                 R"({"text": "3", "key": "3"})", R"({"text": "x", "key": "4"})", R"({"key": "5"})",
                 R"({"key": "6"})", R"({"key": "7"})", R"({"n": 3.0E9, "key": "8"})",
                 R"({"text": "9", "key": "9"})", R"({"n": 10.5, "key": "10"})",
                 R"({"n": 11.0, "key": "11"})", R"({"text": "y", "key": "12"})", R"({"key": "13"})",
                 R"({"t": "u", "n": 14.0, "key": "14"})"}});
}

TEST_F(FrameSchemaTest, SeveralSuchTransformsShareOneSpool) {
  const std::vector<Step> steps = {
      {"rename_field", R"({"old_name": "v", "new_name": "value"})"},
      {"resolve_choice", R"({"specs": [["value", "make_cols"], ["s.t", "project:int"]]})"},
      {"apply_mapping", R"({"mappings": [
           {"source": "id", "source_type": "int", "target": "id", "target_type": "int"},
           {"source": "value_int", "source_type": "int", "target": "n", "target_type": "int"},
           {"source": "s.t", "source_type": "int", "target": "t", "target_type": "int"}]})"}};
  ExpectAlways({steps,
                "id:int, n:int, t:int",
                {R"({"id": 1, "n": 1})", R"({"id": 2, "n": 2})", R"({"id": 3})", R"({"id": 4})",
                 R"({"id": 5})", R"({"id": 6})", R"({"id": 7})", R"({"id": 8})", R"({"id": 9})",
                 R"({"id": 10})", R"({"id": 11, "n": 11})", R"({"id": 12})",
                 R"({"id": 13, "t": 1})", R"({"id": 14, "n": 14})"}});
}

}  // namespace
}  // namespace tenon
