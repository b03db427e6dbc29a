// limit, sort, and reads that are strict about columns and bad rows, over real files.
#include <gtest/gtest.h>
#include <stdlib.h>
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
using ::testing::ElementsAre;
using testing::FakeStore;
using ::testing::HasSubstr;
using testing::IsErrorNumber;
using testing::IsOk;
using testing::StoreStep;

class FirstRowsTest : public ::testing::Test {
 protected:
  FirstRowsTest() {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::temp_directory_path() /
              ("tenon-first-rows-" + std::to_string(getpid()) + "-" + info->name());
    fs::create_directories(folder_ / "in");
    setenv("TENON_DUCKDB", TENON_TEST_DUCKDB_LIBRARY, 1);
    job_ = *Job::Start(
        {.name = "nightly",
         .state_folder = folder_ / "state",
         .memory_bytes = 256 << 20,
         .threads = 2,
         .connectors = {files::MakeFilesConnector(), testing::MakeFakeConnector(store_)}});
  }
  ~FirstRowsTest() override {
    job_.reset();
    fs::remove_all(folder_);
  }

  void File(const std::string& name, const std::string& lines) {
    std::ofstream(folder_ / "in" / name) << lines;
  }
  ReadSpec From() {
    ReadSpec spec{.connection_type = "file", .format = "json"};
    spec.options.Set("path", (folder_ / "in").string());
    return spec;
  }
  Frame Then(const Frame& frame, const char* transform, const char* arguments) {
    Result<Frame> next = job_->Transform(transform, {frame}, arguments, {});
    EXPECT_THAT(next, IsOk());
    return *std::move(next);
  }
  // The column id of every row, in the order of the frame.
  std::vector<std::string> Rows(const Frame& frame) {
    Result<std::vector<std::string>> rows = job_->Show(frame, 1'000'000);
    EXPECT_THAT(rows, IsOk());
    return rows.ok() ? *std::move(rows) : std::vector<std::string>();
  }
  Result<WriteReport> Write(const Frame& frame) {
    return job_->Write(
        frame,
        {.connection_type = "fake", .options = Options().Set("path", "out"), .context = "sink"});
  }

  std::shared_ptr<FakeStore> store_ = std::make_shared<FakeStore>();
  std::unique_ptr<Job> job_;
  fs::path folder_;
};

TEST_F(FirstRowsTest, ALimitIsExactOverPartitionsAndStopsReading) {
  File("a.json", "{\"id\": 1}\n{\"id\": 2}\n");
  File("b.json", "{\"id\": 3}\n{\"id\": 4}\n");
  File("c.json", "no JSON at all\n");
  ReadSpec strict = From();
  strict.bad_rows_allowed = 0;
  strict.options.Set("groupFiles", "none");  // Else small files are one partition, and one batch.
  ASSERT_OK_AND_ASSIGN(const Frame frame, job_->Read(strict));
  ASSERT_OK_AND_ASSIGN(const WriteReport report, Write(Then(frame, "limit", R"({"rows": 3})")));
  EXPECT_EQ(report.rows, 3);
  EXPECT_THAT(Write(Then(frame, "limit", R"({"rows": 5})")),
              IsErrorNumber(2010, AllOf(HasSubstr("Bad row: Line is not a JSON record"),
                                        HasSubstr("c.json line=1"))));
}

TEST_F(FirstRowsTest, ALostAttemptDoesNotCountAgainstALimit) {
  store_->partitions = 2;
  store_->rows_per_partition = 10;
  int failures = 0;
  store_->hook = [&](const StoreStep& step, const TaskContext&) {
    if (step.place == "writer_commit" && step.attempt == 0 && failures++ == 0) {
      return Status::Unavailable("Disk is away");
    }
    return Status::Ok();
  };
  ASSERT_OK_AND_ASSIGN(const Frame frame, job_->Read({.connection_type = "fake"}));
  ASSERT_OK_AND_ASSIGN(const WriteReport report, Write(Then(frame, "limit", R"({"rows": 15})")));
  EXPECT_EQ(failures, 2);
  EXPECT_EQ(report.rows, 15);
}

TEST_F(FirstRowsTest, ASortOrdersRowsOfAllFilesAndALimitTakesTheFirstOfThem) {
  File("a.json", "{\"id\": 3}\n{\"id\": null}\n");
  File("b.json", "{\"id\": 1, \"x\": \"y\"}\n{\"id\": 2}\n");
  ASSERT_OK_AND_ASSIGN(const Frame frame, job_->Read(From()));
  const Frame sorted = Then(frame, "sort", R"({"keys": ["id"]})");
  EXPECT_THAT(Rows(sorted),
              ElementsAre("{}", R"({"id": 1, "x": "y"})", R"({"id": 2})", R"({"id": 3})"));
  const Frame two = Then(Then(frame, "sort", R"({"keys": [{"column": "id", "descending": true}]})"),
                         "limit", R"({"rows": 2})");
  EXPECT_THAT(Rows(two), ElementsAre(R"({"id": 3})", R"({"id": 2})"));
  EXPECT_THAT(job_->Explain(two),
              testing::IsOkAndHolds(AllOf(HasSubstr("spool: before sort, which needs all rows\n"),
                                          HasSubstr("Sort id desc\nLimit 2\n"))));
}

TEST_F(FirstRowsTest, ASortByWhatIsNoColumnNamesTheNearest) {
  File("a.json", "{\"id\": 3}\n");
  ASSERT_OK_AND_ASSIGN(const Frame frame, job_->Read(From()));
  EXPECT_THAT(job_->Show(Then(frame, "sort", R"({"keys": ["ids"]})"), 10),
              IsErrorNumber(2001, AllOf(HasSubstr("column=ids"), HasSubstr("Did you mean id?"))));
  EXPECT_THAT(job_->Transform("sort", {frame}, R"({"keys": []})", {}),
              IsErrorNumber(1021, HasSubstr("A sort needs a column")));
}

TEST_F(FirstRowsTest, AColumnThatNoRowHasIsToldBeforeAnythingIsPublished) {
  File("a.json", "{\"id\": 3}\n");
  File("b.json", "{\"name\": \"x\"}\n");
  ReadSpec spec = From();
  spec.required_columns = {"NAME"};
  spec.push_down_predicate = "idd = 3";
  ASSERT_OK_AND_ASSIGN(const Frame wrong, job_->Read(spec));
  EXPECT_THAT(Write(wrong),
              IsErrorNumber(2001, AllOf(HasSubstr("Column is in no row of the source: column=idd"),
                                        HasSubstr("Did you mean id?"))));
  EXPECT_TRUE(store_->published.empty());
  spec.push_down_predicate = "id = 3";
  ASSERT_OK_AND_ASSIGN(const Frame right, job_->Read(spec));
  EXPECT_THAT(Write(right), IsOk());
  // Without the wish for it an absent column is null, as in Glue.
  spec.required_columns.reset();
  spec.push_down_predicate = "idd = 3";
  ASSERT_OK_AND_ASSIGN(const Frame lax, job_->Read(spec));
  EXPECT_THAT(Rows(lax), ElementsAre());
}

}  // namespace
}  // namespace tenon
