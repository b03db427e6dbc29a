#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <nlohmann/json.hpp>

#include "testing/matchers.h"
#include "testing/rows/rows.h"
#include "transform/make_transform.h"
#include "transform/path.h"

namespace tenon::transform {
namespace {

using Json = nlohmann::ordered_json;
using tenon::testing::IsError;
using tenon::testing::IsErrorNumber;
using tenon::testing::IsOk;
using tenon::testing::Rows;
using tenon::testing::RowTexts;
using tenon::testing::SchemaOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Optional;

std::unique_ptr<NarrowTransform> Make(const char* name, const char* arguments) {
  auto transform = MakeTransform(name, Json::parse(arguments));
  if (!transform.ok()) {
    ADD_FAILURE() << transform.status().ToString();
    std::abort();
  }
  return *std::move(transform);
}

RecordBatch Through(NarrowStage& stage, RecordBatch batch) {
  const TaskContext context;
  return std::move(**stage.Apply(std::move(batch), {context}));
}

// Where the values of a column stand, children included.
void Collect(const ArrowArray& array, std::vector<const void*>* out) {
  for (int64_t i = 0; i < array.n_buffers; ++i) {
    if (array.buffers[i] != nullptr) out->push_back(array.buffers[i]);
  }
  for (int64_t i = 0; i < array.n_children; ++i) Collect(*array.children[i], out);
}

struct MovesOnly {
  const char* transform;
  const char* arguments;
};

TEST(TransformTest, MetadataOnlyTransformsKeepEveryBuffer) {
  const MovesOnly kCases[] = {
      {"apply_mapping",
       R"({"mappings": [{"source": "b", "target": "x"}, {"source": "s.p", "target": "y"}]})"},
      {"select_fields", R"({"paths": ["a", "s"]})"},
      {"drop_fields", R"({"paths": ["a", "s.p", "l.v"]})"},
      {"rename_field", R"({"old_name": "s.p", "new_name": "s.w"})"},
      {"rename_field", R"({"old_name": "s.p", "new_name": "p"})"},
      {"resolve_choice", R"({"specs": [["c", "project:int"]]})"},
      {"resolve_choice", R"({"specs": [["c", "make_cols"]]})"},
      {"resolve_choice", R"({"specs": [["c", "make_struct"]]})"},
  };
  for (const MovesOnly& one : kCases) {
    SCOPED_TRACE(std::string(one.transform) + " " + one.arguments);
    RecordBatch batch = Rows(
        "a:int, b:string, s:struct<p:int,q:string>, l:array<struct<u:int,v:int>>, c:choice<int,string>",
        R"({"a": 1, "b": "x", "s": {"p": 1, "q": "y"}, "l": [{"u": 1, "v": 2}], "c": 1}
                                {"a": 2, "b": "y", "s": {"p": 2, "q": "z"}, "l": [{"u": 3}], "c": "t"})");
    std::vector<const void*> before, after;
    Collect(batch.array(), &before);
    ASSERT_OK_AND_ASSIGN(auto stage, Make(one.transform, one.arguments)->NewStage());
    const RecordBatch made = Through(*stage, std::move(batch));
    Collect(made.array(), &after);
    ASSERT_FALSE(after.empty());
    for (const void* buffer : after)
      EXPECT_NE(std::find(before.begin(), before.end(), buffer), before.end());
  }
}

TEST(TransformTest, ATransformThatChangesNothingGivesTheBatchItself) {
  RecordBatch batch = Rows("a:int, b:int", R"({"a": 1, "b": 2})");
  const SchemaPtr schema = batch.schema_ptr();
  ASSERT_OK_AND_ASSIGN(auto stage, Make("drop_fields", R"({"paths": ["c"]})")->NewStage());
  EXPECT_EQ(Through(*stage, std::move(batch)).schema_ptr(), schema);
}

TEST(TransformTest, BatchesOfOneSchemaGetOneSchema) {
  ASSERT_OK_AND_ASSIGN(auto stage, Make("drop_fields", R"({"paths": ["a"]})")->NewStage());
  const SchemaPtr one = SchemaOf("a:int, b:int"), equal = SchemaOf("a:int, b:int"),
                  other = SchemaOf("b:int, c:int");
  const SchemaPtr first = Through(*stage, Rows(one, R"({"b": 1})")).schema_ptr();
  EXPECT_EQ(Through(*stage, Rows(one, R"({"b": 2})")).schema_ptr(), first);
  EXPECT_EQ(Through(*stage, Rows(equal, R"({"b": 2})")).schema_ptr(), first);
  EXPECT_NE(Through(*stage, Rows(other, R"({"b": 2})")).schema_ptr(), first);
  // More schemas than a stage remembers.
  for (int i = 0; i < 20; ++i) {
    const std::string name = "c" + std::to_string(i);
    EXPECT_THAT(RowTexts(Through(*stage, Rows("a:int, " + name + ":int", "{\"" + name + "\": 1}"))),
                ElementsAre("{\"" + name + "\":1}"));
  }
}

class CountingHost : public TaskHost {
 public:
  BatchLimits Limits() override { return {}; }
  void AddError(ErrorRecord) override { ++errors; }
  void Count(std::string_view metric, int64_t n) override { counts[std::string(metric)] += n; }
  void Log(LogLevel, std::string_view) override {}
  bool SplitWanted() override { return false; }
  bool GiveAway(const Partition&, const Partition&) override { return false; }

  std::map<std::string, int64_t> counts;
  int errors = 0;
};

TEST(TransformTest, ValuesThatBecameNullAreCountedAndAreNoErrors) {
  CountingHost host;
  const TaskContext context(&host, {});
  const auto transform = Make("apply_mapping", R"({"mappings": [
      {"source": "a", "source_type": "string", "target": "a", "target_type": "int"}]})");
  ASSERT_OK_AND_ASSIGN(auto stage, transform->NewStage());
  EXPECT_THAT(stage->Apply(Rows("a:string", R"({"a": "1"} {"a": "x"} {} {"a": "y"})"), {context}),
              IsOk());
  EXPECT_EQ(host.counts["cast.impossible"], 2);
  EXPECT_EQ(host.errors, 0);
}

TEST(TransformTest, NeededColumnsAreThoseOfTheWantedOutput) {
  const auto mapping = Make("apply_mapping", R"({"mappings": [{"source": "a.x", "target": "p"},
      {"source": "a.y", "target": "q.r"}, {"source": "b", "target": "q.s"}, {"source": "c", "target": "t"}]})");
  EXPECT_THAT(mapping->NeededColumns(std::nullopt), Optional(ElementsAre("a", "b", "c")));
  EXPECT_THAT(mapping->NeededColumns({{"q"}}), Optional(ElementsAre("a", "b")));
  EXPECT_THAT(mapping->NeededColumns({{}}), Optional(::testing::IsEmpty()));
  const auto select = Make("select_fields", R"({"paths": ["a", "b"]})");
  EXPECT_THAT(select->NeededColumns(std::nullopt), Optional(ElementsAre("a", "b")));
  EXPECT_THAT(select->NeededColumns({{"b", "c"}}), Optional(ElementsAre("b")));
  EXPECT_EQ(Make("drop_fields", R"({"paths": ["a"]})")->NeededColumns(std::nullopt), std::nullopt);
  EXPECT_EQ(Make("resolve_choice", R"({"choice": "make_cols"})")->NeededColumns({{"a_int"}}),
            std::nullopt);
}

TEST(TransformTest, TransformsSayWhatTheyAre) {
  const auto mapping =
      Make("apply_mapping",
           R"({"mappings": [{"source": "a", "target": "a"}, {"source": "b", "target": "c.d"}]})");
  EXPECT_EQ(mapping->name(), "apply_mapping");
  EXPECT_EQ(mapping->Describe(), "ApplyMapping a, b->c.d");
  EXPECT_FALSE(mapping->changes_rows());
  EXPECT_FALSE(mapping->wants_frame_schema());
  EXPECT_EQ(Make("drop_fields", R"({"paths": ["a.b", "`c.d`"]})")->Describe(),
            "DropFields a.b, `c.d`");
  EXPECT_EQ(Make("resolve_choice", R"({"specs": [["a[].b", "cast:long"]]})")->Describe(),
            "ResolveChoice a[].b cast:long");
  EXPECT_FALSE(Make("resolve_choice", R"({"specs": [["a", "cast:long"]]})")->wants_frame_schema());
  EXPECT_TRUE(Make("resolve_choice", R"({"specs": [["a", "make_cols"]]})")->wants_frame_schema());
  EXPECT_THAT(TransformNames(),
              ElementsAre("apply_mapping", "drop_fields", "limit", "rename_field", "resolve_choice",
                          "select_fields", "unnest", "with_frame_schema"));
}

TEST(TransformTest, ASelfDescribingInputHasNoPlannedSchema) {
  EXPECT_THAT(Make("select_fields", R"({"paths": ["a"]})")->OutputSchema(std::nullopt),
              tenon::testing::IsOkAndHolds(std::nullopt));
}

TEST(TransformTest, ArgumentsThatAreNoObjectAreRefused) {
  EXPECT_THAT(MakeTransform("select_fields", Json::array()),
              IsError(StatusCode::kInvalidArgument, HasSubstr("$")));
  EXPECT_THAT(MakeTransform("select_fields", Json::parse(R"({"paths": 5})")),
              IsErrorNumber(1021, HasSubstr("paths")));
  EXPECT_THAT(MakeTransform("select_fields", Json::parse("{}")),
              IsErrorNumber(1021, HasSubstr("paths")));
}

TEST(PathTest, PathsAreReadAndWritten) {
  for (const char* text : {"a", "a.b", "`a.b`.c", "a[].b", "a[][]", "provider id"}) {
    ASSERT_OK_AND_ASSIGN(Path path, ParsePath(text));
    EXPECT_EQ(PathText(path), text);
  }
  ASSERT_OK_AND_ASSIGN(Path path, ParsePath("`a`[].b"));
  EXPECT_EQ(path, (Path{{"a", false}, {"", true}, {"b", false}}));
}

TEST(PathTest, WrongPathsSayWhy) {
  for (const char* text : {"", ".a", "a.", "a..b", "``", "[]"}) {
    EXPECT_THAT(ParsePath(text), IsErrorNumber(1021, HasSubstr("a name is empty"))) << text;
  }
  EXPECT_THAT(ParsePath("`a"), IsErrorNumber(1021, HasSubstr("a backtick is not closed")));
  EXPECT_THAT(ParsePath("`a`b"), IsErrorNumber(1021, HasSubstr("a dot is missing")));
  EXPECT_THAT(ParsePath("a[]b"), IsErrorNumber(1021, HasSubstr("a dot is missing")));
}

}  // namespace
}  // namespace tenon::transform
