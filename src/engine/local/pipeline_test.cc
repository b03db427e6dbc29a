#include "engine/local/pipeline.h"

#include <algorithm>
#include <future>
#include <set>
#include <thread>

#include "testing/matchers.h"
#include "tests/engine/fake_store.h"

namespace tenon::engine {
namespace {

using std::chrono::milliseconds;
using ::testing::AllOf;
using testing::BlockUntilStopped;
using ::testing::ElementsAre;
using testing::FakeStore;
using ::testing::HasSubstr;
using testing::IsError;
using testing::StoreStep;

// Counts what attempts that won have reported.
class Intake final : public ErrorIntake {
 public:
  void Take(int node, std::vector<ErrorRecord> records, int64_t count) override {
    std::lock_guard guard(mutex_);
    for (ErrorRecord& record : records) taken.push_back(std::move(record));
    counts[node] += count;
  }
  Status Check(int, int64_t pending, const ErrorRecord*) const override {
    return pending < limit ? Status::Ok() : Status::DataError("Too many bad rows");
  }

  std::vector<ErrorRecord> taken;
  std::map<int, int64_t> counts;
  int64_t limit = INT64_MAX;

 private:
  std::mutex mutex_;
};

class PipelineTest : public ::testing::Test {
 protected:
  Result<PipelineResult> Run() {
    const auto scan = testing::MakeFakeScan(store_);
    const auto readers = testing::MakeFakeReaders(store_);
    const auto writers = testing::MakeFakeWriters(store_);
    pipeline_.from.scan = scan.get();
    pipeline_.from.readers = readers.get();
    pipeline_.from.node = "read";
    pipeline_.from.connector = "source";
    pipeline_.to.writers = writers.get();
    pipeline_.to.node = "write";
    pipeline_.to.connector = "sink";
    pipeline_.errors = &intake_;
    Workshop workshop{.pool = pool_,
                      .gauge = gauge_,
                      .threads = threads_,
                      .retry = {.max_attempts = 3, .first_delay = milliseconds(1)},
                      .stop = stop_.get_token()};
    Result<PipelineResult> result = RunPipeline(pipeline_, workshop);
    EXPECT_EQ(gauge_.held(), 0);
    EXPECT_EQ(store_->live_readers, 0);
    EXPECT_EQ(store_->live_writers, 0);
    return result;
  }

  // Every row of the store once and in its order, by the messages of the result.
  void ExpectAllRows(const PipelineResult& result) {
    std::multiset<int64_t> rows;
    int64_t last = -1;
    for (const std::string& message : result.messages) {
      ASSERT_EQ(store_->staged.count(message), 1u) << message;
      for (int64_t id : store_->staged[message]) {
        EXPECT_LT(last, id) << message;
        last = id;
        rows.insert(id);
      }
    }
    const int64_t all = store_->partitions * store_->rows_per_partition;
    ASSERT_EQ(std::ssize(rows), all);
    EXPECT_EQ(*rows.begin(), 0);
    EXPECT_EQ(*rows.rbegin(), all - 1);
    EXPECT_EQ(std::ssize(std::set<int64_t>(rows.begin(), rows.end())), all);
    EXPECT_EQ(result.rows_read, all);
    EXPECT_EQ(result.rows_written, all);
  }

  std::shared_ptr<FakeStore> store_ = std::make_shared<FakeStore>();
  MemoryPlan plan_ = *PlanMemory(int64_t{1} << 30, 0, 4);
  MemoryGauge gauge_{plan_};
  WorkerPool pool_;
  std::stop_source stop_;
  Intake intake_;
  Pipeline pipeline_;
  int threads_ = 4;
};

TEST_F(PipelineTest, MovesEveryRowOnceWithOneMessageForEachPartition) {
  for (int threads : {1, 2, 8}) {
    threads_ = threads;
    store_->staged.clear();
    ASSERT_OK_AND_ASSIGN(const PipelineResult result, Run());
    EXPECT_THAT(result.messages, ElementsAre("0.0", "1.0", "2.0", "3.0"));
    ExpectAllRows(result);
  }
}

TEST_F(PipelineTest, ALostAttemptLeavesNeitherRowsNorMessageNorErrors) {
  std::atomic<int> failures{0};
  store_->hook = [&](const StoreStep& step, const TaskContext& context) {
    if (step.place == "next" && step.batch == 0) context.AddError({.message = "Bad row"});
    // The first attempt at each partition fails at its very end.
    if (step.place == "writer_commit" && step.attempt == 0) {
      ++failures;
      return Status::Unavailable("Disk is away");
    }
    return Status::Ok();
  };
  ASSERT_OK_AND_ASSIGN(const PipelineResult result, Run());
  EXPECT_EQ(failures, 4);
  EXPECT_THAT(result.messages, ElementsAre("0.1", "1.1", "2.1", "3.1"));
  ExpectAllRows(result);
  EXPECT_EQ(intake_.counts[0], 4);
}

TEST_F(PipelineTest, GivesUpAfterTheLastAttemptAndSaysWhere) {
  store_->hook = [](const StoreStep& step, const TaskContext&) {
    return step.place == "next" && step.partition == 200 ? Status::Unavailable("Server is away")
                                                         : Status::Ok();
  };
  EXPECT_THAT(Run(),
              IsError(StatusCode::kUnavailable, AllOf(HasSubstr("Server is away"),
                                                      HasSubstr("connector=source partition=2"))));
  EXPECT_EQ(std::count_if(store_->staged.begin(), store_->staged.end(),
                          [](const auto& staged) { return staged.first[0] == '2'; }),
            0);
}

TEST_F(PipelineTest, OtherErrorsAreNotTriedAgain) {
  std::atomic<int> opens{0};
  store_->partitions = 1;
  store_->hook = [&](const StoreStep& step, const TaskContext&) {
    if (step.place == "open") ++opens;
    return step.place == "write" ? Status::PermissionDenied("No right to write") : Status::Ok();
  };
  EXPECT_THAT(Run(), IsError(StatusCode::kPermissionDenied,
                             AllOf(HasSubstr("No right to write"), HasSubstr("connector=sink"),
                                   HasSubstr("partition=0"))));
  EXPECT_EQ(opens, 1);
}

TEST_F(PipelineTest, ASourceThatCannotRepeatAReadIsNotReadTwice) {
  pipeline_.from.replayable = false;
  store_->partitions = 1;
  store_->hook = [](const StoreStep& step, const TaskContext&) {
    return step.place == "next" ? Status::Unavailable("Server is away") : Status::Ok();
  };
  EXPECT_THAT(Run(), IsError(StatusCode::kUnavailable, HasSubstr("run the job again")));
  EXPECT_EQ(store_->opens, 1);
}

TEST_F(PipelineTest, WritersThatShareATransactionAreNotTriedAgain) {
  pipeline_.to.may_retry = false;
  store_->partitions = 1;
  store_->hook = [](const StoreStep& step, const TaskContext&) {
    return step.place == "write" ? Status::Unavailable("Server is away") : Status::Ok();
  };
  EXPECT_THAT(Run(), IsError(StatusCode::kUnavailable, HasSubstr("one transaction")));
  EXPECT_EQ(store_->opens, 1);
}

TEST_F(PipelineTest, TheFirstErrorCancelsWhatIsBlockedElsewhere) {
  store_->hook = [](const StoreStep& step, const TaskContext& context) {
    if (step.place != "next" || step.batch < 2) return Status::Ok();
    return step.partition == 300 ? Status::DataError("Row is torn") : BlockUntilStopped(context);
  };
  EXPECT_THAT(Run(), IsError(StatusCode::kDataError,
                             AllOf(HasSubstr("Row is torn"), HasSubstr("partition=3"))));
}

TEST_F(PipelineTest, ADeepBlockEndsSoonAfterAStop) {
  for (const char* place : {"page", "open", "next", "writer", "write", "writer_commit"}) {
    stop_ = std::stop_source();
    std::atomic<bool> blocked{false};
    store_->hook = [&](const StoreStep& step, const TaskContext& context) {
      if (step.place != place) return Status::Ok();
      blocked = true;
      return BlockUntilStopped(context);
    };
    std::future<Result<PipelineResult>> running =
        std::async(std::launch::async, [this] { return Run(); });
    while (!blocked) std::this_thread::yield();
    const auto stopped = std::chrono::steady_clock::now();
    stop_.request_stop();
    EXPECT_THAT(running.get(), IsError(StatusCode::kCancelled, HasSubstr("cancelled"))) << place;
    EXPECT_LT(std::chrono::steady_clock::now() - stopped, std::chrono::seconds(2)) << place;
  }
}

TEST_F(PipelineTest, StopAndEndMayRace) {
  store_->rows_per_partition = 20;
  for (int round = 0; round < 500; ++round) {
    stop_ = std::stop_source();
    std::jthread stopper([this] { stop_.request_stop(); });
    const Result<PipelineResult> result = Run();
    if (!result.ok()) {
      EXPECT_EQ(result.status().code(), StatusCode::kCancelled);
    }
    store_->staged.clear();
  }
}

TEST_F(PipelineTest, AnIdleWorkerGetsHalfOfTheRunningPartitionAlsoWhenItFailsAfterwards) {
  threads_ = 2;
  store_->partitions = 1;
  store_->rows_per_partition = 4000;
  store_->splittable = true;
  std::atomic<int> given{0};
  std::atomic<int> failed{0};
  store_->hook = [&](const StoreStep& step, const TaskContext& context) {
    if (step.place != "next") return Status::Ok();
    // Waits for the other worker to idle, so that there is something to split for.
    if (step.partition == 0 && step.batch == 3) {
      while (store_->give_aways == 0 && !context.split_wanted() && !context.cancelled()) {
        std::this_thread::yield();
      }
    }
    // After each give-away, now and then, the giver is lost.
    if (store_->give_aways > given && failed < 2) {
      ++given;
      ++failed;
      return Status::Unavailable("Server is away");
    }
    return Status::Ok();
  };
  ASSERT_OK_AND_ASSIGN(const PipelineResult result, Run());
  EXPECT_GT(store_->give_aways, 0);
  EXPECT_GT(failed, 0);
  EXPECT_EQ(std::ssize(result.messages), result.partitions);
  ExpectAllRows(result);
}

TEST_F(PipelineTest, AThrottledSourceIsWaitedForAndReadByFewer) {
  threads_ = 4;
  std::atomic<bool> throttled{false};
  std::atomic<int64_t> waited_ms{0};
  std::chrono::steady_clock::time_point at;
  store_->hook = [&](const StoreStep& step, const TaskContext&) {
    if (step.place != "open" || step.partition != 0) return Status::Ok();
    if (!throttled.exchange(true)) {
      at = std::chrono::steady_clock::now();
      return Status::Unavailable("Too many requests")
          .WithRetry(Retry::kSlowDown, milliseconds(500));
    }
    waited_ms =
        std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - at).count();
    return Status::Ok();
  };
  ASSERT_OK_AND_ASSIGN(const PipelineResult result, Run());
  EXPECT_GE(waited_ms, 500);
  ExpectAllRows(result);
}

TEST_F(PipelineTest, TheFirstReaderOpensBeforeTheLastPageIsAskedFor) {
  store_->partitions = 100'000;
  store_->rows_per_partition = 1;
  store_->partitions_a_page = 1000;
  pipeline_.to.keep_messages = false;
  std::atomic<int> pages_at_first_open{0};
  std::once_flag first;
  store_->hook = [&](const StoreStep& step, const TaskContext&) {
    if (step.place == "open") {
      std::call_once(first, [&] { pages_at_first_open = store_->pages.load(); });
    }
    return Status::Ok();
  };
  ASSERT_OK_AND_ASSIGN(const PipelineResult result, Run());
  EXPECT_EQ(result.partitions, 100'000);
  EXPECT_EQ(result.rows_written, 100'000);
  EXPECT_LE(pages_at_first_open, 2);
}

TEST_F(PipelineTest, OneWriterAtATimeWhenTheSinkHasOneTransaction) {
  pipeline_.to.max_writers = 1;
  ASSERT_OK_AND_ASSIGN(const PipelineResult result, Run());
  EXPECT_EQ(store_->most_writers, 1);
  ExpectAllRows(result);
}

TEST_F(PipelineTest, NoPartitionStillOpensAWriterWhereOneIsPromised) {
  store_->partitions = 0;
  ASSERT_OK_AND_ASSIGN(const PipelineResult none, Run());
  EXPECT_TRUE(none.messages.empty());
  pipeline_.to.one_at_least = true;
  ASSERT_OK_AND_ASSIGN(const PipelineResult one, Run());
  EXPECT_THAT(one.messages, ElementsAre("0.0"));
  EXPECT_EQ(one.rows_written, 0);
}

TEST_F(PipelineTest, EndsAtOnceWhenTooManyRowsAreBad) {
  intake_.limit = 3;
  store_->partitions = 1;
  store_->hook = [](const StoreStep& step, const TaskContext& context) {
    if (step.place == "next") context.AddError({.message = "Bad row"});
    return Status::Ok();
  };
  EXPECT_THAT(Run(), IsError(StatusCode::kDataError, HasSubstr("Too many bad rows")));
}

TEST_F(PipelineTest, AReaderThatBlocksIsReadAhead) {
  threads_ = 2;
  store_->partitions = 1;
  store_->rows_per_partition = 200;
  std::mutex mutex;
  std::set<std::thread::id> reading, writing;
  store_->hook = [&](const StoreStep& step, const TaskContext&) {
    if (step.place != "next" && step.place != "write") return Status::Ok();
    // A blocking store and a busy sink: what the decision is made of.
    TENON_RETURN_IF_ERROR(Pause(milliseconds(2), {}));
    std::lock_guard guard(mutex);
    (step.place == "next" ? reading : writing).insert(std::this_thread::get_id());
    return Status::Ok();
  };
  ASSERT_OK_AND_ASSIGN(const PipelineResult result, Run());
  ExpectAllRows(result);
  EXPECT_EQ(reading.size(), 2u) << "the worker first, then the thread that reads ahead";
  EXPECT_EQ(writing.size(), 1u);
}

TEST_F(PipelineTest, TellsHowFarItHasCome) {
  const auto scan = testing::MakeFakeScan(store_);
  const auto readers = testing::MakeFakeReaders(store_);
  const auto writers = testing::MakeFakeWriters(store_);
  pipeline_ = {.from = {.node = "read", .scan = scan.get(), .readers = readers.get()},
               .to = {.node = "write", .writers = writers.get()},
               .errors = &intake_};
  std::vector<NodeProgress> last;
  Workshop workshop{.pool = pool_, .gauge = gauge_, .threads = 2};
  workshop.on_progress = [&last](const std::vector<NodeProgress>& nodes) { last = nodes; };
  ASSERT_TRUE(RunPipeline(pipeline_, workshop).ok());
  ASSERT_EQ(last.size(), 2u);
  EXPECT_EQ(last[0].node, "read");
  EXPECT_EQ(last[1].node, "write");
  for (const NodeProgress& node : last) {
    EXPECT_EQ(node.rows, 400);
    EXPECT_EQ(node.bytes, 400 * 8);
    EXPECT_EQ(node.partitions, 4);
    EXPECT_EQ(node.partitions_done, 4);
    EXPECT_TRUE(node.finished);
  }
}

}  // namespace
}  // namespace tenon::engine
