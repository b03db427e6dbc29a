// R2 and R3 of the door's scenarios on whole pipelines and jobs: work that is given away again and again, and calls
// that hang or race with a cancel. And a state folder that was restored from a copy.
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <filesystem>
#include <future>
#include <set>
#include <thread>

#include "engine/local/pipeline.h"
#include "tenon/job.h"
#include "testing/matchers.h"
#include "tests/engine/fake_store.h"

namespace tenon {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using ::testing::AllOf;
using testing::BlockUntilStopped;
using testing::FakeStore;
using ::testing::HasSubstr;
using testing::IsError;
using testing::IsErrorNumber;
using testing::StoreStep;

constexpr std::chrono::seconds kGiveUp{30};

// Virtual time for two workers. A batch takes one tick, and no tick begins before everybody who has work stands at it:
// so the number of ticks is the makespan, however the threads are scheduled.
class Ticks {
 public:
  explicit Ticks(const FakeStore& store) : store_(store) {}

  void Opened(int64_t partition) {
    const std::lock_guard lock(mutex_);
    opened_.insert(partition);
    ++live_;
    changed_.notify_all();
  }
  void Ended() {
    const std::lock_guard lock(mutex_);
    --live_;
    changed_.notify_all();
  }
  // Before each batch.
  void Await(const TaskContext& context) {
    std::unique_lock lock(mutex_);
    ++standing_;
    const int64_t mine = count_;
    const auto give_up = std::chrono::steady_clock::now() + kGiveUp;
    while (count_ == mine) {
      if (EverybodyStands(context)) {
        ++count_;
        standing_ = 0;
        changed_.notify_all();
        return;
      }
      if (std::chrono::steady_clock::now() > give_up) {
        ADD_FAILURE() << "nobody goes on: live=" << live_ << " standing=" << standing_;
        return;
      }
      // A wish to split comes without a notification.
      changed_.wait_for(lock, milliseconds(1));
    }
  }
  int64_t count() const { return count_; }

 private:
  bool EverybodyStands(const TaskContext& context) const {
    const bool all_opened = std::ssize(opened_) == 1 + store_.give_aways;
    if (standing_ < live_ || !all_opened) return false;
    return live_ == 2 || context.split_wanted();
  }

  const FakeStore& store_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<int64_t> opened_;  // By the partition's first row: a retry opens the same one again.
  int live_ = 0, standing_ = 0;
  int64_t count_ = 0;
};

// Hands everything on, and refuses every other offer of a reader to give something away.
class RefusingHost final : public TaskHost {
 public:
  explicit RefusingHost(TaskContext inner) : inner_(std::move(inner)) {}
  BatchLimits Limits() override { return inner_.limits(); }
  void AddError(ErrorRecord record) override { inner_.AddError(std::move(record)); }
  void Count(std::string_view metric, int64_t n) override { inner_.Count(metric, n); }
  void Log(LogLevel level, std::string_view text) override { inner_.Log(level, text); }
  bool SplitWanted() override { return inner_.split_wanted(); }
  bool GiveAway(const Partition& mine, const Partition& rest) override {
    refuse_ = !refuse_;
    return !refuse_ && inner_.GiveAway(mine, rest);
  }

 private:
  const TaskContext inner_;
  bool refuse_ = false;
};

class RefusedReader final : public PartitionReader {
 public:
  static Result<std::unique_ptr<PartitionReader>> Open(const ReaderFactory& readers,
                                                       const Partition& partition,
                                                       const TaskContext& context) {
    auto host = std::make_unique<RefusingHost>(context);
    TENON_ASSIGN_OR_RETURN(auto inner,
                           readers.Open(partition, TaskContext(host.get(), context.stop())));
    return std::unique_ptr<PartitionReader>(
        std::make_unique<RefusedReader>(std::move(host), std::move(inner)));
  }
  RefusedReader(std::unique_ptr<RefusingHost> host, std::unique_ptr<PartitionReader> inner)
      : host_(std::move(host)), inner_(std::move(inner)) {}
  Result<std::optional<RecordBatch>> Next() override { return inner_->Next(); }

 private:
  const std::unique_ptr<RefusingHost> host_;
  const std::unique_ptr<PartitionReader> inner_;
};

class RefusingReaders final : public ReaderFactory {
 public:
  explicit RefusingReaders(std::unique_ptr<ReaderFactory> inner) : inner_(std::move(inner)) {}
  Result<std::unique_ptr<PartitionReader>> Open(const Partition& partition,
                                                const TaskContext& context) const override {
    return RefusedReader::Open(*inner_, partition, context);
  }

 private:
  const std::unique_ptr<ReaderFactory> inner_;
};

class NoErrors final : public engine::ErrorIntake {
 public:
  void Take(int, std::vector<ErrorRecord>, int64_t) override {}
  Status Check(int, int64_t, const ErrorRecord*) const override { return Status::Ok(); }
};

class RunningScenariosTest : public ::testing::Test {
 protected:
  Result<engine::PipelineResult> RunPipeline(bool refusing = false) {
    const auto scan = testing::MakeFakeScan(store_);
    std::unique_ptr<ReaderFactory> readers = testing::MakeFakeReaders(store_);
    if (refusing) readers = std::make_unique<RefusingReaders>(std::move(readers));
    const auto writers = testing::MakeFakeWriters(store_);
    engine::Pipeline pipeline;
    pipeline.from.scan = scan.get();
    pipeline.from.readers = readers.get();
    pipeline.from.node = "read";
    pipeline.from.connector = "source";
    pipeline.to.writers = writers.get();
    pipeline.to.node = "write";
    pipeline.to.connector = "sink";
    pipeline.errors = &errors_;
    const engine::Workshop workshop{.pool = pool_,
                                    .gauge = gauge_,
                                    .threads = 2,
                                    .retry = {.max_attempts = 100,
                                              .first_delay = milliseconds(1),
                                              .longest_delay = milliseconds(1)},
                                    .stop = stop_.get_token()};
    return engine::RunPipeline(pipeline, workshop);
  }

  static constexpr int64_t kBatches = 1000;
  // The first partition stands on a slow disk, whatever is left of it: so who has given half of it away has more than
  // half of the work, and gives away again.
  static constexpr int64_t kSlow = 4;
  static constexpr int64_t kIdealTicks = kBatches * kSlow / (kSlow + 1);

  // One partition of a thousand batches for two workers.
  void PrepareSplitting() {
    store_->partitions = 1;
    store_->batch_rows = 2;
    store_->rows_per_partition = kBatches * store_->batch_rows;
    store_->splittable = true;
    store_->hook = [this](const StoreStep& step, const TaskContext& context) {
      if (step.place == "open") ticks_.Opened(step.partition);
      if (step.place == "writer_commit") ticks_.Ended();
      if (step.place != "next") return Status::Ok();
      if (fail_after_give_away_ && IsLost()) {
        ticks_.Ended();
        return Status::Unavailable("Server is away");
      }
      for (int64_t tick = 0; tick < (step.partition == 0 ? kSlow : 1); ++tick) {
        ticks_.Await(context);
      }
      return Status::Ok();
    };
  }
  // One reader for each give-away.
  bool IsLost() {
    int lost = failed_;
    while (store_->give_aways > lost) {
      if (failed_.compare_exchange_weak(lost, lost + 1)) return true;
    }
    return false;
  }
  void ExpectEveryRowOnce(const engine::PipelineResult& result) {
    std::multiset<int64_t> rows;
    for (const std::string& message : result.messages) {
      for (const int64_t id : store_->staged[message]) rows.insert(id);
    }
    const int64_t all = kBatches * store_->batch_rows;
    ASSERT_EQ(std::ssize(rows), all);
    for (int64_t id = 0; id < all; ++id) ASSERT_EQ(rows.count(id), 1u) << "row " << id;
    EXPECT_EQ(result.rows_written, all);
  }

  std::shared_ptr<FakeStore> store_ = std::make_shared<FakeStore>();
  engine::MemoryPlan plan_ = *engine::PlanMemory(int64_t{1} << 30, 0, 2);
  engine::MemoryGauge gauge_{plan_};
  engine::WorkerPool pool_;
  std::stop_source stop_;
  NoErrors errors_;
  Ticks ticks_{*store_};
  bool fail_after_give_away_ = false;
  std::atomic<int> failed_{0};
};

TEST_F(RunningScenariosTest, R2TwoWorkersShareOnePartitionInLittleMoreThanHalfItsTime) {
  PrepareSplitting();
  ASSERT_OK_AND_ASSIGN(const engine::PipelineResult result, RunPipeline());
  ExpectEveryRowOnce(result);
  EXPECT_LE(ticks_.count(), kIdealTicks * 11 / 10);
  EXPECT_GE(ticks_.count(), kIdealTicks);
  EXPECT_GE(store_->give_aways, 5) << "down to the last batches";
  EXPECT_EQ(result.partitions, 1 + store_->give_aways);
}

TEST_F(RunningScenariosTest, R2AnOfferThatIsRefusedIsMadeAgainAndCostsLittle) {
  PrepareSplitting();
  ASSERT_OK_AND_ASSIGN(const engine::PipelineResult result, RunPipeline(true));
  ExpectEveryRowOnce(result);
  EXPECT_LE(ticks_.count(), kIdealTicks * 11 / 10);
  EXPECT_GE(store_->refused, store_->give_aways.load());
  EXPECT_GE(store_->give_aways, 5);
}

TEST_F(RunningScenariosTest, R2EveryRowComesOnceThoughAReaderIsLostAfterEachGiveAway) {
  PrepareSplitting();
  fail_after_give_away_ = true;
  ASSERT_OK_AND_ASSIGN(const engine::PipelineResult result, RunPipeline());
  ExpectEveryRowOnce(result);
  EXPECT_GE(failed_, 5);
  EXPECT_EQ(failed_, store_->give_aways);
}

// ---- R3 ----

int EntriesOf(const char* folder) {
  return static_cast<int>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

// A thread that was joined may be seen for another moment.
void ExpectEntries(const char* folder, int wanted, const std::string& what) {
  const auto give_up = std::chrono::steady_clock::now() + kGiveUp;
  while (EntriesOf(folder) != wanted && std::chrono::steady_clock::now() < give_up) {
    std::this_thread::yield();
  }
  EXPECT_EQ(EntriesOf(folder), wanted) << what << " " << folder;
}

class JobScenariosTest : public ::testing::Test {
 protected:
  JobScenariosTest() {
    folder_ = fs::temp_directory_path() / ("tenon-hung-" + std::to_string(getpid()));
    fs::create_directories(folder_);
  }
  ~JobScenariosTest() override { fs::remove_all(folder_); }

  Result<std::unique_ptr<Job>> Start() {
    return Job::Start({.name = "nightly",
                       .state_folder = folder_ / "state",
                       .rerun = Rerun::kAgain,
                       .memory_bytes = 256 << 20,
                       .threads = 2,
                       .connectors = {testing::MakeFakeConnector(store_)}});
  }
  static Status RunOnce(Job& job) {
    TENON_ASSIGN_OR_RETURN(const Frame frame,
                           job.Read({.connection_type = "fake", .context = "orders"}));
    WriteSpec write{.connection_type = "fake", .context = "A"};
    write.options.Set("path", "out");
    TENON_RETURN_IF_ERROR(job.Write(frame, write).status());
    return job.Commit();
  }

  std::shared_ptr<FakeStore> store_ = std::make_shared<FakeStore>();
  fs::path folder_;
};

TEST_F(JobScenariosTest, R3ACancelledJobLeavesNoThreadAndNoDescriptor) {
  {
    ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Job> job, Start());  // What is made once, is made.
    ASSERT_TRUE(RunOnce(*job).ok());
  }
  const int threads = EntriesOf("/proc/self/task"), descriptors = EntriesOf("/proc/self/fd");
  for (const char* place : {"open_source", "plan", "open", "next", "write", "commit"}) {
    std::atomic<bool> blocked{false};
    store_->hook = [&](const StoreStep& step, const TaskContext& context) {
      if (step.place != place) return Status::Ok();
      blocked = true;
      return BlockUntilStopped(context);
    };
    {
      ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Job> job, Start());
      std::future<Status> running = std::async(std::launch::async, [&] { return RunOnce(*job); });
      while (!blocked) std::this_thread::yield();
      const auto cancelled = std::chrono::steady_clock::now();
      job->Cancel();
      EXPECT_THAT(running.get(), IsError(StatusCode::kCancelled, HasSubstr("cancelled"))) << place;
      EXPECT_LT(std::chrono::steady_clock::now() - cancelled, std::chrono::seconds(2)) << place;
      store_->hook = nullptr;
    }
    ExpectEntries("/proc/self/task", threads, place);
    ExpectEntries("/proc/self/fd", descriptors, place);
  }
}

// A second thread that stops what runs, once a round.
class Stopper {
 public:
  Stopper() : thread_([this] { Loop(); }) {}
  ~Stopper() {
    round_ = -1;
    thread_.join();
  }
  void Begin(std::function<void()> stop) {
    stop_ = std::move(stop);
    ++round_;
  }
  // Until the stop of this round was used.
  void Wait() const {
    while (done_ != round_) std::this_thread::yield();
  }

 private:
  void Loop() {
    for (int64_t next = 1;; ++next) {
      while (round_ >= 0 && round_ != next) std::this_thread::yield();
      if (round_ < 0) return;
      stop_();
      done_ = next;
    }
  }

  std::function<void()> stop_;
  std::atomic<int64_t> round_{0}, done_{0};
  std::thread thread_;
};

TEST_F(RunningScenariosTest, R3CancelMayRaceWithTheEndTenThousandTimes) {
  store_->partitions = 2;
  store_->rows_per_partition = 4;
  store_->batch_rows = 2;
  Stopper stopper;
  int finished = 0, cancelled = 0;
  constexpr int kRaces = 10'000;
  for (int race = 0; race < kRaces; ++race) {
    stop_ = std::stop_source();
    stopper.Begin([stop = stop_]() mutable { stop.request_stop(); });
    const Result<engine::PipelineResult> result = RunPipeline();
    stopper.Wait();
    store_->staged.clear();
    if (result.ok()) {
      ++finished;
      ASSERT_EQ(result->rows_written, 8);
    } else {
      ++cancelled;
      ASSERT_THAT(result, IsError(StatusCode::kCancelled, HasSubstr("cancelled")));
    }
    ASSERT_EQ(store_->live_readers, 0);
    ASSERT_EQ(store_->live_writers, 0);
  }
  EXPECT_EQ(finished + cancelled, kRaces);
}

TEST_F(JobScenariosTest, R3CancellingAJobMayRaceWithItsCommitAndEnd) {
  store_->partitions = 1;
  store_->rows_per_partition = 2;
  Stopper stopper;
  for (int race = 0; race < 100; ++race) {
    ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Job> job, Start());
    stopper.Begin([&] { job->Cancel(); });
    const Status ran = RunOnce(*job);
    const Status ended = job->End(ran.ok() ? JobEnd::kClean : JobEnd::kFailed);
    stopper.Wait();
    if (!ran.ok()) {
      EXPECT_EQ(ran.code(), StatusCode::kCancelled) << ran.ToString();
    }
    EXPECT_TRUE(ended.ok()) << ended.ToString();
    store_->published.clear();
  }
}

TEST_F(JobScenariosTest, ARestoredStateFolderMeetsASinkThatIsAheadOfIt) {
  const fs::path state = folder_ / "state", copy = folder_ / "copy";
  const auto run = [&]() -> Status {
    TENON_ASSIGN_OR_RETURN(const std::unique_ptr<Job> job, Start());
    TENON_RETURN_IF_ERROR(RunOnce(*job));
    return job->End(JobEnd::kClean);
  };
  ASSERT_TRUE(run().ok());
  fs::copy(state, copy, fs::copy_options::recursive);
  ASSERT_TRUE(run().ok());
  ASSERT_TRUE(run().ok());
  const size_t published = store_->published.size();
  fs::remove_all(state);
  fs::copy(copy, state, fs::copy_options::recursive);
  const auto ahead =
      IsErrorNumber(6006, AllOf(HasSubstr("Sink is ahead of this journal: sink=A seq=2"),
                                HasSubstr("Was the state directory restored from a copy")));
  EXPECT_THAT(run(), ahead);
  EXPECT_THAT(run(), ahead) << "the next start has to settle the call, and learns the same";
  EXPECT_THAT(Job::Recover({.name = "nightly",
                            .state_folder = state,
                            .connectors = {testing::MakeFakeConnector(store_)}}),
              ahead);
  EXPECT_EQ(store_->published.size(), published) << "nothing was written";
}

}  // namespace
}  // namespace tenon
