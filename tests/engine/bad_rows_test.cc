// Lines that are no records: set aside, counted once, and too many of them end the action.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "connectors/files/files.h"
#include "tenon/job.h"
#include "testing/matchers.h"
#include "tests/engine/fake_store.h"

namespace tenon {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using testing::FakeStore;
using ::testing::HasSubstr;
using testing::IsErrorNumber;
using testing::IsOk;
using testing::IsOkAndHolds;
using ::testing::SizeIs;
using testing::StoreStep;

constexpr int kLines = 1000;
constexpr int kBadLines[] = {8, 500, 1000};  // From 1.

class BadRowsTest : public ::testing::Test {
 protected:
  BadRowsTest() {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::temp_directory_path() /
              ("tenon-bad-rows-" + std::to_string(getpid()) + "-" + info->name());
    fs::create_directories(folder_);
    std::ofstream file(folder_ / "rows.json");
    for (int line = 1; line <= kLines; ++line) {
      const bool bad = std::ranges::find(kBadLines, line) != std::end(kBadLines);
      file << "{\"id\": " << line << (bad ? "x" : "") << "}\n";
    }
    file.close();
    store_->needs_schema = true;
    job_ = *Job::Start(
        {.name = "nightly",
         .state_folder = folder_ / "state",
         .memory_bytes = 256 << 20,
         .threads = 2,
         .connectors = {files::MakeFilesConnector(), testing::MakeFakeConnector(store_)}});
  }
  ~BadRowsTest() override {
    job_.reset();
    fs::remove_all(folder_);
  }

  Frame Read() {
    ReadSpec spec{.connection_type = "file", .format = "json"};
    spec.options.Set("paths", "[\"" + (folder_ / "rows.json").string() + "\"]");
    return *job_->Read(spec);
  }
  Frame Drop(const Frame& frame, TransformSpec thresholds) {
    return *job_->Transform("drop_fields", {frame}, R"({"paths": ["nothing"]})", thresholds);
  }
  // Needs the schema of the whole frame: what is before it is spooled.
  Frame Resolve(const Frame& frame, TransformSpec thresholds) {
    return *job_->Transform("resolve_choice", {frame}, R"({"choice": "make_struct"})", thresholds);
  }
  Result<WriteReport> Write(const Frame& frame) {
    return job_->Write(frame, {.connection_type = "fake",
                               .options = Options().Set("path", std::to_string(++writes_)),
                               .context = "sink" + std::to_string(writes_)});
  }

  std::shared_ptr<FakeStore> store_ = std::make_shared<FakeStore>();
  std::unique_ptr<Job> job_;
  fs::path folder_;
  int writes_ = 0;
};

// R6
TEST_F(BadRowsTest, R6ThreeOfAThousandLinesAreReportedOnceAlthoughTheirAttemptWasLost) {
  store_->needs_schema = false;  // The lines go from the file straight into the sink.
  std::atomic<int> commits{0};
  store_->hook = [&commits](const StoreStep& step, const TaskContext&) {
    if (step.place == "writer_commit" && commits++ == 0) return Status::Unavailable("Disk is away");
    return Status::Ok();
  };
  const Frame frame = Read();
  ASSERT_OK_AND_ASSIGN(const WriteReport report, Write(frame));
  EXPECT_EQ(commits, 2);
  EXPECT_EQ(report.rows, 997);
  EXPECT_EQ(report.error_rows, 3);
  EXPECT_THAT(store_->published, SizeIs(997));
  EXPECT_THAT(job_->ErrorCount(frame), IsOkAndHolds(3));
  ASSERT_OK_AND_ASSIGN(const std::vector<ErrorRecord> errors, job_->Errors(frame, 10));
  ASSERT_THAT(errors, SizeIs(3));
  for (size_t i = 0; i < 3; ++i) {
    const std::string line = std::to_string(kBadLines[i]);
    EXPECT_EQ(errors[i].input, "{\"id\": " + line + "x}");
    EXPECT_THAT(errors[i].where, AllOf(HasSubstr("rows.json"), HasSubstr("line=" + line + " ")));
    EXPECT_THAT(errors[i].message, HasSubstr("Line is not a JSON record"));
  }
}

TEST_F(BadRowsTest, EveryActionOfAFrameTellsTheSameNumber) {
  const Frame frame = Resolve(Read(), {});
  EXPECT_THAT(job_->Count(frame), IsOkAndHolds(997));
  EXPECT_THAT(job_->ErrorCount(frame), IsOkAndHolds(3));
  ASSERT_OK_AND_ASSIGN(const WriteReport report, Write(frame));
  EXPECT_EQ(report.rows, 997);
  EXPECT_EQ(report.error_rows, 3);
  EXPECT_THAT(job_->ErrorCount(frame), IsOkAndHolds(3));
}

TEST_F(BadRowsTest, ATotalThresholdCountsTheLinesOfTheSource) {
  EXPECT_THAT(Write(Drop(Read(), {.total_threshold = 4})), IsOk());
  EXPECT_THAT(Write(Drop(Read(), {.total_threshold = 3})),
              IsErrorNumber(2010, AllOf(HasSubstr("transform=drop_fields"),
                                        HasSubstr("total_errors=3"), HasSubstr("threshold=3"))));
}

TEST_F(BadRowsTest, ATotalThresholdCountsThemAlsoWhenTheRowsComeFromASpool) {
  EXPECT_THAT(Write(Resolve(Read(), {.total_threshold = 4})), IsOk());
  EXPECT_THAT(Write(Resolve(Read(), {.total_threshold = 3})),
              IsErrorNumber(2010, HasSubstr("total_errors=3")));
  // An earlier action filled the spool.
  const Frame source = Read();
  EXPECT_THAT(job_->Count(source), IsOkAndHolds(997));
  EXPECT_THAT(job_->Count(Drop(source, {.total_threshold = 3})),
              IsErrorNumber(2010, HasSubstr("total_errors=3")));
}

TEST_F(BadRowsTest, AStageThresholdCountsItsOwnStepOnly) {
  EXPECT_THAT(Write(Drop(Read(), {.stage_threshold = 1})), IsOk());
  EXPECT_THAT(Write(Resolve(Read(), {.stage_threshold = 1})), IsOk());
}

TEST_F(BadRowsTest, TooManyBadRowsLeaveNothingInTheSink) {
  EXPECT_THAT(Write(Drop(Read(), {.total_threshold = 1})), IsErrorNumber(2010, HasSubstr("1")));
  EXPECT_THAT(store_->published, SizeIs(0));
}

}  // namespace
}  // namespace tenon
