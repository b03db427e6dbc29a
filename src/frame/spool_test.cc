#include "frame/spool.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "base/process_folder.h"
#include "columnar/checksum.h"
#include "columnar/memory.h"
#include "testing/matchers.h"
#include "testing/rows/rows.h"

namespace tenon::frame {
namespace {

namespace fs = std::filesystem;

using tenon::testing::IsError;
using tenon::testing::IsErrorNumber;
using tenon::testing::IsOk;
using tenon::testing::IsOkAndHolds;
using tenon::testing::Rows;
using tenon::testing::RowTexts;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class SpoolTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        (fs::path(::testing::TempDir()) / ("spool_test." + std::to_string(getpid()))).string();
    fs::remove_all(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    if (!fs::exists(folder_)) return names;
    for (const auto& entry : fs::directory_iterator(folder_))
      names.push_back(entry.path().filename().string());
    return names;
  }

  static std::vector<std::string> ReadAll(const Spool& spool, int partition) {
    std::vector<std::string> rows;
    auto reader = spool.Open(partition);
    if (!reader.ok()) return {reader.status().ToString()};
    while (true) {
      Result<std::optional<RecordBatch>> batch = (*reader)->Next();
      if (!batch.ok()) return {batch.status().ToString()};
      if (!*batch) return rows;
      for (std::string& row : RowTexts(**batch)) rows.push_back(std::move(row));
    }
  }

  std::string folder_;
};

TEST_F(SpoolTest, SpoolsWithOneBudgetHoldNoMoreTogetherAndGiveItBack) {
  const auto rows = [] { return Rows("a:int", R"({"a": 1} {"a": 2})"); };
  const int64_t one = columnar::BufferBytes(rows());
  const auto memory = std::make_shared<SpoolMemory>(2 * one);
  const auto make = [&] {
    return Spool::Make({.memory_bytes = 0, .shared_memory = memory, .folder = folder_});
  };
  ASSERT_OK_AND_ASSIGN(auto first, make());
  ASSERT_OK_AND_ASSIGN(auto second, make());
  ASSERT_THAT(first->Append(0, rows()), IsOk());
  ASSERT_THAT(second->Append(0, rows()), IsOk());
  EXPECT_THAT(Names(), IsEmpty());
  ASSERT_THAT(second->Append(0, rows()), IsOk());  // The third batch of two spools.
  EXPECT_EQ(memory->left(), 0);
  EXPECT_EQ(Names().size(), 1);
  ASSERT_THAT(second->Finish(), IsOk());
  EXPECT_THAT(ReadAll(*second, 0),
              ElementsAre(R"({"a":1})", R"({"a":2})", R"({"a":1})", R"({"a":2})"));
  first.reset();
  EXPECT_EQ(memory->left(), one);
  second.reset();
  EXPECT_EQ(memory->left(), 2 * one);
}

TEST_F(SpoolTest, RowsThatFitStayInMemoryAndAreReadAgainAndAgain) {
  ASSERT_OK_AND_ASSIGN(auto spool,
                       Spool::Make({.memory_bytes = 1 << 20, .folder = folder_, .partitions = 2}));
  ASSERT_THAT(spool->Append(1, Rows("a:int", R"({"a": 1} {"a": 2})")), IsOk());
  ASSERT_THAT(spool->Append(0, Rows("a:string", R"({"a": "x"})")), IsOk());
  ASSERT_THAT(spool->Append(1, Rows("b:long", R"({"b": 3})")), IsOk());
  ASSERT_THAT(spool->Finish(), IsOk());
  for (int again = 0; again < 2; ++again) {
    EXPECT_THAT(ReadAll(*spool, 0), ElementsAre(R"({"a":"x"})"));
    EXPECT_THAT(ReadAll(*spool, 1), ElementsAre(R"({"a":1})", R"({"a":2})", R"({"b":3})"));
  }
  EXPECT_EQ(spool->merged_schema()->ToString(), "struct<a:choice<int,string>,b:long>");
  EXPECT_EQ(spool->rows(), 4);
  EXPECT_EQ(spool->rows(1), 3);
  EXPECT_EQ(spool->bytes_on_disk(), 0);
  EXPECT_THAT(Names(), IsEmpty());
}

TEST_F(SpoolTest, RowsBeyondTheBudgetGoToFilesThatGoWithTheSpool) {
  {
    ASSERT_OK_AND_ASSIGN(auto spool,
                         Spool::Make({.memory_bytes = 8, .folder = folder_, .partitions = 1}));
    for (int i = 0; i < 5; ++i) {
      ASSERT_THAT(spool->Append(0, Rows("a:long", "{\"a\": " + std::to_string(i) + "}")), IsOk());
    }
    ASSERT_THAT(spool->Finish(), IsOk());
    EXPECT_GT(spool->bytes_on_disk(), 0);
    EXPECT_EQ(Names().size(), 1U);
    EXPECT_THAT(base::SweepProcessFolders(folder_), IsOkAndHolds(0));
    EXPECT_THAT(ReadAll(*spool, 0),
                ElementsAre(R"({"a":0})", R"({"a":1})", R"({"a":2})", R"({"a":3})", R"({"a":4})"));
  }
  EXPECT_THAT(Names(), IsEmpty());
}

TEST_F(SpoolTest, ManyThreadsWriteAndReadWithoutLosingARow) {
  constexpr int kThreads = 4, kBatches = 30;
  ASSERT_OK_AND_ASSIGN(auto spool,
                       Spool::Make({.memory_bytes = 2000, .folder = folder_, .partitions = 2}));
  std::vector<columnar::RowChecksum> written(kThreads), read(kThreads);
  {
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < kBatches; ++i) {
          RecordBatch batch = Rows("a:int, s:string", "{\"a\": " + std::to_string(t * 1000 + i) +
                                                          ", \"s\": \"some text\"}");
          written[static_cast<size_t>(t)].Add(batch);
          EXPECT_THAT(spool->Append(t % 2, std::move(batch)), IsOk());
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  ASSERT_THAT(spool->Finish(), IsOk());
  {
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int partition = 0; partition < 2; ++partition) {
          auto reader = spool->Open(partition);
          ASSERT_TRUE(reader.ok());
          while (true) {
            auto batch = (*reader)->Next();
            ASSERT_TRUE(batch.ok()) << batch.status().ToString();
            if (!*batch) break;
            read[static_cast<size_t>(t)].Add(**batch);
          }
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  columnar::RowChecksum all;
  for (const columnar::RowChecksum& one : written) all.Merge(one);
  EXPECT_EQ(all.rows(), static_cast<uint64_t>(kThreads * kBatches));
  EXPECT_EQ(spool->rows(), kThreads * kBatches);
  EXPECT_GT(spool->bytes_on_disk(), 0);
  for (const columnar::RowChecksum& one : read) EXPECT_EQ(one, all);
}

TEST_F(SpoolTest, BatchesOutliveTheSpool) {
  std::optional<RecordBatch> batch;
  {
    ASSERT_OK_AND_ASSIGN(auto spool, Spool::Make({.memory_bytes = 0, .folder = folder_}));
    ASSERT_THAT(spool->Append(0, Rows("a:string", R"({"a": "kept"})")), IsOk());
    ASSERT_THAT(spool->Finish(), IsOk());
    ASSERT_OK_AND_ASSIGN(auto reader, spool->Open(0));
    ASSERT_OK_AND_ASSIGN(batch, reader->Next());
  }
  EXPECT_THAT(RowTexts(*batch), ElementsAre(R"({"a":"kept"})"));
}

TEST_F(SpoolTest, ACrashLeavesOnlyAFolderThatASweepRemoves) {
  const pid_t child = fork();
  if (child == 0) {
    auto spool = Spool::Make({.memory_bytes = 0, .folder = folder_});
    if (!spool.ok() || !(*spool)->Append(0, Rows("a:int", R"({"a": 1})")).ok()) _exit(1);
    _exit(0);  // No destructor runs.
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_EQ(WEXITSTATUS(status), 0);
  std::ofstream(folder_ + "/not-a-spool") << "x";
  ASSERT_EQ(Names().size(), 2U);
  EXPECT_THAT(base::SweepProcessFolders(folder_), IsOkAndHolds(1));
  EXPECT_THAT(Names(), ElementsAre("not-a-spool"));
  EXPECT_THAT(base::SweepProcessFolders(folder_ + "/nowhere"), IsOkAndHolds(0));
}

TEST_F(SpoolTest, ADiskLimitIsAnErrorWithBothFigures) {
  ASSERT_OK_AND_ASSIGN(auto spool,
                       Spool::Make({.memory_bytes = 0, .folder = folder_, .max_disk_bytes = 6000}));
  ASSERT_THAT(spool->Append(0, Rows("a:int", R"({"a": 1})")), IsOk());
  Status status = spool->Append(0, Rows("a:int", R"({"a": 1})"));
  if (status.ok()) status = spool->Append(0, Rows("a:int", R"({"a": 1})"));
  EXPECT_THAT(status, IsErrorNumber(4005, AllOf(HasSubstr("bytes="), HasSubstr("limit=6000"))));
}

TEST_F(SpoolTest, WrongUseIsRefused) {
  EXPECT_THAT(Spool::Make({}), IsError(StatusCode::kInvalidArgument, HasSubstr("folder=")));
  EXPECT_THAT(Spool::Make({.folder = "x", .partitions = -1}),
              IsError(StatusCode::kInvalidArgument, HasSubstr("partitions=-1")));
  ASSERT_OK_AND_ASSIGN(auto spool, Spool::Make({.folder = folder_}));
  EXPECT_THAT(spool->Open(0), IsError(StatusCode::kInternal, HasSubstr("before it was finished")));
  EXPECT_THAT(spool->Append(1, RecordBatch()),
              IsError(StatusCode::kInternal, HasSubstr("partition=1 partitions=1")));
  ASSERT_THAT(spool->Finish(), IsOk());
  EXPECT_THAT(spool->Append(0, RecordBatch()),
              IsError(StatusCode::kInternal, HasSubstr("before its last append")));
  EXPECT_THAT(spool->Finish(), IsError(StatusCode::kInternal, HasSubstr("twice")));
  EXPECT_THAT(spool->Open(-1), IsError(StatusCode::kInternal, HasSubstr("partition=-1")));
}

TEST_F(SpoolTest, AFileChangedBehindOurBackIsADataError) {
  ASSERT_OK_AND_ASSIGN(auto spool, Spool::Make({.memory_bytes = 0, .folder = folder_}));
  ASSERT_THAT(spool->Append(0, Rows("a:int", R"({"a": 1})")), IsOk());
  ASSERT_THAT(spool->Finish(), IsOk());
  ASSERT_EQ(Names().size(), 1U);
  fs::resize_file(folder_ + "/" + Names()[0] + "/0.arrow", 1);
  ASSERT_OK_AND_ASSIGN(auto reader, spool->Open(0));
  EXPECT_THAT(reader->Next(), IsError(StatusCode::kDataError, HasSubstr("was cut")));
}

}  // namespace
}  // namespace tenon::frame
