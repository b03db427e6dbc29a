#include "engine/local/worker_pool.h"

#include <atomic>
#include <latch>

#include "testing/matchers.h"

namespace tenon::engine {
namespace {

TEST(WorkerPoolTest, PiecesThatWaitForEachOtherRunTogether) {
  WorkerPool pool;
  std::latch all(5);
  WorkGroup group(pool);
  for (int i = 0; i < 5; ++i) group.Start([&all] { all.arrive_and_wait(); });
  group.Wait();
  EXPECT_EQ(pool.threads(), 5);
}

TEST(WorkerPoolTest, ThreadsAreUsedAgain) {
  WorkerPool pool;
  std::atomic<int> ran{0};
  for (int i = 0; i < 100; ++i) {
    WorkGroup group(pool);
    group.Start([&ran] { ++ran; });
    group.Start([&ran] { ++ran; });
  }
  EXPECT_EQ(ran, 200);
  EXPECT_LE(pool.threads(), 2);
}

TEST(WorkerPoolTest, TheDestructorWaitsForAllWork) {
  std::atomic<int> ran{0};
  {
    WorkerPool pool;
    for (int i = 0; i < 50; ++i) pool.Start([&ran] { ++ran; });
  }
  EXPECT_EQ(ran, 50);
}

}  // namespace
}  // namespace tenon::engine
