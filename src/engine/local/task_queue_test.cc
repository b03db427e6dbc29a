#include "engine/local/task_queue.h"

#include <future>
#include <set>
#include <thread>

#include "testing/matchers.h"
#include "tests/engine/fake_store.h"

namespace tenon::engine {
namespace {

using testing::FakeStore;
using ::testing::HasSubstr;
using testing::IsError;
using testing::MakeFakeScan;

class TaskQueueTest : public ::testing::Test {
 protected:
  std::shared_ptr<Task> Take(TaskQueue& queue) {
    Result<std::shared_ptr<Task>> task = queue.Take();
    EXPECT_TRUE(task.ok()) << task.status().ToString();
    return task.ok() ? *task : nullptr;
  }

  std::shared_ptr<FakeStore> store_ = std::make_shared<FakeStore>();
};

TEST_F(TaskQueueTest, HandsOutEveryPartitionOnceThenNothing) {
  store_->partitions = 5;
  const auto scan = MakeFakeScan(store_);
  TaskQueue queue(*scan, TaskContext(), 0);
  ASSERT_TRUE(queue.Begin().ok());
  std::set<int> seen;
  while (std::shared_ptr<Task> task = Take(queue)) {
    EXPECT_TRUE(seen.insert(task->index).second);
    queue.Finish(*task);
  }
  EXPECT_EQ(seen.size(), 5u);
  EXPECT_EQ(queue.done(), 5);
  EXPECT_TRUE(queue.all_planned());
}

TEST_F(TaskQueueTest, AsksForAPageOnlyWhenNothingIsWaiting) {
  store_->partitions = 6;
  store_->partitions_a_page = 2;
  const auto scan = MakeFakeScan(store_);
  TaskQueue queue(*scan, TaskContext(), 0);
  ASSERT_TRUE(queue.Begin().ok());
  EXPECT_EQ(store_->pages, 1);
  for (int i = 0; i < 6; ++i) {
    std::shared_ptr<Task> task = Take(queue);
    ASSERT_NE(task, nullptr);
    EXPECT_EQ(store_->pages, i / 2 + 1);
    queue.Finish(*task);
  }
  EXPECT_EQ(Take(queue), nullptr);
  EXPECT_EQ(store_->pages, 4);
}

TEST_F(TaskQueueTest, TheErrorOfAPageEndsTheQueue) {
  store_->hook = [](const testing::StoreStep& step, const TaskContext&) {
    return step.place == "page" ? Status::NotFound("No such table") : Status::Ok();
  };
  const auto scan = MakeFakeScan(store_);
  TaskQueue queue(*scan, TaskContext(), 0);
  EXPECT_THAT(queue.Begin(), IsError(StatusCode::kNotFound, HasSubstr("No such table")));
  EXPECT_EQ(Take(queue), nullptr);
}

TEST_F(TaskQueueTest, RunsNoMoreAtOnceThanAllowed) {
  const auto scan = MakeFakeScan(store_);
  TaskQueue queue(*scan, TaskContext(), 1);
  ASSERT_TRUE(queue.Begin().ok());
  std::shared_ptr<Task> first = Take(queue);
  std::future<std::shared_ptr<Task>> second =
      std::async(std::launch::async, [&] { return Take(queue); });
  EXPECT_EQ(queue.running(), 1);
  queue.Finish(*first);
  EXPECT_EQ(second.get()->index, 1);
}

TEST_F(TaskQueueTest, SlowingDownLowersTheNumberDownToOne) {
  const auto scan = MakeFakeScan(store_);
  TaskQueue queue(*scan, TaskContext(), 3);
  ASSERT_TRUE(queue.Begin().ok());
  std::vector<std::shared_ptr<Task>> running{Take(queue), Take(queue), Take(queue)};
  EXPECT_TRUE(queue.SlowDown());
  EXPECT_EQ(queue.max_running(), 2);
  queue.Suspend(*running[0]);
  EXPECT_TRUE(queue.SlowDown());
  EXPECT_EQ(queue.max_running(), 1);
  EXPECT_FALSE(queue.SlowDown());
  // The suspended task waits until both others have ended.
  std::future<Status> resumed =
      std::async(std::launch::async, [&] { return queue.Resume(*running[0]); });
  queue.Finish(*running[1]);
  queue.Finish(*running[2]);
  EXPECT_TRUE(resumed.get().ok());
  EXPECT_EQ(queue.running(), 1);
}

// A clock that stands until it is moved.
struct HandClock {
  SpeedUpRule::Clock::time_point at{};
  SpeedUpRule Rule(int tasks, std::chrono::seconds quiet) {
    return {.tasks = tasks, .quiet = quiet, .now = [this] { return at; }};
  }
};

TEST_F(TaskQueueTest, EachSeriesOfTasksWithoutThrottleLetsOneMoreRunUpToTheUsualNumber) {
  store_->partitions = 100;
  const auto scan = MakeFakeScan(store_);
  HandClock clock;
  TaskQueue queue(*scan, TaskContext(), 4, clock.Rule(3, std::chrono::seconds(10)));
  ASSERT_TRUE(queue.Begin().ok());
  const auto run = [&](int tasks) {
    for (int i = 0; i < tasks; ++i) queue.Finish(*Take(queue));
  };
  EXPECT_TRUE(queue.SlowDown());
  EXPECT_EQ(queue.max_running(), 1) << "nothing runs";
  run(2);
  EXPECT_EQ(queue.max_running(), 1);
  run(1);
  EXPECT_EQ(queue.max_running(), 2);
  run(2);
  EXPECT_TRUE(queue.SlowDown()) << "counts from here again";
  run(2);
  EXPECT_EQ(queue.max_running(), 1);
  run(1 + 3 + 3);
  EXPECT_EQ(queue.max_running(), 4);
  run(30);
  EXPECT_EQ(queue.max_running(), 4);
}

TEST_F(TaskQueueTest, QuietTimeLetsOneMoreRunAndAThrottleBeginsItAnew) {
  store_->partitions = 100;
  const auto scan = MakeFakeScan(store_);
  HandClock clock;
  TaskQueue queue(*scan, TaskContext(), 3, clock.Rule(100, std::chrono::seconds(10)));
  ASSERT_TRUE(queue.Begin().ok());
  std::shared_ptr<Task> first = Take(queue);
  EXPECT_TRUE(queue.SlowDown());
  EXPECT_EQ(queue.max_running(), 1);
  clock.at += std::chrono::seconds(9);
  queue.SlowDown();
  clock.at += std::chrono::seconds(9);
  queue.Finish(*first);
  first = Take(queue);
  EXPECT_EQ(queue.max_running(), 1) << "nine seconds since the last throttle";
  clock.at += std::chrono::seconds(1);
  std::shared_ptr<Task> second = Take(queue);
  EXPECT_EQ(queue.max_running(), 2);
  EXPECT_EQ(queue.running(), 2);
  clock.at += std::chrono::seconds(10);
  std::shared_ptr<Task> third = Take(queue);
  EXPECT_EQ(queue.max_running(), 3);
  clock.at += std::chrono::seconds(60);
  queue.Finish(*third);
  EXPECT_NE(Take(queue), nullptr);
  EXPECT_EQ(queue.max_running(), 3);
}

TEST_F(TaskQueueTest, WithoutAUsualNumberItSpeedsUpToWhatRanAndForgetsTheLimit) {
  const auto scan = MakeFakeScan(store_);
  HandClock clock;
  TaskQueue queue(*scan, TaskContext(), 0, clock.Rule(1, std::chrono::seconds(10)));
  ASSERT_TRUE(queue.Begin().ok());
  std::vector<std::shared_ptr<Task>> running{Take(queue), Take(queue), Take(queue)};
  EXPECT_TRUE(queue.SlowDown());
  EXPECT_TRUE(queue.SlowDown());
  EXPECT_EQ(queue.max_running(), 1);
  queue.Finish(*running[0]);
  EXPECT_EQ(queue.max_running(), 2);
  queue.Finish(*running[1]);
  EXPECT_EQ(queue.max_running(), 0);
}

TEST_F(TaskQueueTest, ATaskThatWaitsResumesOnceTheStoreWasQuietThoughNothingElseEnds) {
  const auto scan = MakeFakeScan(store_);
  TaskQueue queue(*scan, TaskContext(), 2, {.tasks = 100, .quiet = std::chrono::milliseconds(1)});
  ASSERT_TRUE(queue.Begin().ok());
  std::shared_ptr<Task> one = Take(queue), two = Take(queue);
  EXPECT_TRUE(queue.SlowDown());
  queue.Suspend(*one);
  EXPECT_TRUE(queue.Resume(*one).ok());
  EXPECT_EQ(queue.running(), 2);
  EXPECT_EQ(queue.max_running(), 2);
}

TEST_F(TaskQueueTest, AnIdleWorkerTakesWhatTheLargestTaskGivesAway) {
  store_->partitions = 2;
  store_->splittable = true;
  const auto scan = MakeFakeScan(store_);
  TaskQueue queue(*scan, TaskContext(), 0);
  ASSERT_TRUE(queue.Begin().ok());
  std::shared_ptr<Task> small = Take(queue), large = Take(queue);
  small->rows_read = 90;
  large->rows_read = 10;
  EXPECT_FALSE(large->split_wanted);
  const Partition mine{.payload = "mine", .rows = 50}, rest{.payload = "rest", .rows = 50};
  EXPECT_FALSE(queue.GiveAway(*large, mine, rest)) << "nobody idles";
  std::future<std::shared_ptr<Task>> idle =
      std::async(std::launch::async, [&] { return Take(queue); });
  while (!large->split_wanted) std::this_thread::yield();
  EXPECT_FALSE(small->split_wanted);
  EXPECT_TRUE(queue.GiveAway(*large, mine, rest));
  EXPECT_EQ(queue.PartitionOf(*large).payload, "mine");
  std::shared_ptr<Task> given = idle.get();
  EXPECT_EQ(given->partition.payload, "rest");
  EXPECT_EQ(given->index, 2);
  EXPECT_FALSE(queue.GiveAway(*large, mine, rest)) << "nobody idles any more";
}

TEST_F(TaskQueueTest, AStopWakesWhoeverWaits) {
  store_->partitions = 1;
  const auto scan = MakeFakeScan(store_);
  std::stop_source stop;
  TaskQueue queue(*scan, TaskContext(nullptr, stop.get_token()), 0);
  ASSERT_TRUE(queue.Begin().ok());
  std::shared_ptr<Task> running = Take(queue);
  std::future<std::shared_ptr<Task>> waiting =
      std::async(std::launch::async, [&] { return Take(queue); });
  stop.request_stop();
  EXPECT_EQ(waiting.get(), nullptr);
  queue.Finish(*running);
}

}  // namespace
}  // namespace tenon::engine
