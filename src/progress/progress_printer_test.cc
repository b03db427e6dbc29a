#include "progress/progress_printer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tenon::progress {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::IsEmpty;

class ProgressPrinterTest : public testing::Test {
 protected:
  ProgressPrinter Make(ProgressOptions options) {
    return ProgressPrinter(
        options, [this](std::string_view text) { out_ += text; }, [this] { return now_; });
  }
  NodeProgress Node(std::string name, int64_t rows) {
    return {.node = std::move(name),
            .rows = rows,
            .bytes = rows * 100,
            .rows_per_second = 2500,
            .partitions_done = 1,
            .partitions = 4};
  }

  std::string out_;
  std::chrono::steady_clock::time_point now_{};
};

TEST_F(ProgressPrinterTest, LineNamesRowsRatesPartitionsAndTime) {
  EXPECT_EQ(ProgressLine(Node("write #1", 1234567), 10),
            "write #1  1,234,567 rows  2,500 rows/s  12.3 MB/s  1/4 partitions  10.0 s");
}

TEST_F(ProgressPrinterTest, LineOfAFinishedNodeWithUnknownPartitionsSaysDone) {
  EXPECT_EQ(ProgressLine({.node = "read a", .rows = 12, .finished = true}, 1),
            "read a  12 rows  done");
}

TEST_F(ProgressPrinterTest, TerminalShowsNothingInTheFirstHalfSecond) {
  ProgressPrinter printer = Make({.mode = ProgressMode::kTerminal});
  printer.BeginAction();
  now_ += milliseconds(499);
  printer.OnProgress({Node("read a", 1)});
  printer.EndAction();
  EXPECT_THAT(out_, IsEmpty());
}

TEST_F(ProgressPrinterTest, TerminalRedrawsItsLinesAndRemovesThemAtTheEnd) {
  ProgressPrinter printer = Make({.mode = ProgressMode::kTerminal});
  printer.BeginAction();
  now_ += milliseconds(600);
  printer.OnProgress({Node("read a", 1), Node("write #1", 1)});
  EXPECT_THAT(out_, HasSubstr("read a  1 rows"));
  out_.clear();
  printer.OnProgress({Node("read a", 2), Node("write #1", 2)});
  EXPECT_EQ(out_.rfind("\x1b[2A\r\x1b[J", 0), 0u) << out_;
  out_.clear();
  printer.EndAction();
  EXPECT_EQ(out_, "\x1b[2A\r\x1b[J");
}

TEST_F(ProgressPrinterTest, TerminalCutsLinesToItsWidthAtWholeLetters) {
  ProgressPrinter printer = Make({.mode = ProgressMode::kTerminal, .width = 8});
  printer.BeginAction();
  now_ += milliseconds(600);
  printer.OnProgress({{.node = "lesen äöüß"}});
  EXPECT_EQ(out_, "lesen ä\n");
}

TEST_F(ProgressPrinterTest, MessageClearsTheLinesFirst) {
  ProgressPrinter printer = Make({.mode = ProgressMode::kTerminal});
  printer.BeginAction();
  now_ += milliseconds(600);
  printer.OnProgress({Node("read a", 1)});
  out_.clear();
  printer.OnMessage(LogLevel::kWarning, "rows will be sent again");
  EXPECT_EQ(out_, "\x1b[1A\r\x1b[Jwarning: rows will be sent again\n");
}

TEST_F(ProgressPrinterTest, PlainPrintsUnfinishedNodesEveryTenSeconds) {
  ProgressPrinter printer = Make({.mode = ProgressMode::kPlain});
  printer.BeginAction();
  now_ += milliseconds(9999);
  printer.OnProgress({Node("read a", 1)});
  EXPECT_THAT(out_, IsEmpty());
  now_ += milliseconds(1);
  printer.OnProgress({Node("read a", 1), {.node = "read b", .finished = true}});
  EXPECT_EQ(out_, "progress: read a  1 rows  2,500 rows/s  0.0 kB/s  1/4 partitions  10.0 s\n");
  out_.clear();
  now_ += milliseconds(5000);
  printer.OnProgress({Node("read a", 1)});
  EXPECT_THAT(out_, IsEmpty());
}

TEST_F(ProgressPrinterTest, JsonPrintsOneDocumentALine) {
  ProgressPrinter printer = Make({.mode = ProgressMode::kJson});
  printer.BeginAction();
  now_ += milliseconds(40);
  printer.OnProgress({Node("read \"a\"", 7)});
  EXPECT_EQ(
      out_,
      R"({"event":"progress","elapsed_ms":40,"nodes":[{"node":"read \"a\"","rows":7,"bytes":700,)"
      R"("rows_per_second":2500,"partitions_done":1,"partitions":4,"finished":false}]})"
      "\n");
}

TEST_F(ProgressPrinterTest, EndOfAnActionTellsAtLevelInfoWhatEachNodeDid) {
  ProgressPrinter printer = Make({.least = LogLevel::kInfo});
  printer.BeginAction();
  now_ += milliseconds(200);
  printer.OnProgress({{.node = "read a", .rows = 12, .finished = true}});
  printer.EndAction();
  EXPECT_EQ(out_, "info: read a  12 rows  0.2 s\n");
  out_.clear();
  printer.BeginAction();
  printer.EndAction();
  EXPECT_THAT(out_, IsEmpty());
}

TEST_F(ProgressPrinterTest, MessagesBelowTheLevelAreDropped) {
  ProgressPrinter printer = Make({.least = LogLevel::kWarning});
  printer.OnMessage(LogLevel::kInfo, "hello");
  EXPECT_THAT(out_, IsEmpty());
}

TEST_F(ProgressPrinterTest, MessagesAreJsonOnRequestAndSurviveBrokenText) {
  ProgressPrinter printer = Make({.least = LogLevel::kDebug, .json_messages = true});
  printer.OnMessage(LogLevel::kInfo, "bad \xff byte");
  EXPECT_EQ(out_,
            "{\"event\":\"message\",\"level\":\"info\",\"text\":\"bad \xEF\xBF\xBD byte\"}\n");
}

}  // namespace
}  // namespace tenon::progress
