#include "engine/local/memory_plan.h"

#include "testing/matchers.h"

namespace tenon::engine {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::IsErrorNumber;

constexpr int64_t kMiB = 1 << 20;

int64_t Sum(const MemoryPlan& plan) {
  return 24 * kMiB + plan.workers * (5 * plan.batch_bytes + plan.writer_bytes) + plan.spool_bytes;
}

TEST(MemoryPlanTest, ThePartsStayBelowTheBudget) {
  for (int workers : {1, 2, 8, 64}) {
    for (int64_t budget = 64; budget <= 64 * 1024; budget *= 2) {
      const Result<MemoryPlan> plan = PlanMemory(budget * kMiB, 0, workers);
      if (!plan.ok()) continue;
      EXPECT_LE(Sum(*plan), plan->budget) << budget << " MiB, " << workers << " workers";
      EXPECT_GE(plan->batch_bytes, kMiB);
      EXPECT_LE(plan->batch_bytes, 16 * kMiB);
    }
  }
}

TEST(MemoryPlanTest, TakesHalfOfWhatMayBeUsed) {
  ASSERT_OK_AND_ASSIGN(const MemoryPlan plan, PlanMemory(0, 4096 * kMiB, 2));
  EXPECT_EQ(plan.budget, 2048 * kMiB);
  EXPECT_EQ(plan.batch_bytes, 16 * kMiB);
}

// A join of much more than the budget needs room to take itself apart on disk.
TEST(MemoryPlanTest, HalfIsForWideTransforms) {
  for (int64_t budget : {128, 256, 1024}) {
    ASSERT_OK_AND_ASSIGN(const MemoryPlan plan, PlanMemory(budget * kMiB, 0, 2));
    EXPECT_GE(plan.wide_bytes, (budget - 24) * kMiB / 2 - kMiB) << budget;
    EXPECT_EQ(plan.wide_threads, budget == 1024 ? 2 : 1) << budget;
  }
}

TEST(MemoryPlanTest, ASmallBudgetNamesTheOptionAndTheLeastThatWorks) {
  const Result<MemoryPlan> plan = PlanMemory(8 * kMiB, 0, 2);
  EXPECT_THAT(plan,
              IsErrorNumber(4001, AllOf(HasSubstr("ResourceExhausted"), HasSubstr("given=8 MiB"),
                                        HasSubstr("least=46 MiB"), HasSubstr("--memory 46MiB"))));
  EXPECT_TRUE(PlanMemory(46 * kMiB, 0, 2).ok());
  EXPECT_FALSE(PlanMemory(46 * kMiB - 1, 0, 2).ok());
}

TEST(MemoryPlanTest, BatchesShrinkUnderPressureAndGrowBack) {
  ASSERT_OK_AND_ASSIGN(const MemoryPlan plan, PlanMemory(1024 * kMiB, 0, 2));
  MemoryGauge gauge(plan);
  EXPECT_EQ(gauge.Limits().max_bytes, plan.batch_bytes);
  {
    const MemoryHold giant(gauge, 200 * kMiB);
    EXPECT_EQ(gauge.Limits().max_bytes, kMiB);
  }
  EXPECT_EQ(gauge.Limits().max_bytes, plan.batch_bytes);
  EXPECT_EQ(gauge.held(), 0);
}

TEST(MemoryPlanTest, AMovedHoldIsHeldOnce) {
  ASSERT_OK_AND_ASSIGN(const MemoryPlan plan, PlanMemory(1024 * kMiB, 0, 2));
  MemoryGauge gauge(plan);
  MemoryHold first(gauge, 10);
  MemoryHold second(std::move(first));
  EXPECT_EQ(gauge.held(), 10);
  MemoryHold third(gauge, 5);
  third = std::move(second);
  EXPECT_EQ(gauge.held(), 10);
}

}  // namespace
}  // namespace tenon::engine
