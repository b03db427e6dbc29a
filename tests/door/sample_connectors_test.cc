// The sample connectors, loaded as an engine loads them: D1, W7 and X1.
#include <dlfcn.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "connector/checked.h"
#include "connector/plugin_import.h"
#include "tenon/batch_builder.h"
#include "tenon/check_connector.h"
#include "testing/matchers.h"
#include "tests/door/reading.h"

namespace tenon {
namespace {

using testing::Ask;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IsError;
using testing::IsOk;
using testing::IsOkAndHolds;
using testing::Longs;
using testing::Range;
using testing::ReadAll;
namespace fs = std::filesystem;

// Held to the whole contract. A library is never unloaded, so it may be opened as often as one likes.
Result<std::shared_ptr<Connector>> Load(const std::string& path) {
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return Status::NotFound(dlerror());
  auto init =
      reinterpret_cast<tenon_connector_init_function>(dlsym(library, "tenon_connector_init"));
  if (init == nullptr) return Status::NotFound("no entry point");
  TENON_ASSIGN_OR_RETURN(std::shared_ptr<Connector> loaded, connector::ImportConnector(init, path));
  return connector::Checked(std::move(loaded), connector::CheckLevel::kFull);
}

std::string ReadFile(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

// Names that a library shows to others, as nm prints them.
std::vector<std::string> ShownSymbols(const std::string& path) {
  std::vector<std::string> names;
  std::FILE* pipe = popen(("nm -D --defined-only '" + path + "'").c_str(), "r");
  char line[4096];
  while (pipe != nullptr && std::fgets(line, sizeof(line), pipe) != nullptr) {
    std::istringstream words(line);
    std::string address, kind, name;
    words >> address >> kind >> name;
    names.push_back(name);
  }
  if (pipe != nullptr) pclose(pipe);
  return names;
}

int CountLines(const std::string& file) {
  const std::string text = ReadFile(fs::path(TENON_SAMPLES) / file);
  return static_cast<int>(std::count(text.begin(), text.end(), '\n'));
}

TEST(SampleConnectorTest, D1TheRowWiseSourceReadsTenRowsFromTwoPartitions) {
  ASSERT_OK_AND_ASSIGN(auto counting, Load(TENON_COUNTING));
  ASSERT_OK_AND_ASSIGN(
      auto open, testing::PlanScan(*counting, Ask({{"rows", "10"}}), {.wanted_partitions = 2}));
  EXPECT_EQ(open.partitions.size(), 2u);
  ASSERT_OK_AND_ASSIGN(auto batches,
                       ReadAll(*counting, Ask({{"rows", "10"}}), {.wanted_partitions = 2}));
  EXPECT_EQ(Longs(batches), Range(0, 10));
  EXPECT_THAT(counting->OpenSource(Ask({{"row", "10"}}), {}),
              IsError(StatusCode::kInvalidArgument, HasSubstr("Did you mean rows?")));
}

TEST(SampleConnectorTest, D2TheConformanceChecksFindNothing) {
  const std::pair<const char*, Options> kSamples[] = {{TENON_COUNTING, Ask({{"rows", "10"}})},
                                                      {TENON_SQUARES, Ask({{"rows", "250"}})},
                                                      {TENON_WORDS, Ask({{"times", "3"}})}};
  for (const auto& [library, options] : kSamples) {
    ASSERT_OK_AND_ASSIGN(auto sample, Load(library));
    const ConnectorCheck check = CheckConnector(*sample, options);
    EXPECT_THAT(check.findings, ElementsAre()) << library;
    EXPECT_GT(check.rows, 0) << library;
  }
}

TEST(SampleConnectorTest, D1SamplesAreShort) {
  EXPECT_LE(CountLines("counting.cc"), 80);
  EXPECT_LT(CountLines("text_lines.cc"), 120);
}

TEST(SampleConnectorTest, D1SamplesIncludeTheDoorAndTheStandardLibraryOnly) {
  for (const char* file : {"counting.cc", "text_lines.cc", "squares.cc", "words.c"}) {
    std::istringstream text(ReadFile(fs::path(TENON_SAMPLES) / file));
    for (std::string line; std::getline(text, line);) {
      if (line.starts_with("#include \"")) {
        EXPECT_THAT(line, HasSubstr("\"tenon/")) << file;
      }
    }
  }
}

TEST(SampleConnectorTest, TheColumnarSourceHandsItsArraysOver) {
  ASSERT_OK_AND_ASSIGN(auto squares, Load(TENON_SQUARES));
  testing::RecordingHost host;
  host.limits.max_rows = 100;
  ASSERT_OK_AND_ASSIGN(auto batches,
                       ReadAll(*squares, Ask({{"rows", "250"}}), {}, TaskContext(&host, {})));
  EXPECT_EQ(Longs(batches), Range(0, 250));
  EXPECT_EQ(BatchView(batches[2]).column(1).GetLong(49), 249 * 249);
}

class LinesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(::testing::TempDir()) / ("tenon_lines_" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    ASSERT_OK_AND_ASSIGN(lines_, Load(TENON_TEXT_LINES));
    options_ = Ask({{"path", Path()}});
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string Path() const { return folder_ / "out.txt"; }
  static WriteRequest Request() { return {.call = {"home", "job", "sink", "run", "0123abcd"}}; }

  Result<std::string> WritePart(const Sink& sink, WriterId id, const char* a, const char* b) {
    BatchBuilder rows(std::make_shared<const Schema>(
        Schema({{"a", DataType::String()}, {"b", DataType::String()}})));
    rows.Append(a, nullptr);
    rows.Append(b, "x");
    TENON_ASSIGN_OR_RETURN(RecordBatch batch, rows.Finish());
    TENON_ASSIGN_OR_RETURN(auto writers, lines_->OpenWriters(options_, sink.state(), {}));
    TENON_ASSIGN_OR_RETURN(auto writer, writers->Open(id, {}));
    TENON_RETURN_IF_ERROR(writer->Write(std::move(batch)));
    return writer->Commit();
  }

  fs::path folder_;
  std::shared_ptr<Connector> lines_;
  Options options_;
};

TEST_F(LinesTest, TheSinkPublishesWhatItsMessagesNameAndNothingElse) {
  ASSERT_OK_AND_ASSIGN(auto sink, lines_->OpenSink(options_, Request(), {}));
  EXPECT_EQ(sink->commit_class(), CommitClass::kAtomic);
  ASSERT_OK_AND_ASSIGN(std::string first, WritePart(*sink, {0, 0}, "one", "two"));
  ASSERT_THAT(WritePart(*sink, {1, 0}, "lost", "lost"), IsOk());
  ASSERT_OK_AND_ASSIGN(std::string second, WritePart(*sink, {1, 1}, "three", "four"));
  EXPECT_FALSE(fs::exists(Path()));
  const std::string messages[] = {first, second};
  ASSERT_THAT(sink->Commit(1, "", messages, {}), IsOk());
  EXPECT_EQ(ReadFile(Path()), "one\t\ntwo\tx\nthree\t\nfour\tx\n");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()),
            1);  // Nothing else is left.
  // Settling it again and again changes nothing.
  ASSERT_OK_AND_ASSIGN(auto recovery, OpenAbilityAs<Recovery>(*lines_, options_, {}));
  EXPECT_THAT(recovery->Settle(Request().call, 1, "", messages, sink->state(), {}),
              IsOkAndHolds(Outcome::kPublished));
  EXPECT_EQ(ReadFile(Path()), "one\t\ntwo\tx\nthree\t\nfour\tx\n");
}

TEST_F(LinesTest, ACutCallIsRolledForwardOrDiscarded) {
  ASSERT_OK_AND_ASSIGN(auto sink, lines_->OpenSink(options_, Request(), {}));
  ASSERT_OK_AND_ASSIGN(std::string message, WritePart(*sink, {}, "one", "two"));
  const std::string places = sink->state();
  sink.reset();
  ASSERT_OK_AND_ASSIGN(auto recovery, OpenAbilityAs<Recovery>(*lines_, options_, {}));
  EXPECT_THAT(recovery->Settle(Request().call, 1, "", {{message}}, places, {}),
              IsOkAndHolds(Outcome::kPublished));
  EXPECT_EQ(ReadFile(Path()), "one\t\ntwo\tx\n");
  ASSERT_OK_AND_ASSIGN(sink, lines_->OpenSink(options_, Request(), {}));
  EXPECT_THAT(recovery->Discard(Request().call, places, {}, {}), IsOk());
  EXPECT_THAT(recovery->Discard(Request().call, places, {}, {}), IsOk());
  EXPECT_FALSE(fs::exists(places));
}

TEST_F(LinesTest, W7AColumnThatItCannotHoldIsNamedBeforeAnythingIsWritten) {
  ASSERT_OK_AND_ASSIGN(auto sink, lines_->OpenSink(options_, Request(), {}));
  EXPECT_THAT(sink->CheckSchema(Schema({{"a", DataType::String()}, {"n", DataType::Long()}})),
              IsError(StatusCode::kUnsupported, HasSubstr("column=n")));
}

TEST(SampleConnectorTest, X1PlainCReadsAndWrites) {
  ASSERT_OK_AND_ASSIGN(auto words, Load(TENON_WORDS));
  EXPECT_EQ(words->info().name, "words");
  ASSERT_OK_AND_ASSIGN(auto batches, ReadAll(*words, Ask({{"times", "3"}})));
  EXPECT_EQ(testing::CountRows(batches), 9);
  EXPECT_EQ(BatchView(batches[2]).column(0).GetString(1), "mortise");
  EXPECT_EQ(batches[0].schema_ptr(), batches[2].schema_ptr());
  EXPECT_THAT(words->OpenSource(Ask({{"times", "x"}}), {}),
              IsError(StatusCode::kInvalidArgument, HasSubstr("not a whole number: option=times")));

  const std::string path =
      fs::path(::testing::TempDir()) / ("tenon_words_" + std::to_string(::getpid()));
  ASSERT_OK_AND_ASSIGN(auto sink, words->OpenSink(Ask({{"path", path}}), {}, {}));
  EXPECT_EQ(sink->commit_class(), CommitClass::kAppendOnly);
  ASSERT_OK_AND_ASSIGN(auto writers, words->OpenWriters(Ask({{"path", path}}), sink->state(), {}));
  ASSERT_OK_AND_ASSIGN(auto writer, writers->Open({}, {}));
  for (RecordBatch& batch : batches) ASSERT_THAT(writer->Write(std::move(batch)), IsOk());
  ASSERT_OK_AND_ASSIGN(std::string message, writer->Commit());
  ASSERT_THAT(sink->Commit(1, "", {{message}}, {}), IsOk());
  EXPECT_EQ(ReadFile(path), "9\n");
  fs::remove(path);
  // It has no recovery: that is told, not guessed.
  ASSERT_OK_AND_ASSIGN(auto recovery, OpenAbilityAs<Recovery>(*words, {}, {}));
  EXPECT_EQ(recovery, nullptr);
}

TEST(SampleConnectorTest, X1APlugInOfAnotherCompilerLoads) {
  if (std::string(TENON_COUNTING_BY_CLANG).empty()) GTEST_SKIP() << "clang is not installed";
  ASSERT_OK_AND_ASSIGN(auto counting, Load(TENON_COUNTING_BY_CLANG));
  ASSERT_OK_AND_ASSIGN(auto batches,
                       ReadAll(*counting, Ask({{"rows", "1000"}}), {.wanted_partitions = 3}));
  EXPECT_EQ(Longs(batches), Range(0, 1000));
}

TEST(SampleConnectorTest, X1OnlyTheEntryPointIsShown) {
  for (const char* path :
       {TENON_COUNTING, TENON_TEXT_LINES, TENON_SQUARES, TENON_WORDS, TENON_COUNTING_BY_CLANG}) {
    if (std::string(path).empty()) continue;
    EXPECT_THAT(ShownSymbols(path), ElementsAre("tenon_connector_init")) << path;
  }
}

}  // namespace
}  // namespace tenon
