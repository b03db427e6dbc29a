// Runs the cases of tests/transforms/*.test; the format is in the README.md there.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <sstream>

#include "base/text.h"
#include "columnar/conform.h"
#include "columnar/validate.h"
#include "frame/schema_merge.h"
#include "testing/matchers.h"
#include "testing/rows/rows.h"
#include "transform/make_transform.h"

namespace tenon::transform {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using tenon::testing::IsOk;
using ::testing::HasSubstr;

struct Section {
  std::string argument;  // What follows the word.
  std::string body;
};

struct Case {
  std::string name;
  std::vector<Section> inputs;
  bool frame = false;
  Section transform;
  std::optional<Section> schema, output, error;
};

const std::set<std::string, std::less<>> kWords = {"case",   "input",  "frame", "transform",
                                                   "schema", "output", "error"};

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  for (std::string_view line : base::Split(text, '\n')) {
    if (!base::Trim(line).empty()) lines.emplace_back(base::Trim(line));
  }
  return lines;
}

// The section that a line begins, in the case at hand.
Section* Begin(std::vector<Case>& cases, const std::string& word) {
  if (word == "case") {
    cases.emplace_back();
    return nullptr;
  }
  Case& one = cases.back();
  if (word == "input") return &one.inputs.emplace_back();
  if (word == "transform") return &one.transform;
  if (word == "schema") return &one.schema.emplace();
  if (word == "output") return &one.output.emplace();
  if (word == "error") return &one.error.emplace();
  one.frame = true;
  return nullptr;
}

std::vector<Case> ReadCases(const fs::path& path) {
  std::ifstream file(path);
  std::vector<Case> cases;
  Section* section = nullptr;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("#") || (cases.empty() && line.empty())) continue;
    const size_t blank = line.find(' ');
    const std::string word = line.substr(0, blank);
    if (kWords.contains(word)) {
      section = Begin(cases, word);
      const std::string argument = blank == std::string::npos ? "" : line.substr(blank + 1);
      if (word == "case") cases.back().name = argument;
      if (section != nullptr) section->argument = argument;
    } else if (section != nullptr) {
      section->body += line + "\n";
    } else if (!line.empty()) {
      ADD_FAILURE() << path << ": line outside of a section: " << line;
    }
  }
  return cases;
}

RecordBatch ReadInput(const Section& input) {
  const std::vector<Json> rows = tenon::testing::ParseRows(input.body);
  if (!input.argument.empty())
    return tenon::testing::Rows(tenon::testing::SchemaOf(input.argument), rows);
  return tenon::testing::InferredRows(rows);
}

struct Outcome {
  std::vector<std::string> rows;
  std::vector<std::string> schemas;
};

// The whole way of a frame through one transform.
Result<Outcome> Run(const Case& one) {
  const Json arguments = Json::parse(one.transform.body, nullptr, false);
  if (arguments.is_discarded()) return Status::Internal("the case's arguments are no JSON");
  TENON_ASSIGN_OR_RETURN(std::unique_ptr<NarrowTransform> transform,
                         MakeTransform(one.transform.argument, arguments));
  std::vector<RecordBatch> batches;
  frame::SchemaMerger merger;
  for (const Section& input : one.inputs) {
    batches.push_back(ReadInput(input));
    merger.Add(batches.back().schema_ptr());
  }
  const bool typed = !one.inputs[0].argument.empty();
  std::optional<Schema> planned;
  if (typed) planned = batches[0].schema();
  TENON_ASSIGN_OR_RETURN(planned, transform->OutputSchema(planned));
  std::unique_ptr<NarrowStage> stage;
  if (typed || one.frame) {
    TENON_ASSIGN_OR_RETURN(
        stage, transform->NewStageFor(typed ? batches[0].schema_ptr() : merger.merged()));
  } else {
    TENON_ASSIGN_OR_RETURN(stage, transform->NewStage());
  }
  Outcome outcome;
  const TaskContext context;
  for (RecordBatch& batch : batches) {
    const int64_t rows = batch.num_rows();
    TENON_ASSIGN_OR_RETURN(std::optional<RecordBatch> made,
                           stage->Apply(std::move(batch), {context}));
    if (!made) continue;
    TENON_RETURN_IF_ERROR(columnar::ValidateFull(*made));
    EXPECT_EQ(made->num_rows(), rows);
    if (planned) {
      EXPECT_EQ(made->schema().ToString(), planned->ToString());
    }
    outcome.schemas.push_back(made->schema().ToString());
    for (std::string& row : tenon::testing::RowTexts(*made)) outcome.rows.push_back(std::move(row));
  }
  return outcome;
}

void Check(const Case& one) {
  ASSERT_FALSE(one.inputs.empty());
  ASSERT_NE(one.output.has_value(), one.error.has_value()) << "one of output and error";
  const Result<Outcome> outcome = Run(one);
  if (one.error) {
    ASSERT_FALSE(outcome.ok()) << "no error";
    EXPECT_NE(outcome.status().number(), 0) << outcome.status().ToString();
    for (const std::string& words : LinesOf(one.error->body)) {
      EXPECT_THAT(outcome.status().ToString(), HasSubstr(words));
    }
    return;
  }
  ASSERT_THAT(outcome, IsOk());
  EXPECT_EQ(outcome->rows, LinesOf(one.output->body));
  if (!one.schema) return;
  for (const std::string& schema : outcome->schemas) {
    EXPECT_EQ(schema, tenon::testing::SchemaOf(one.schema->argument)->ToString());
  }
}

// The rows of a self-describing frame through the transform, in batches of `batch_rows`; its schema is known beforehand
// only when the transform wants it.
Result<std::vector<std::string>> RunInBatches(const NarrowTransform& transform,
                                              const std::vector<Json>& rows, size_t batch_rows) {
  const SchemaPtr frame = tenon::testing::InferredRows(rows).schema_ptr();
  TENON_ASSIGN_OR_RETURN(const Schema after, transform.FrameSchemaAfter(*frame));
  const auto shape = std::make_shared<const Schema>(after);
  TENON_ASSIGN_OR_RETURN(std::unique_ptr<NarrowStage> stage, transform.wants_frame_schema()
                                                                 ? transform.NewStageFor(frame)
                                                                 : transform.NewStage());
  std::vector<std::string> texts = {after.ToString()};
  const TaskContext context;
  for (size_t begin = 0; begin < rows.size(); begin += batch_rows) {
    const auto first = rows.begin() + static_cast<ptrdiff_t>(begin);
    const size_t count = std::min(batch_rows, rows.size() - begin);
    RecordBatch batch =
        tenon::testing::InferredRows({first, first + static_cast<ptrdiff_t>(count)});
    TENON_ASSIGN_OR_RETURN(std::optional<RecordBatch> made,
                           stage->Apply(std::move(batch), {context}));
    if (!made) continue;
    TENON_ASSIGN_OR_RETURN(columnar::ConformResult shaped,
                           columnar::Conform(*std::move(made), shape));
    for (std::string& row : tenon::testing::RowTexts(shaped.batch)) texts.push_back(std::move(row));
  }
  return texts;
}

// A frame gives the same rows and the same schema however its rows fall into batches.
void CheckBatches(const Case& one) {
  std::vector<Json> rows;
  for (const Section& input : one.inputs) {
    if (!input.argument.empty()) return;
    for (Json& row : tenon::testing::ParseRows(input.body)) rows.push_back(std::move(row));
  }
  const auto transform =
      MakeTransform(one.transform.argument, Json::parse(one.transform.body, nullptr, false));
  if (!transform.ok()) return;
  ASSERT_OK_AND_ASSIGN(const auto whole, RunInBatches(**transform, rows, rows.size()));
  for (const size_t batch_rows : {size_t{1}, size_t{2}, (rows.size() + 1) / 2}) {
    ASSERT_OK_AND_ASSIGN(const auto parts, RunInBatches(**transform, rows, batch_rows));
    EXPECT_EQ(parts, whole) << "batches of " << batch_rows;
  }
}

class TransformFilesTest : public ::testing::TestWithParam<std::string> {};

TEST_P(TransformFilesTest, EveryCaseGivesItsAnswer) {
  const std::vector<Case> cases =
      ReadCases(fs::path(TENON_TRANSFORM_CASES) / (GetParam() + ".test"));
  EXPECT_FALSE(cases.empty());
  for (const Case& one : cases) {
    SCOPED_TRACE("case " + one.name);
    Check(one);
    CheckBatches(one);
  }
}

std::vector<std::string> FileNames() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(TENON_TRANSFORM_CASES)) {
    if (entry.path().extension() == ".test") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

INSTANTIATE_TEST_SUITE_P(Files, TransformFilesTest, ::testing::ValuesIn(FileNames()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace tenon::transform
