// The scenarios of the door that concern a whole job, over a store that fails and blocks on request.
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <future>
#include <thread>

#include "tenon/batch_builder.h"
#include "tenon/column_view.h"
#include "tenon/job.h"
#include "testing/matchers.h"
#include "tests/engine/fake_store.h"

namespace tenon {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using ::testing::AllOf;
using testing::BlockUntilStopped;
using ::testing::Contains;
using ::testing::ElementsAre;
using testing::FakeStore;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::IsError;
using testing::IsErrorNumber;
using testing::IsOk;
using testing::IsOkAndHolds;
using ::testing::SizeIs;
using testing::StoreStep;

class Listener final : public JobObserver {
 public:
  void OnProgress(const std::vector<NodeProgress>& nodes) override { last = nodes; }
  void OnMessage(LogLevel, std::string_view text) override { messages.emplace_back(text); }

  std::vector<NodeProgress> last;
  std::vector<std::string> messages;
};

class EngineScenariosTest : public ::testing::Test {
 protected:
  EngineScenariosTest() {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::temp_directory_path() /
              ("tenon-engine-" + std::to_string(getpid()) + "-" + info->name());
    fs::create_directories(folder_);
  }
  ~EngineScenariosTest() override { fs::remove_all(folder_); }

  Result<std::unique_ptr<Job>> Start(Bookmarks bookmarks = Bookmarks::kEnable,
                                     Rerun rerun = Rerun::kAuto) {
    return Job::Start({.name = "nightly",
                       .state_folder = folder_,
                       .rerun = rerun,
                       .bookmarks = bookmarks,
                       .memory_bytes = 256 << 20,
                       .threads = 2,
                       .connectors = {testing::MakeFakeConnector(store_)},
                       .observer = &listener_});
  }
  static ReadSpec From(std::string context = "orders") {
    return {.connection_type = "fake", .context = std::move(context)};
  }
  static WriteSpec To(std::string context = "A", std::string path = "out") {
    return {.connection_type = "fake",
            .options = Options().Set("path", std::move(path)),
            .context = std::move(context)};
  }
  // Reads, writes to one sink and commits.
  Result<WriteReport> RunOnce(Job& job) {
    TENON_ASSIGN_OR_RETURN(const Frame frame, job.Read(From()));
    TENON_ASSIGN_OR_RETURN(WriteReport report, job.Write(frame, To()));
    TENON_RETURN_IF_ERROR(job.Commit());
    return report;
  }
  int64_t AllRows() const { return store_->partitions * store_->rows_per_partition; }
  void ExpectEachRow(size_t times) {
    EXPECT_EQ(store_->published.size(), static_cast<size_t>(AllRows()) * times);
    for (int64_t id = 0; id < AllRows(); ++id) {
      ASSERT_EQ(store_->published.count(id), times) << "row " << id;
    }
  }

  std::shared_ptr<FakeStore> store_ = [] {
    auto store = std::make_shared<FakeStore>();
    store->position = Position{R"({"v":1,"id":400})"};
    return store;
  }();
  Listener listener_;
  fs::path folder_;
};

TEST_F(EngineScenariosTest, ARunMovesEveryRowOnceAndItsBookmark) {
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Job> job, Start());
  ASSERT_OK_AND_ASSIGN(const WriteReport report, RunOnce(*job));
  EXPECT_EQ(report.rows, 400);
  EXPECT_FALSE(report.skipped);
  ExpectEachRow(1);
  EXPECT_THAT(store_->message_counts, ElementsAre(4));
  EXPECT_THAT(job->End(JobEnd::kClean), IsOk());
  ASSERT_THAT(listener_.last, SizeIs(2));
  EXPECT_EQ(listener_.last[1].rows, 400);
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Job> next, Start());
  ASSERT_OK_AND_ASSIGN(const Frame frame, next->Read(From()));
  ASSERT_TRUE(next->Write(frame, To()).ok());
  EXPECT_EQ(store_->requests.back().after, store_->position);
}

// P1
TEST_F(EngineScenariosTest, P1ExplainingOpensNoSnapshotAndListsNoPartition) {
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Job> job, Start());
  ASSERT_OK_AND_ASSIGN(const Frame frame, job->Read(From()));
  ASSERT_OK_AND_ASSIGN(const std::string first, job->Explain(frame));
  for (int i = 0; i < 2; ++i) EXPECT_THAT(job->Explain(frame), IsOkAndHolds(first));
  EXPECT_THAT(first, HasSubstr("read fake (connector fake)"));
  EXPECT_EQ(store_->plans, 0);
  EXPECT_EQ(store_->pages, 0);
  EXPECT_GE(store_->offers, 3);
}

// P2
TEST_F(EngineScenariosTest, P2AHalfTakenFilterKeepsTheLimitWithTheEngine) {
  store_->can_limit = true;
  store_->answer = PushDown::kExact;
  store_->make_batch = [](int64_t begin, int64_t end) {
    // The source takes id = 5 and keeps its promise: several rows of that id.
    auto rows =
        BatchBuilder(std::make_shared<const Schema>(std::vector<Field>{{"id", DataType::Long()}}));
    for (int64_t i = begin; i < end; ++i) rows.Append(int64_t{5});
    return rows.Finish();
  };
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Job> job, Start());
  ReadSpec spec = From("");
  spec.push_down_predicate = "id = 5 AND id > 1";
  ASSERT_OK_AND_ASSIGN(const Frame half, job->Read(spec));
  ASSERT_OK_AND_ASSIGN(const std::vector<RecordBatch> head, job->Head(half, 2));
  ASSERT_THAT(head, SizeIs(1));
  EXPECT_EQ(head[0].num_rows(), 2);
  ASSERT_THAT(store_->requests, SizeIs(1));
  EXPECT_THAT(store_->requests[0].where, SizeIs(1));
  EXPECT_EQ(store_->requests[0].limit, std::nullopt);

  spec.push_down_predicate = "id = 5";
  ASSERT_OK_AND_ASSIGN(const Frame whole, job->Read(spec));
  ASSERT_TRUE(job->Head(whole, 2).ok());
  EXPECT_EQ(store_->requests.back().limit, 2);
}

// R6
TEST_F(EngineScenariosTest, R6BadRowsOfARetriedAttemptAreCountedOnce) {
  std::atomic<int> tries{0};
  store_->partitions = 1;
  store_->hook = [&tries](const StoreStep& step, const TaskContext& context) {
    if (step.place == "next" && step.batch == 1) {
      for (int i = 0; i < 3; ++i) {
        context.AddError({.message = "Number is torn", .input = "{\"id\":1x}", .where = "line=7"});
      }
    }
    if (step.place == "writer_commit" && tries++ == 0) return Status::Unavailable("Disk is away");
    return Status::Ok();
  };
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Job> job, Start());
  ASSERT_OK_AND_ASSIGN(const Frame frame, job->Read(From()));
  ASSERT_OK_AND_ASSIGN(const WriteReport report, job->Write(frame, To()));
  EXPECT_EQ(tries, 2);
  EXPECT_EQ(report.error_rows, 3);
  EXPECT_THAT(job->ErrorCount(frame), IsOkAndHolds(3));
  ASSERT_OK_AND_ASSIGN(const std::vector<ErrorRecord> errors, job->Errors(frame, 10));
  ASSERT_THAT(errors, SizeIs(3));
  EXPECT_EQ(errors[0].where, "line=7");
  ExpectEachRow(1);
}

// R8
TEST_F(EngineScenariosTest, R8ASourceThatCannotRepeatAReadFailsTheRunAndIsSpooledFirst) {
  store_->can.replayable = false;
  store_->pin.clear();
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Job> job, Start());
  ASSERT_OK_AND_ASSIGN(const Frame frame, job->Read(From()));
  EXPECT_THAT(job->Explain(frame), IsOkAndHolds(HasSubstr("it cannot repeat a read")));
  ASSERT_TRUE(job->Write(frame, To("A")).ok());
  ASSERT_TRUE(job->Write(frame, To("B")).ok());
  EXPECT_EQ(store_->plans, 1);
  EXPECT_EQ(store_->opens, 4);
  ExpectEachRow(2);
  ASSERT_THAT(job->Commit(), IsOk());

  store_->hook = [](const StoreStep& step, const TaskContext&) {
    return step.place == "next" ? Status::Unavailable("Server is away") : Status::Ok();
  };
  ASSERT_OK_AND_ASSIGN(const Frame again, job->Read(From("more")));
  EXPECT_THAT(job->Write(again, To("C")),
              IsError(StatusCode::kUnavailable,
                      AllOf(HasSubstr("Server is away"), HasSubstr("run the job again"))));
}

TEST_F(EngineScenariosTest, ASecondWriteReadsTheSameIntervalAgainAndComparesIt) {
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Job> job, Start());
  ASSERT_OK_AND_ASSIGN(const Frame frame, job->Read(From()));
  ASSERT_TRUE(job->Write(frame, To("A")).ok());
  ASSERT_TRUE(job->Write(frame, To("B")).ok());
  ASSERT_THAT(store_->requests, SizeIs(2));
  EXPECT_EQ(store_->requests[1].until, store_->position);
  EXPECT_EQ(store_->requests[1].pin, "pin");
  store_->rows_per_partition = 99;  // Somebody deleted rows meanwhile.
  EXPECT_THAT(job->Write(frame, To("C")), IsErrorNumber(6004, HasSubstr("orders")));
}

// B2
TEST_F(EngineScenariosTest, B2AfterAFailedSinkTheSameRangeIsReadAgain) {
  store_->hook = [](const StoreStep& step, const TaskContext&) {
    return step.place == "write" ? Status::ResourceExhausted("Disk is full") : Status::Ok();
  };
  {
    ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Job> job, Start());
    EXPECT_THAT(RunOnce(*job), IsError(StatusCode::kResourceExhausted, HasSubstr("Disk is full")));
  }
  store_->hook = nullptr;
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Job> job, Start());
  ASSERT_TRUE(RunOnce(*job).ok());
  EXPECT_EQ(store_->requests[1].after, std::nullopt);
  ExpectEachRow(1);
}

TEST_F(EngineScenariosTest, B2AfterASinkWasPublishedARerunSkipsItAndMovesTheBookmark) {
  {
    ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Job> job, Start());
    ASSERT_OK_AND_ASSIGN(const Frame frame, job->Read(From()));
    ASSERT_TRUE(job->Write(frame, To()).ok());
  }                                  // Ends without a commit, as after an exception.
  store_->rows_per_partition = 120;  // More rows arrive; the pin and the bound keep them out.
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Job> job, Start());
  ASSERT_OK_AND_ASSIGN(const WriteReport report, RunOnce(*job));
  EXPECT_TRUE(report.skipped);
  EXPECT_EQ(store_->requests.back().until, store_->position);
  EXPECT_EQ(store_->published.size(), 400u);
  EXPECT_THAT(listener_.messages, Contains(HasSubstr("A has these rows already")));
}

// W3
TEST_F(EngineScenariosTest, W3ALostReplyIsSettledAndNeverGuessed) {
  for (const bool applied : {false, true}) {
    store_->hook = [applied](const StoreStep& step, const TaskContext&) {
      return step.place == (applied ? "committed" : "commit") ? Status::Unavailable("Reply is lost")
                                                              : Status::Ok();
    };
    ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Job> job, Start());
    const Result<WriteReport> report = RunOnce(*job);
    if (applied) {
      EXPECT_THAT(report, IsOk());
    } else {
      EXPECT_THAT(report, IsError(StatusCode::kUnavailable, HasSubstr("Reply is lost")));
    }
    ASSERT_THAT(job->End(applied ? JobEnd::kClean : JobEnd::kFailed), IsOk());
  }
  ExpectEachRow(1);
}

// W5
TEST_F(EngineScenariosTest, W5TheRerunWritesOnlyWhatTheCutRunDidNot) {
  {
    ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Job> job, Start());
    ASSERT_OK_AND_ASSIGN(const Frame frame, job->Read(From()));
    ASSERT_TRUE(job->Write(frame, To("A", "a")).ok());
    store_->hook = [](const StoreStep& step, const TaskContext&) {
      return step.place == "open_sink" ? Status::PermissionDenied("No right") : Status::Ok();
    };
    EXPECT_THAT(job->Write(frame, To("B", "b")),
                IsError(StatusCode::kPermissionDenied, HasSubstr("No right")));
  }
  store_->hook = nullptr;
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Job> job, Start());
  ASSERT_OK_AND_ASSIGN(const Frame frame, job->Read(From()));
  ASSERT_OK_AND_ASSIGN(const WriteReport a, job->Write(frame, To("A", "a")));
  ASSERT_OK_AND_ASSIGN(const WriteReport b, job->Write(frame, To("B", "b")));
  EXPECT_TRUE(a.skipped);
  EXPECT_FALSE(b.skipped);
  EXPECT_THAT(job->Commit(), IsOk());
  ExpectEachRow(2);
}

// W6
TEST_F(EngineScenariosTest, W6OneTransactionHasOneWriterInTurnAndNoSecondAttempt) {
  store_->local_writers = true;
  store_->commit_class = CommitClass::kTransactional;
  store_->can.max_writers = 1;
  {
    ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Job> job, Start());
    ASSERT_TRUE(RunOnce(*job).ok());
    EXPECT_EQ(store_->most_writers, 1);
    EXPECT_THAT(store_->message_counts, ElementsAre(4));
  }
  store_->hook = [](const StoreStep& step, const TaskContext&) {
    return step.place == "write" ? Status::Unavailable("Server is away") : Status::Ok();
  };
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Job> job, Start());
  EXPECT_THAT(RunOnce(*job), IsError(StatusCode::kUnavailable, HasSubstr("one transaction")));
}

// W7
TEST_F(EngineScenariosTest, W7NoPartitionAndNoRowStillPublish) {
  store_->partitions = 0;
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Job> job, Start());
  ASSERT_OK_AND_ASSIGN(const WriteReport report, RunOnce(*job));
  EXPECT_EQ(report.rows, 0);
  EXPECT_THAT(store_->message_counts, ElementsAre(1));
}

// R3
TEST_F(EngineScenariosTest, R3EveryBlockedCallEndsSoonAfterCancel) {
  for (const char* place : {"open_source", "schema", "plan", "page", "open", "next", "open_sink",
                            "writer", "write", "writer_commit", "commit"}) {
    ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Job> job, Start(Bookmarks::kDisable, Rerun::kAgain));
    std::atomic<bool> blocked{false};
    store_->hook = [&](const StoreStep& step, const TaskContext& context) {
      if (step.place != place) return Status::Ok();
      blocked = true;
      return BlockUntilStopped(context);
    };
    std::future<Result<WriteReport>> running =
        std::async(std::launch::async, [&] { return RunOnce(*job); });
    while (!blocked) std::this_thread::yield();
    const auto cancelled = std::chrono::steady_clock::now();
    job->Cancel();
    EXPECT_THAT(running.get(), IsError(StatusCode::kCancelled, HasSubstr("cancelled"))) << place;
    EXPECT_LT(std::chrono::steady_clock::now() - cancelled, std::chrono::seconds(2)) << place;
    store_->hook = nullptr;
    EXPECT_EQ(store_->live_scans, 0) << place;
    EXPECT_EQ(store_->live_readers, 0) << place;
    EXPECT_EQ(store_->live_writers, 0) << place;
  }
}

// D3
TEST_F(EngineScenariosTest, D3MisspeltNamesAreToldBeforeAnyCall) {
  std::atomic<int> calls{0};
  store_->hook = [&calls](const StoreStep&, const TaskContext&) {
    ++calls;
    return Status::Ok();
  };
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Job> job, Start());
  EXPECT_THAT(job->Read({.connection_type = "fkae"}), IsErrorNumber(1010, HasSubstr("fake")));
  ASSERT_OK_AND_ASSIGN(const Frame frame, job->Read(From()));
  calls = 0;
  WriteSpec wrong = To();
  wrong.options.Set("mode", "apend");
  EXPECT_THAT(job->Write(frame, wrong), IsErrorNumber(1004, HasSubstr("Did you mean append?")));
  EXPECT_EQ(calls, 0);
  EXPECT_THAT(job->Transform("no_such_thing", {frame}, "{}", {}),
              IsError(StatusCode::kInvalidArgument, HasSubstr("no_such_thing")));
}

// D5
TEST_F(EngineScenariosTest, D5AConnectorThatBreaksItsContractIsNamed) {
  store_->make_batch = [](int64_t, int64_t) {
    BatchBuilder rows(
        std::make_shared<const Schema>(std::vector<Field>{{"other", DataType::String()}}));
    rows.Append("x");
    return rows.Finish();
  };
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Job> job, Start());
  EXPECT_THAT(RunOnce(*job),
              IsErrorNumber(3001, AllOf(HasSubstr("connector=fake"), HasSubstr("partition="),
                                        HasSubstr("rule="))));
  EXPECT_THAT(store_->published, IsEmpty());
}

TEST_F(EngineScenariosTest, ARunningJobKeepsASecondOneOut) {
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Job> job, Start());
  EXPECT_THAT(Start(), IsErrorNumber(6001, HasSubstr("pid=" + std::to_string(getpid()))));
}

// Its register is damaged for good: neither a run nor `recover` gets past it.
TEST_F(EngineScenariosTest, ACallThatNobodyCanSettleIsGivenUpOnlyWhenThatIsAskedFor) {
  store_->hook = [](const StoreStep& step, const TaskContext&) {
    if (step.place == "committed") return Status::Unavailable("Reply is lost");
    return step.place == "settle" ? Status::Internal("Register is damaged") : Status::Ok();
  };
  {
    ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Job> job, Start());
    EXPECT_THAT(RunOnce(*job), IsErrorNumber(9001, HasSubstr("A")));
  }
  const JobSettings settings{.name = "nightly",
                             .state_folder = folder_,
                             .connectors = {testing::MakeFakeConnector(store_)}};
  EXPECT_THAT(Job::Recover(settings), IsErrorNumber(9001, HasSubstr("Register is damaged")));
  EXPECT_THAT(Job::Forget(settings),
              IsErrorNumber(9001, HasSubstr("tenon run forget nightly --undecided")));
  ASSERT_OK_AND_ASSIGN(const std::string text, Job::Forget(settings, true));
  EXPECT_THAT(text, AllOf(HasSubstr("Sink A ("),
                          HasSubstr(") may have all, some or none of the rows of run "),
                          HasSubstr("; nobody could tell: A sink gave no answer"),
                          HasSubstr("Register is damaged"),
                          HasSubstr("Given up: look there, for the next run reads them again and "
                                    "writes them there again")));
  EXPECT_THAT(text, Not(HasSubstr("Nothing was pending")));
  EXPECT_THAT(Job::Forget(settings, true), IsOkAndHolds("Nothing was pending.\n"));
  store_->hook = nullptr;
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Job> job, Start());
  ASSERT_OK_AND_ASSIGN(const WriteReport report, RunOnce(*job));
  EXPECT_FALSE(report.skipped);
}

TEST_F(EngineScenariosTest, AnUnansweredCommitEndsTheRunAsUnknownAndRecoverSettlesIt) {
  store_->hook = [](const StoreStep& step, const TaskContext&) {
    if (step.place == "committed") return Status::Unavailable("Reply is lost");
    return step.place == "settle" ? Status::Internal("Register is damaged") : Status::Ok();
  };
  {
    ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Job> job, Start());
    EXPECT_THAT(RunOnce(*job), IsErrorNumber(9001, HasSubstr("A")));
  }
  EXPECT_THAT(Start(), IsErrorNumber(9001, HasSubstr("tenon run recover nightly")));
  ASSERT_OK_AND_ASSIGN(const std::vector<RunSummary> runs, Job::ListRuns(folder_, "nightly"));
  ASSERT_THAT(runs, SizeIs(1));
  EXPECT_EQ(runs[0].state, "unknown");
  EXPECT_EQ(runs[0].pending_slots, 1);
  store_->hook = nullptr;
  const JobSettings settings{.name = "nightly",
                             .state_folder = folder_,
                             .connectors = {testing::MakeFakeConnector(store_)}};
  EXPECT_THAT(Job::Recover(settings), IsOkAndHolds(HasSubstr("its rows are there")));
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Job> job, Start());
  ASSERT_OK_AND_ASSIGN(const WriteReport report, RunOnce(*job));
  EXPECT_TRUE(report.skipped);
  ExpectEachRow(1);
}

TEST_F(EngineScenariosTest, ATinyMemoryBudgetIsRefusedWithTheLeastThatWorks) {
  EXPECT_THAT(
      Job::Start(
          {.name = "nightly", .state_folder = folder_, .memory_bytes = 1 << 20, .threads = 2}),
      IsErrorNumber(4001, AllOf(HasSubstr("given=1 MiB"), HasSubstr("--memory 46MiB"))));
}

// W7
TEST_F(EngineScenariosTest, W7AChoiceThatTheSinkCannotHoldIsToldBeforeAnythingIsWritten) {
  store_->typed = false;
  store_->needs_schema = true;
  store_->takes_choice = false;
  store_->make_batch = [](int64_t begin, int64_t end) -> Result<RecordBatch> {
    // The last partition holds text where the others hold numbers.
    if (begin < 300) return testing::MakeIds(begin, end);
    BatchBuilder rows(
        std::make_shared<const Schema>(std::vector<Field>{{"id", DataType::String()}}));
    for (int64_t id = begin; id < end; ++id) rows.Append(std::to_string(id) + "x");
    return rows.Finish();
  };
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Job> job, Start());
  ASSERT_OK_AND_ASSIGN(const Frame frame, job->Read(From()));
  EXPECT_THAT(job->Write(frame, To()),
              IsErrorNumber(
                  2002, AllOf(HasSubstr("id"), HasSubstr("long"), HasSubstr("300"),
                              HasSubstr("string"), HasSubstr("100"), HasSubstr("resolveChoice"))));
  EXPECT_THAT(store_->published, IsEmpty());
  EXPECT_THAT(store_->staged, IsEmpty());
  EXPECT_THAT(job->SchemaTree(frame), IsOkAndHolds(HasSubstr("|-- id: choice")));
}

TEST_F(EngineScenariosTest, ASelfDescribingFrameReachesASinkUnderItsMergedSchema) {
  store_->typed = false;
  store_->needs_schema = true;
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Job> job, Start());
  ASSERT_TRUE(RunOnce(*job).ok());
  ASSERT_TRUE(store_->sink_schema.has_value());
  EXPECT_EQ(store_->sink_schema->ToString(), "struct<id:long>");
  ExpectEachRow(1);
}

TEST_F(EngineScenariosTest, AWriteThroughASpoolIsOneListOfNodesWithAllTheirRows) {
  store_->typed = false;
  store_->needs_schema = true;
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Job> job, Start());
  ASSERT_OK_AND_ASSIGN(const Frame frame, job->Read(From()));
  ASSERT_OK_AND_ASSIGN(const Frame resolved,
                       job->Transform("resolve_choice", {frame}, R"({"choice": "make_cols"})", {}));
  ASSERT_TRUE(job->Write(resolved, To()).ok());
  std::vector<std::string> nodes;
  for (const NodeProgress& node : listener_.last) {
    nodes.push_back(node.node);
    EXPECT_EQ(node.rows, 400) << node.node;
    EXPECT_EQ(node.partitions_done, 4) << node.node;
    EXPECT_TRUE(node.finished) << node.node;
  }
  EXPECT_THAT(nodes, ElementsAre("read fake", "spool", "resolve_choice", "conform", "write out"));
}

TEST_F(EngineScenariosTest, ASpoolBeyondItsMemoryGoesToDiskAndIsRemoved) {
  store_->rows_per_partition = 400'000;
  store_->batch_rows = 50'000;
  const fs::path spill = folder_ / "spill";
  {
    ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Job> job,
                         Job::Start({.name = "nightly",
                                     .state_folder = folder_,
                                     .memory_bytes = 46 << 20,
                                     .threads = 2,
                                     .spill_folder = spill,
                                     .connectors = {testing::MakeFakeConnector(store_)}}));
    ASSERT_OK_AND_ASSIGN(const Frame frame, job->Read(From()));
    EXPECT_THAT(job->Count(frame), IsOkAndHolds(1'600'000));
    EXPECT_FALSE(fs::is_empty(spill));
    int64_t sum = 0;
    ASSERT_THAT(job->ForEachBatch(frame,
                                  [&sum](RecordBatch batch) {
                                    const BatchView view(batch);
                                    for (int64_t row = 0; row < batch.num_rows(); ++row) {
                                      sum += view.column(0).GetLong(row);
                                    }
                                    return Status::Ok();
                                  }),
                IsOk());
    EXPECT_EQ(sum, int64_t{1'600'000} * 1'599'999 / 2);
  }
  EXPECT_TRUE(fs::is_empty(spill));
}

TEST_F(EngineScenariosTest, WithoutBookmarksACutRunAsksAndResumeFinishesIt) {
  {
    ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Job> job, Start(Bookmarks::kDisable));
    ASSERT_OK_AND_ASSIGN(const Frame frame, job->Read(From("")));
    ASSERT_TRUE(job->Write(frame, To("A", "a")).ok());
  }
  EXPECT_THAT(Start(Bookmarks::kDisable), IsErrorNumber(6005, HasSubstr("--resume")));
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Job> job, Start(Bookmarks::kDisable, Rerun::kResume));
  ASSERT_OK_AND_ASSIGN(const Frame frame, job->Read(From("")));
  ASSERT_OK_AND_ASSIGN(const WriteReport a, job->Write(frame, To("A", "a")));
  ASSERT_OK_AND_ASSIGN(const WriteReport b, job->Write(frame, To("B", "b")));
  EXPECT_TRUE(a.skipped);
  EXPECT_FALSE(b.skipped);
  EXPECT_THAT(job->Commit(), IsOk());
  EXPECT_THAT(job->End(JobEnd::kClean), IsOk());
  ExpectEachRow(2);
}

TEST_F(EngineScenariosTest, ForgetTellsWhoHoldsWhatAndStartsOver) {
  {
    ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Job> job, Start());
    ASSERT_OK_AND_ASSIGN(const Frame frame, job->Read(From()));
    ASSERT_TRUE(job->Write(frame, To()).ok());
  }
  const JobSettings settings{.name = "nightly",
                             .state_folder = folder_,
                             .connectors = {testing::MakeFakeConnector(store_)}};
  EXPECT_THAT(Job::Forget(settings),
              IsOkAndHolds(AllOf(HasSubstr("Sink A"), HasSubstr("orders (start, "),
                                 HasSubstr("writes them there again"))));
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Job> job, Start());
  ASSERT_OK_AND_ASSIGN(const WriteReport report, RunOnce(*job));
  EXPECT_FALSE(report.skipped);
  ExpectEachRow(2);
}

TEST_F(EngineScenariosTest, CountAndForEachBatchReadOneSpool) {
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Job> job, Start());
  ASSERT_OK_AND_ASSIGN(const Frame frame, job->Read(From()));
  EXPECT_THAT(job->Count(frame), IsOkAndHolds(400));
  int64_t rows = 0;
  EXPECT_THAT(job->ForEachBatch(frame,
                                [&rows](RecordBatch batch) {
                                  rows += batch.num_rows();
                                  return Status::Ok();
                                }),
              IsOk());
  EXPECT_EQ(rows, 400);
  ASSERT_TRUE(job->Write(frame, To()).ok());
  EXPECT_EQ(store_->plans, 1);
  ExpectEachRow(1);
  EXPECT_THAT(
      job->ForEachBatch(frame, [](RecordBatch) { return Status::DataError("Seen enough"); }),
      IsError(StatusCode::kDataError, HasSubstr("Seen enough")));
}

TEST_F(EngineScenariosTest, AnEmbeddersSignalHandlersStayAsTheyAre) {
  struct sigaction before {
  }, after{};
  ASSERT_EQ(sigaction(SIGSEGV, nullptr, &before), 0);
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Job> job, Start());
  ASSERT_TRUE(RunOnce(*job).ok());
  ASSERT_EQ(sigaction(SIGSEGV, nullptr, &after), 0);
  EXPECT_EQ(before.sa_sigaction, after.sa_sigaction);
}

}  // namespace
}  // namespace tenon
