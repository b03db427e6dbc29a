// JSON that is not one record a line: arrays, documents of several lines, records at a path; and columns that nobody
// asked for.
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "connectors/files/json/json_documents_reader.h"
#include "connectors/files/read/read_testing.h"
#include "connectors/files/scratch_folder_test.h"
#include "object_store/local_store.h"
#include "testing/seed.h"

namespace tenon::files {
namespace {

using tenon::testing::IsError;
using tenon::testing::IsErrorNumber;
using tenon::testing::IsOk;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Errors : TaskHost {
  std::vector<ErrorRecord> errors;
  BatchLimits limits;
  BatchLimits Limits() override { return limits; }
  void AddError(ErrorRecord record) override { errors.push_back(std::move(record)); }
  void Count(std::string_view, int64_t) override {}
  void Log(LogLevel, std::string_view) override {}
  bool SplitWanted() override { return true; }
  bool GiveAway(const Partition&, const Partition&) override { return true; }
};

class JsonLayoutsTest : public ::testing::Test {
 protected:
  std::vector<std::string> Rows(const std::string& text, const Options& more = {}) {
    Options options = Reading(folder_.Put("a.json", text));
    for (const std::string& name : more.names()) options.Set(name, more.Get(name).value());
    host_.errors.clear();
    Result<Read> read = ReadAll(options, {}, &host_);
    EXPECT_THAT(read, IsOk());
    return read.ok() ? read->rows : std::vector<std::string>();
  }
  std::vector<std::string> MultiLine(const std::string& text) {
    return Rows(text, Options().Set("multiLine", "true"));
  }
  std::vector<std::string> At(const std::string& path, const std::string& text) {
    return Rows(text, Options().Set("jsonPath", path));
  }

  ScratchFolder folder_;
  Errors host_;
};

TEST_F(JsonLayoutsTest, AnArrayOfRecordsIsReadInPlaceOfLines) {
  EXPECT_THAT(Rows("[{\"a\":1},{\"a\":2}]"), ElementsAre("{\"a\":int 1}", "{\"a\":int 2}"));
  EXPECT_THAT(Rows("\xef\xbb\xbf \n[\n  {\n    \"a\": 1\n  },\n  {\"a\": \"]\\\"\"}\n]\n"),
              ElementsAre("{\"a\":int 1}", "{\"a\":string \"]\\x22\"}"));
  EXPECT_THAT(Rows("[]"), IsEmpty());
  EXPECT_THAT(Rows("[{\"a\":1}]\n[{\"a\":2}]"), ElementsAre("{\"a\":int 1}", "{\"a\":int 2}"));
  EXPECT_THAT(host_.errors, IsEmpty());
}

TEST_F(JsonLayoutsTest, RecordsMayFollowOneAnother) {
  EXPECT_THAT(Rows("{\"a\":1}{\"a\":2} {\"a\":3}\n{\"a\":4}"),
              ElementsAre("{\"a\":int 1}", "{\"a\":int 2}", "{\"a\":int 3}", "{\"a\":int 4}"));
  EXPECT_THAT(MultiLine("{\"a\":1}{\n\"a\":\n2}\n\n{\"a\":{\"b\":[1,\n2]}}"),
              ElementsAre("{\"a\":int 1}", "{\"a\":int 2}", "{\"a\":{\"b\":[int 1,int 2]}}"));
  EXPECT_THAT(MultiLine(""), IsEmpty());
  EXPECT_THAT(host_.errors, IsEmpty());
}

TEST_F(JsonLayoutsTest, APathLeadsToRecordsInsideOfDocuments) {
  const std::string text =
      "{\"skip\":[{\"a\":9}],\"data\":{\"rows\":[{\"a\":1},{\"a\":2}],\"a b\":{\"a\":3}}, \"x\":\"}\"}\n"
      "{\"data\":{\"rows\":{\"a\":4}}}{\"data\":7}";
  EXPECT_THAT(At("$.data.rows[*]", text), ElementsAre("{\"a\":int 1}", "{\"a\":int 2}"));
  EXPECT_THAT(At("$.data.rows", text),
              ElementsAre("{\"a\":int 1}", "{\"a\":int 2}", "{\"a\":int 4}"));
  EXPECT_THAT(At("$['data'][\"a b\"]", text), ElementsAre("{\"a\":int 3}"));
  EXPECT_THAT(At("$.nowhere", text), IsEmpty());
  EXPECT_THAT(At("$[*]", "[{\"a\":1},[{\"a\":2}]]"), ElementsAre("{\"a\":int 1}", "{\"a\":int 2}"));
  EXPECT_THAT(At("$[*].r", "[{\"r\":{\"a\":1}},{\"q\":2,\"r\":{\"a\":2}}]"),
              ElementsAre("{\"a\":int 1}", "{\"a\":int 2}"));
  EXPECT_THAT(At("$.r", "[{\"r\":{\"a\":1}},{\"r\":{\"a\":2}}]"),
              ElementsAre("{\"a\":int 1}", "{\"a\":int 2}"));
}

TEST_F(JsonLayoutsTest, SmallFilesMakeWholeBatches) {
  std::vector<std::string> expected;
  for (int i = 0; i < 300; ++i) {
    const std::string number = std::to_string(1000 + i);
    const std::string record = "{\"a\":" + number + "}";
    folder_.Put("small/" + number + ".json", i % 7 == 3   ? ""
                                             : i % 5 == 0 ? "[" + record + "]"
                                             : i % 5 == 1 ? record + "\n{\"a\":"
                                                          : record);
    if (i % 7 != 3) expected.push_back("{\"a\":int " + number + "}");
  }
  Result<Read> read = ReadAll(Reading(folder_ / "small"), {}, &host_);
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(read->rows, expected);
  EXPECT_THAT(read->partitions, SizeIs(read->schemas.size()));
  EXPECT_LT(read->schemas.size(), 30u);
  EXPECT_FALSE(host_.errors.empty());
  for (const ErrorRecord& error : host_.errors)
    EXPECT_THAT(error.where, HasSubstr("line=2 byte=")) << error.where;
}

TEST_F(JsonLayoutsTest, ThePlanSaysWhenRareFieldsBecomeAMap) {
  const Options options = Reading(folder_.Put("a.json", "{\"a\":1}"));
  EXPECT_THAT(ReadAll(options)->detail, HasSubstr("rare_fields=map names_beyond=1000"));
  std::string text;
  for (int i = 0; i < 3000; ++i) {
    text += "{\"id\":" + std::to_string(i) + ",\"n" + std::to_string(i) + "\":1}\n";
  }
  const Options drifting = Reading(folder_.Put("b.json", text));
  ScanRequest request;
  request.columns = {"n7", "id"};
  ASSERT_OK_AND_ASSIGN(Read read, ReadAll(drifting, request));
  EXPECT_EQ(read.rows[7], "{\"id\":int 7,\"n7\":int 1}");
  request.columns = {"other_fields"};
  ASSERT_OK_AND_ASSIGN(read, ReadAll(drifting, request));
  EXPECT_EQ(read.rows[7], "{\"id\":int 7,\"other_fields\":map {\"n7\":int 1}}");
}

TEST_F(JsonLayoutsTest, PathsThatAreNotUnderstoodAreNamed) {
  for (const char* const path :
       {"a", "$a", "$.", "$..a", "$[0]", "$[?(@.a)]", "$.*", "$['a", "$['a'", "$[a]"}) {
    EXPECT_THAT(
        ParseReadOptions(Reading("/x").Set("jsonPath", path)).status(),
        IsErrorNumber(1004, AllOf(HasSubstr("JSON path is not understood: option=jsonPath value="),
                                  HasSubstr("$.orders[*].lines"))))
        << path;
  }
}

TEST_F(JsonLayoutsTest, BadRecordsAreNamedAndTheNextOnesSurvive) {
  EXPECT_THAT(MultiLine("{\"a\":1}\n7\n{\"a\":tru}\n{\"a\":4}\n[[{\"a\":5}],{\"a\":6}]\n{\"a\":7"),
              ElementsAre("{\"a\":int 1}", "{\"a\":int 4}", "{\"a\":int 6}"));
  ASSERT_THAT(host_.errors, SizeIs(4));
  EXPECT_THAT(host_.errors[0].message, HasSubstr("a record must be an object"));
  EXPECT_THAT(host_.errors[0].where, HasSubstr("line=2 byte=8"));
  EXPECT_THAT(host_.errors[1].where, HasSubstr("line=3"));
  EXPECT_THAT(host_.errors[2].message, HasSubstr("a record must be an object"));
  EXPECT_THAT(host_.errors[3].message, HasSubstr("the file ends inside of it"));
  EXPECT_THAT(Rows("[{\"a\":1} {\"a\":2}, x, {\"a\":3}"),
              ElementsAre("{\"a\":int 1}", "{\"a\":int 2}", "{\"a\":int 3}"));
  EXPECT_THAT(host_.errors, SizeIs(3));
}

TEST_F(JsonLayoutsTest, OneBadByteCostsOneRecordOfAWindow) {
  std::string text = "[";
  for (int i = 0; i < 100; ++i)
    text += "{\"a\":\"" + std::string(i == 50 ? "\x01" : "x") + "\"},\n";
  EXPECT_THAT(Rows(text + "{\"a\":1}]"), SizeIs(100));
  ASSERT_THAT(host_.errors, SizeIs(1));
  EXPECT_THAT(host_.errors[0].where, HasSubstr("line=51"));
}

TEST_F(JsonLayoutsTest, AHundredThousandLevelsAreABadRecord) {
  const std::string deep(100'000, '[');
  EXPECT_THAT(MultiLine("{\"a\":" + deep + std::string(100'000, ']') + "}{\"a\":1}"),
              ElementsAre("{\"a\":int 1}"));
  ASSERT_THAT(host_.errors, SizeIs(1));
  EXPECT_THAT(host_.errors[0].message, HasSubstr("nesting is too deep"));
}

TEST_F(JsonLayoutsTest, Utf16IsRefused) {
  const std::string path = folder_.Put("a.json", std::string("\xff\xfe{\0}\0", 6));
  EXPECT_THAT(ReadAll(Reading(path).Set("multiLine", "true")),
              IsError(StatusCode::kDataError, HasSubstr("File is UTF-16: file=" + path)));
}

// A random document, as text of any layout.
nlohmann::json RandomValue(std::mt19937_64& random, int depth) {
  switch (random() % (depth > 3 ? 4 : 6)) {
    case 0: return static_cast<int64_t>(random() % 2000) - 1000;
    case 1: return "te\"xt}]\\" + std::to_string(random() % 100);
    case 2: return random() % 2 == 0;
    case 3: return nullptr;
    case 4: {
      nlohmann::json list = nlohmann::json::array();
      for (uint64_t i = random() % 4; i > 0; --i) list.push_back(RandomValue(random, depth + 1));
      return list;
    }
    default: {
      nlohmann::json object = nlohmann::json::object();
      for (uint64_t i = random() % 4; i > 0; --i) {
        object[std::string(1, static_cast<char>('a' + random() % 5))] =
            RandomValue(random, depth + 1);
      }
      return object;
    }
  }
}

TEST_F(JsonLayoutsTest, EveryLayoutGivesTheRowsOfLinesInWindowsOfAnySize) {
  const uint64_t seed = testing::Seed();
  SCOPED_TRACE("TENON_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 60; ++round) {
    std::string lines, documents, array = "[", nested = "{\"no\":[{\"a\":1}],\"r\":[";
    for (uint64_t i = random() % 12; i > 0; --i) {
      nlohmann::json record = nlohmann::json::object();
      for (uint64_t k = random() % 4; k > 0; --k) {
        record[std::string(1, static_cast<char>('a' + random() % 5))] = RandomValue(random, 0);
      }
      const std::string pretty = record.dump(static_cast<int>(random() % 3));
      lines += record.dump() + "\n";
      documents += pretty + (random() % 2 == 0 ? "\n" : "");
      array += pretty + (i > 1 ? ", " : "");
      nested += pretty + (i > 1 ? ",\n" : "");
    }
    const std::vector<std::string> rows = Rows(lines);
    EXPECT_EQ(Rows(array + "]"), rows);
    EXPECT_EQ(MultiLine(documents), rows);
    EXPECT_EQ(At("$.r[*]", nested + "],\"s\":{}}"), rows);
    EXPECT_THAT(host_.errors, IsEmpty());
    const std::string path = folder_.Put("b.json", nested + "]}");
    const auto size = static_cast<int64_t>(nested.size() + 2);
    for (const WindowSizes& sizes : {WindowSizes{.read_bytes = 3, .window_bytes = 5},
                                     WindowSizes{.read_bytes = 64, .window_bytes = 16}}) {
      const TaskContext context(&host_, {});
      const JsonScanResources resources{
          .files = {.store = std::make_shared<object_store::LocalStore>(),
                    .pool = std::make_shared<BufferPool>(1 << 20)},
          .schemas = std::make_shared<SchemaCache>()};
      ASSERT_OK_AND_ASSIGN(const std::shared_ptr<JsonRows> collected, JsonRows::Make(resources));
      ASSERT_OK_AND_ASSIGN(
          const auto reader,
          JsonDocumentsReader::Open({.path = path, .begin = 0, .end = size, .file_bytes = size},
                                    collected, {{.name = "r"}}, true, context, sizes));
      std::vector<std::string> again;
      for (;;) {
        ASSERT_OK_AND_ASSIGN(const std::optional<RecordBatch> batch, reader->Next());
        if (!batch) break;
        for (int64_t row = 0; row < batch->num_rows(); ++row)
          again.push_back(testing::TypedRow(*batch, row));
      }
      EXPECT_EQ(again, rows);
    }
  }
}

TEST_F(JsonLayoutsTest, ACutFileIsReadUpToItsCutWhereverThatIs) {
  const std::string text = "[{\"a\":{\"b\":[1,\"x\\\"}\"]}},\n{\"a\":2}, {\"c\":tru}]";
  for (size_t size = 0; size <= text.size(); ++size) {
    const std::vector<std::string> rows = Rows(text.substr(0, size));
    EXPECT_EQ(rows.size(), size >= 32 ? 2u : size >= 23 ? 1u : 0u) << size;
  }
}

TEST_F(JsonLayoutsTest, OnlyColumnsThatWereAskedForAreMade) {
  const std::string path =
      folder_.Put("a.json",
                  "{\"A\":1,\"b\":{\"c\":[1,{\"d\":2}]},\"e\":\"x\"}\n{\"b\":[1,{}],\"a\":2}\n"
                  "{\"e\":[1}\n{\"e\":{\"x\":[1,2]}}\n");
  Errors host;
  ScanRequest request;
  request.columns = {{"a", "zz"}};
  ASSERT_OK_AND_ASSIGN(const Read read, ReadAll(Reading(path), request, &host));
  EXPECT_THAT(read.rows, ElementsAre("{\"A\":int 1}", "{\"a\":int 2}", "{}"));
  EXPECT_THAT(host.errors, SizeIs(1));
  request.columns = std::vector<std::string>();
  ASSERT_OK_AND_ASSIGN(const Read count, ReadAll(Reading(path), request, &host));
  EXPECT_THAT(count.rows, ElementsAre("{}", "{}", "{}"));
}

}  // namespace
}  // namespace tenon::files
