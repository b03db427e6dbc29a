#include "engine/local/read_ahead.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <future>

#include "columnar/memory.h"
#include "tenon/column_view.h"
#include "testing/matchers.h"
#include "tests/engine/fake_store.h"

namespace tenon::engine {
namespace {

using ::testing::HasSubstr;
using testing::IsError;

// What a test's reader shares with it. Batch k holds the number k.
struct Script {
  int batches = 10;
  Status end;                     // After the last batch; ok: the end of the partition.
  std::function<void(int)> step;  // Before batch k is made; may be empty.
  std::atomic<int> made{0};
  std::atomic<bool> destroyed{false};
};

class ScriptedReader final : public PartitionReader {
 public:
  explicit ScriptedReader(Script& script) : script_(script) {}
  ~ScriptedReader() override { script_.destroyed = true; }

  Result<std::optional<RecordBatch>> Next() override {
    if (script_.step) script_.step(next_);
    if (next_ == script_.batches) {
      if (!script_.end.ok()) return script_.end;
      return std::optional<RecordBatch>();
    }
    TENON_ASSIGN_OR_RETURN(RecordBatch batch, testing::MakeIds(next_, next_ + 1));
    ++next_;
    ++script_.made;
    return std::optional<RecordBatch>(std::move(batch));
  }

 private:
  Script& script_;
  int next_ = 0;
};

class ReadAheadTest : public ::testing::Test {
 protected:
  std::unique_ptr<ReadAhead> Ahead(size_t depth) {
    return std::make_unique<ReadAhead>(std::make_unique<ScriptedReader>(script_), pool_, depth,
                                       gauge_);
  }
  static int64_t NumberOf(const RecordBatch& batch) {
    return BatchView(batch).column(0).GetLong(0);
  }

  MemoryPlan plan_ = *PlanMemory(256 << 20, 0, 1);
  MemoryGauge gauge_{plan_};
  WorkerPool pool_;
  Script script_;
};

TEST_F(ReadAheadTest, BatchesComeInTheirOrderAndThenTheEndForEver) {
  script_.batches = 100;
  const auto ahead = Ahead(3);
  for (int i = 0; i < 100; ++i) {
    ASSERT_OK_AND_ASSIGN(const std::optional<RecordBatch> batch, ahead->Next());
    ASSERT_TRUE(batch.has_value());
    EXPECT_EQ(NumberOf(*batch), i);
  }
  for (int i = 0; i < 2; ++i) {
    ASSERT_OK_AND_ASSIGN(const std::optional<RecordBatch> batch, ahead->Next());
    EXPECT_FALSE(batch.has_value());
  }
}

TEST_F(ReadAheadTest, AnErrorComesAfterTheBatchesThatWereReadBeforeIt) {
  script_.batches = 2;
  script_.end = Status::Unavailable("Server is away").WithHint("Wait.");
  const auto ahead = Ahead(2);
  for (int i = 0; i < 2; ++i) {
    ASSERT_OK_AND_ASSIGN(const std::optional<RecordBatch> batch, ahead->Next());
    ASSERT_TRUE(batch.has_value());
    EXPECT_EQ(NumberOf(*batch), i);
  }
  EXPECT_THAT(ahead->Next(), IsError(StatusCode::kUnavailable, HasSubstr("Server is away")));
}

TEST_F(ReadAheadTest, NoMoreBatchesWaitThanItsDepthAndTheOneBeingRead) {
  // Each Next() of the reader sees what was made and what was taken by then.
  std::atomic<int> taken{0}, most{0};
  script_.batches = 200;
  script_.step = [&](int made) {
    const int ahead = made - taken;
    if (ahead > most) most = ahead;
  };
  const auto ahead = Ahead(2);
  for (int i = 0; i < 200; ++i) {
    ASSERT_TRUE(ahead->Next().ok());
    ++taken;
  }
  // One that waits, and one that was taken but is not counted yet.
  EXPECT_LE(most, 2);
}

TEST_F(ReadAheadTest, WhatWaitsIsHeldInTheGauge) {
  std::promise<void> at_end;
  script_.batches = 2;
  script_.step = [&](int made) {
    if (made == 2) at_end.set_value();
  };
  auto ahead = Ahead(3);
  at_end.get_future().wait();
  ASSERT_OK_AND_ASSIGN(const RecordBatch one, testing::MakeIds(0, 1));
  EXPECT_EQ(gauge_.held(), 2 * columnar::BufferBytes(one));
  ahead.reset();
  EXPECT_EQ(gauge_.held(), 0);
}

TEST_F(ReadAheadTest, TheDestructorWaitsForAReaderThatBlocksUntilItsTokenIsUsed) {
  std::stop_source stop;
  std::promise<void> blocked;
  script_.step = [&](int made) {
    if (made != 1) return;
    blocked.set_value();
    static_cast<void>(testing::BlockUntilStopped(TaskContext(nullptr, stop.get_token())));
  };
  auto ahead = Ahead(2);
  blocked.get_future().wait();
  stop.request_stop();
  ahead.reset();
  EXPECT_TRUE(script_.destroyed);
}

TEST_F(ReadAheadTest, TheDestructorFreesAReaderThatWaitsForRoom) {
  std::promise<void> full;
  script_.step = [&](int made) {
    if (made == 1) full.set_value();  // One waits; with this one there is no room.
  };
  auto ahead = Ahead(2);
  full.get_future().wait();
  ahead.reset();
  EXPECT_TRUE(script_.destroyed);
  EXPECT_LE(script_.made, 2);
}

}  // namespace
}  // namespace tenon::engine
