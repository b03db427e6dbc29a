// Frames made of other frames, and functions of rows: every row once, errors counted, whatever is tried again.
#include <gtest/gtest.h>
#include <stdlib.h>
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
using ::testing::ElementsAre;
using testing::FakeStore;
using ::testing::HasSubstr;
using testing::IsErrorNumber;
using testing::IsOk;
using testing::IsOkAndHolds;
using ::testing::SizeIs;
using testing::StoreStep;

constexpr int64_t kRows = 400;  // What one read of the store gives.

class DerivedFramesTest : public ::testing::Test {
 protected:
  DerivedFramesTest() {
    setenv("TENON_DUCKDB", TENON_TEST_DUCKDB_LIBRARY, 1);
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::temp_directory_path() /
              ("tenon-derived-" + std::to_string(getpid()) + "-" + info->name());
    fs::create_directories(folder_);
    StartJob(Bookmarks::kDisable);
  }
  ~DerivedFramesTest() override {
    job_.reset();
    fs::remove_all(folder_);
  }

  // The one before ends as after an exception.
  void StartJob(Bookmarks bookmarks) {
    job_.reset();
    Result<std::unique_ptr<Job>> job =
        Job::Start({.name = "nightly",
                    .state_folder = folder_,
                    .bookmarks = bookmarks,
                    .memory_bytes = 256 << 20,
                    .threads = 2,
                    .connectors = {testing::MakeFakeConnector(store_)}});
    EXPECT_THAT(job, IsOk());
    job_ = *std::move(job);
  }

  Frame Read(std::string context = "") {
    return *job_->Read({.connection_type = "fake", .context = std::move(context)});
  }
  Frame Derive(const char* name, const std::vector<Frame>& inputs, const char* arguments = "{}") {
    Result<Frame> frame = job_->Transform(name, inputs, arguments, {});
    EXPECT_THAT(frame, IsOk());
    return *frame;
  }

  const std::shared_ptr<FakeStore> store_ = std::make_shared<FakeStore>();
  std::unique_ptr<Job> job_;
  fs::path folder_;
};

TEST_F(DerivedFramesTest, AUnionHasEveryRowOfBothFrames) {
  const Frame both = Derive("union", {Read(), Read()});
  ASSERT_OK_AND_ASSIGN(const WriteReport report,
                       job_->Write(both, {.connection_type = "fake", .context = "out"}));
  EXPECT_EQ(report.rows, 2 * kRows);
  EXPECT_EQ(store_->published.size(), 2U * kRows);
  EXPECT_EQ(store_->published.count(7), 2U);
  EXPECT_THAT(job_->Count(both), IsOkAndHolds(2 * kRows));
  EXPECT_THAT(job_->IsTyped(both), IsOkAndHolds(true));
}

TEST_F(DerivedFramesTest, AFrameMayBeJoinedWithItself) {
  const Frame frame = Read();
  const Frame joined = Derive("join", {frame, frame}, R"({"keys1": ["id"], "keys2": ["id"]})");
  EXPECT_THAT(job_->SchemaTree(joined), IsOkAndHolds("root\n|-- id: long\n|-- .id: long\n"));
  ASSERT_OK_AND_ASSIGN(const WriteReport report,
                       job_->Write(joined, {.connection_type = "fake", .context = "out"}));
  EXPECT_EQ(report.rows, kRows);
  EXPECT_EQ(store_->published.size(), static_cast<size_t>(kRows));
  EXPECT_THAT(job_->Count(joined), IsOkAndHolds(kRows));
}

TEST_F(DerivedFramesTest, ASinkThatHasItsRowsReadsNoInputAgain) {
  store_->position = Position{R"({"v":1,"id":400})"};
  StartJob(Bookmarks::kEnable);
  const auto write = [this]() -> Result<WriteReport> {
    const Frame left = Read("left"), right = Read("right");
    const Frame joined = Derive("join", {left, right}, R"({"keys1": ["id"], "keys2": ["id"]})");
    const Frame all = Derive("union", {joined, left, Derive("union", {joined, right})});
    return job_->Write(all, {.connection_type = "fake", .context = "out"});
  };
  ASSERT_OK_AND_ASSIGN(const WriteReport first, write());
  EXPECT_EQ(first.rows, 4 * kRows);
  const int opens = store_->opens;
  EXPECT_GT(opens, 0);

  StartJob(Bookmarks::kEnable);  // No commit came before: what is not in a sink is to be read.
  ASSERT_OK_AND_ASSIGN(const WriteReport second, write());
  EXPECT_TRUE(second.skipped);
  EXPECT_EQ(store_->opens, opens);
  ASSERT_THAT(job_->Commit(), IsOk());
  EXPECT_EQ(store_->published.size(), 4U * kRows);
}

TEST_F(DerivedFramesTest, ASourceThatCannotBeReadTwiceIsReadOnceForAllInputs) {
  store_->can.replayable = false;
  const Frame frame = Read();
  const Frame joined = Derive("join", {frame, frame}, R"({"keys1": ["id"], "keys2": ["id"]})");
  ASSERT_OK_AND_ASSIGN(const WriteReport report,
                       job_->Write(Derive("union", {frame, joined, frame}),
                                   {.connection_type = "fake", .context = "out"}));
  EXPECT_EQ(report.rows, 3 * kRows);
  EXPECT_EQ(store_->opens, store_->partitions);
}

TEST_F(DerivedFramesTest, AWrongKeyIsToldBeforeATypedFrameIsRead) {
  const Frame frame = Read();
  EXPECT_THAT(job_->Transform("join", {frame, frame}, R"({"keys1": ["idd"], "keys2": ["id"]})", {}),
              IsErrorNumber(2001, HasSubstr("column=idd")));
  EXPECT_EQ(store_->plans, 0);
}

TEST_F(DerivedFramesTest, WhatComesBehindAJoinGoesOn) {
  const Frame joined = Derive("join", {Read(), Read()}, R"({"keys1": ["id"], "keys2": ["id"]})");
  const Frame kept = Derive("filter", {joined}, R"({"where": "id >= 100 AND id < 110"})");
  const Frame sorted = Derive("sort", {Derive("drop_fields", {kept}, R"({"paths": ["`.id`"]})")},
                              R"({"keys": [{"column": "id", "descending": true}]})");
  ASSERT_OK_AND_ASSIGN(const std::vector<std::string> rows, job_->Show(sorted, 2));
  EXPECT_THAT(rows, ElementsAre(R"({"id": 109})", R"({"id": 108})"));
  EXPECT_THAT(job_->Count(sorted), IsOkAndHolds(10));
}

TEST_F(DerivedFramesTest, RowsComeInAsManyPartitionsAsWanted) {
  const Frame three = Derive("repartition", {Read()}, R"({"partitions": 3})");
  EXPECT_THAT(job_->CountPartitions(three), IsOkAndHolds(3));
  ASSERT_THAT(job_->Write(three, {.connection_type = "fake", .context = "out"}), IsOk());
  EXPECT_THAT(store_->message_counts, ElementsAre(3U));
  EXPECT_EQ(store_->published.size(), static_cast<size_t>(kRows));
  EXPECT_EQ(store_->published.count(399), 1U);
  const Frame two = Derive("coalesce", {three}, R"({"partitions": 2})");
  EXPECT_THAT(job_->CountPartitions(two), IsOkAndHolds(2));
  EXPECT_THAT(job_->CountPartitions(Derive("coalesce", {two}, R"({"partitions": 9})")),
              IsOkAndHolds(2));
}

TEST_F(DerivedFramesTest, OfRowsThatAreReadAgainTheTablesHaveEachOnce) {
  store_->typed = false;
  store_->make_batch = [](int64_t begin, int64_t end) -> Result<RecordBatch> {
    std::vector<Json> rows;
    for (int64_t i = begin; i < end; ++i) rows.push_back({{"id", i}, {"l", {i, i + 1}}});
    return testing::InferredRows(rows);
  };
  std::atomic<bool> failed{false};
  store_->hook = [&failed](const StoreStep& step, const TaskContext&) -> Status {
    if (step.place != "next" || step.batch != 5 || failed.exchange(true)) return Status::Ok();
    return Status::Unavailable("gone for a moment");
  };
  ASSERT_OK_AND_ASSIGN(const std::vector<NamedFrame> tables,
                       job_->Relationalize(Read(), "root", {}));
  EXPECT_TRUE(failed);
  ASSERT_THAT(tables, SizeIs(2));
  EXPECT_EQ(tables[1].name, "root_l");
  EXPECT_THAT(job_->Count(tables[0].frame), IsOkAndHolds(kRows));
  EXPECT_THAT(job_->Count(tables[1].frame), IsOkAndHolds(2 * kRows));
  const Frame joined =
      Derive("join", {tables[0].frame, tables[1].frame}, R"({"keys1": ["l"], "keys2": ["id"]})");
  EXPECT_THAT(job_->Count(joined), IsOkAndHolds(2 * kRows));
}

// Gives back each row twice, and calls those below 10 bad.
class Twice final : public RowFunction {
 public:
  Result<MadeRows> Apply(const RecordBatch& batch, const TaskContext& context) const override {
    std::vector<Json> rows;
    for (const std::string& text : testing::RowTexts(batch)) {
      Json row = Json::parse(text);
      if (row["id"] < 10) {
        context.AddError({"too small", text, ""});
        continue;
      }
      rows.push_back(row);
      row["again"] = true;
      rows.push_back(row);
    }
    MadeRows made;
    made.batches.push_back(testing::InferredRows(rows));
    return made;
  }
};

// Of every other row: adds a column, makes another text, and drops one.
class Edits final : public RowFunction {
 public:
  Result<MadeRows> Apply(const RecordBatch& batch, const TaskContext&) const override {
    MadeRows made;
    made.edited = MadeRows::Edited{{"fresh", "n", "t"}, {}};
    made.edited->rows.assign(static_cast<size_t>((batch.num_rows() + 7) / 8), 0xAA);
    for (int64_t row = 1; row < batch.num_rows(); row += 2) {
      // In several batches, of different types.
      const std::string text = row == 1 ? R"({"fresh":true,"n":"one"})" : R"({"n":1})";
      made.batches.push_back(testing::InferredRows({Json::parse(text)}));
    }
    return made;
  }
};

class Odd final : public RowPredicate {
 public:
  Result<std::vector<uint8_t>> Keep(const RecordBatch& batch, const TaskContext&) const override {
    return std::vector<uint8_t>(static_cast<size_t>((batch.num_rows() + 7) / 8), 0xAA);
  }
};

TEST_F(DerivedFramesTest, BadRowsOfAFunctionCountInWhatIsMadeOfItsFrame) {
  ASSERT_OK_AND_ASSIGN(const Frame twice,
                       job_->Map(Read(), std::make_shared<Twice>(), "Map twice", {}));
  EXPECT_THAT(job_->IsTyped(twice), IsOkAndHolds(false));
  const Frame both = Derive("union", {twice, Read()});
  EXPECT_THAT(job_->Count(both), IsOkAndHolds(2 * (kRows - 10) + kRows));
  EXPECT_THAT(job_->ErrorCount(both), IsOkAndHolds(10));
  ASSERT_OK_AND_ASSIGN(const std::vector<ErrorRecord> errors, job_->Errors(both, 100));
  EXPECT_THAT(errors, SizeIs(10));
  ASSERT_OK_AND_ASSIGN(const WriteReport report,
                       job_->Write(both, {.connection_type = "fake", .context = "out"}));
  EXPECT_EQ(report.error_rows, 10);
  ASSERT_OK_AND_ASSIGN(const std::string plan, job_->Explain(both));
  EXPECT_THAT(plan, HasSubstr("  Map twice\n"));
  EXPECT_THAT(plan, HasSubstr("Union of 2 frames\n"));
}

TEST_F(DerivedFramesTest, AFunctionMayGiveOnlyTheColumnsThatItEdits) {
  std::vector<Json> rows;
  for (int64_t id = 0; id < 4; ++id) rows.push_back({{"id", id}, {"n", id}, {"t", "x"}});
  std::vector<RecordBatch> batches;
  batches.push_back(testing::InferredRows(rows));
  const Frame frame = *job_->FromBatches(std::move(batches), "rows");
  const Frame edited = *job_->Map(frame, std::make_shared<Edits>(), "Map edits", {});
  ASSERT_OK_AND_ASSIGN(const std::vector<RecordBatch> head, job_->Head(edited, 10));
  ASSERT_THAT(head, SizeIs(1));
  EXPECT_THAT(testing::RowTexts(head[0]),
              ElementsAre(R"({"id":1,"n":"one","fresh":true})", R"({"id":3,"n":1})"));
}

TEST_F(DerivedFramesTest, AThresholdCountsTheBadRowsOfAllFramesBefore) {
  const Frame twice = *job_->Map(Read(), std::make_shared<Twice>(), "Map twice", {});
  const Frame both = Derive("union", {twice, twice});
  ASSERT_OK_AND_ASSIGN(
      const Frame limited,
      job_->Transform("drop_fields", {both}, R"({"paths": ["x"]})", {.total_threshold = 5}));
  EXPECT_THAT(job_->Count(limited), IsErrorNumber(2010, HasSubstr("Too many bad rows")));
}

TEST_F(DerivedFramesTest, AFilterOfRowsKeepsTheSchema) {
  ASSERT_OK_AND_ASSIGN(const Frame odd,
                       job_->Filter(Read(), std::make_shared<Odd>(), "Filter odd", {}));
  EXPECT_THAT(job_->IsTyped(odd), IsOkAndHolds(true));
  EXPECT_THAT(job_->Count(odd), IsOkAndHolds(kRows / 2));
}

TEST_F(DerivedFramesTest, AFilterOfOthersKeepsWhatIsNotTrue) {
  const Frame others = Derive("filter", {Read()}, R"({"where": "id < 395", "keep": "others"})");
  EXPECT_THAT(job_->Count(others), IsOkAndHolds(5));
  EXPECT_THAT(job_->Transform("filter", {Read()}, R"({"where": "id < 1", "keep": "both"})", {}),
              IsErrorNumber(1021, HasSubstr("A filter keeps matching or others: keep=both")));
  EXPECT_THAT(job_->Transform("filter", {Read()}, R"({"where": "lower(id) < 1"})", {}),
              IsErrorNumber(1031, HasSubstr("Condition of a filter is not understood")));
}

}  // namespace
}  // namespace tenon
