// What the verbs that need the library answer, without a process: words, tables, exit codes.
#include "entry.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "base/json.h"
#include "run_table.h"
#include "testing/matchers.h"

namespace tenon {

// In place of libtenon's own, which knows every room.
std::string DescribeHost() { return R"({"version": "0.0", "connectors": []})"; }

}  // namespace tenon

namespace tenon::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

std::string ReadAll(FILE* file) {
  std::string text;
  rewind(file);
  for (int c = fgetc(file); c != EOF; c = fgetc(file)) text += static_cast<char>(c);
  fclose(file);
  return text;
}

class EntryTest : public ::testing::Test {
 protected:
  EntryTest() {
    folder_ = fs::temp_directory_path() / ("tenon-entry-" + std::to_string(getpid()));
    fs::create_directories(folder_);
    setenv("NO_COLOR", "1", 1);
  }
  ~EntryTest() override {
    fs::remove_all(folder_);
    unsetenv("NO_COLOR");
  }

  int Ask(const std::string& command, std::vector<std::string> arguments, bool json = false) {
    Request request;
    request.command = command;
    request.arguments = std::move(arguments);
    request.state_folder = folder_ / "state";
    request.json = json;
    FILE* out = tmpfile();
    FILE* err = tmpfile();
    const int code = Answer(request, out, err);
    out_ = ReadAll(out);
    err_ = ReadAll(err);
    return code;
  }

  fs::path folder_;
  std::string out_, err_;
};

TEST_F(EntryTest, ACommandItsStateFolderAndItsArgumentsAreToldApart) {
  const char* const words[] = {"tenon",        "run",    "list", "--state=/s", "--json",
                               "--option=a=b", "--flag", "--",   "orders",     "--x"};
  const Request request = ParseRequest(10, words);
  EXPECT_EQ(request.command, "run list");
  EXPECT_EQ(request.state_folder, "/s");
  EXPECT_TRUE(request.json);
  EXPECT_THAT(request.arguments, ElementsAre("orders", "--x"));
  ASSERT_NE(request.Find("option"), nullptr);
  EXPECT_EQ(*request.Find("option"), "a=b");
  ASSERT_NE(request.Find("flag"), nullptr);
  EXPECT_EQ(*request.Find("flag"), "");
  EXPECT_EQ(request.Find("opt"), nullptr);
}

TEST_F(EntryTest, ARunThatIsNotThereIsSaidForEachVerb) {
  EXPECT_EQ(Ask("run list", {}), 0);
  EXPECT_EQ(out_, "No runs in " + (folder_ / "state").string() + "\n");
  EXPECT_EQ(Ask("run list", {"orders"}, true), 0);
  EXPECT_EQ(out_, "[]\n");
  for (const char* verb : {"run recover", "run forget"}) {
    EXPECT_EQ(Ask(verb, {"orders"}), 2);
    EXPECT_EQ(out_, "");
    EXPECT_EQ(err_,
              "error[TN6018]: No run of this job is known here: job=orders\n"
              "  hint: `tenon run list` shows the jobs of this state directory.\n");
  }
}

TEST_F(EntryTest, AStateFolderThatIsAFileIsAnErrorOfTheEnvironment) {
  FILE* file = fopen((folder_ / "state").c_str(), "w");
  fclose(file);
  for (const char* verb : {"run list", "run recover", "run forget"}) {
    EXPECT_EQ(Ask(verb, {"orders"}), 4) << verb;
    EXPECT_THAT(err_, AllOf(StartsWith("error[TN6010]: Journal cannot be read or written: file=" +
                                       folder_.string()),
                            HasSubstr("\n  hint: Check owner and rights")));
  }
}

TEST_F(EntryTest, ErrorNumbersAreExplainedOrNotKnown) {
  EXPECT_EQ(Ask("help", {"TN6003"}), 0);
  EXPECT_THAT(out_,
              AllOf(StartsWith("TN6003: Script takes another way"), HasSubstr("Exit code: 6")));
  EXPECT_EQ(Ask("help", {"TN1999"}), 2);
  EXPECT_EQ(err_,
            "error[TN1101]: Error number is not known: number=TN1999\n"
            "  hint: docs/errors.md lists them all.\n");
}

TEST_F(EntryTest, TheDoctorSaysWhatIsThere) {
  Ask("doctor", {});
  EXPECT_THAT(out_, HasSubstr((folder_ / "state").string()));
  Ask("doctor", {}, true);
  EXPECT_TRUE(base::ParseJson(out_).ok()) << out_;
}

TEST_F(EntryTest, ACommandThatOnlyTheOtherHalfKnowsIsAFaultOfTheProgram) {
  EXPECT_EQ(Ask("version", {}), 8);
  EXPECT_EQ(err_, "error[TN9002]: Command has no answer: command=version\n");
}

TEST(RunTableTest, ShowsEachRunOnALineUnderItsHeads) {
  const std::vector<RunSummary> runs = {
      {.job = "orders",
       .run = "r2",
       .state = "cut",
       .started_at_us = 1'000'000,
       .attempt = 2,
       .rows = 1234,
       .pending_slots = 1},
      {.job = "a-long-name", .run = "r1", .state = "done", .ended_at_us = 2'000'000},
  };
  EXPECT_EQ(
      RunsAsTable(runs, "/s"),
      "JOB          RUN  STATE            STARTED              ENDED                ROWS  HELD BY\n"
      "orders       r2   cut (1 pending)  1970-01-01 00:00:01                       1234\n"
      "a-long-name  r1   done                                  1970-01-01 00:00:02  0\n");
  const auto list = base::ParseJson(RunsAsJson(runs));
  ASSERT_TRUE(list.ok());
  EXPECT_EQ((*list)[0]["rows"], 1234);
  EXPECT_EQ((*list)[0]["pending_slots"], 1);
  EXPECT_TRUE((*list)[0]["ended_at"].is_null());
  EXPECT_THAT((*list)[1]["holder"].get<std::string>(), IsEmpty());
}

}  // namespace
}  // namespace tenon::cli
