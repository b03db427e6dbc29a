#include "base/platform_thread.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace tenon::base {
namespace {

TEST(ThreadUseTest, CountsCpuTimeOfTheCallingThreadAlone) {
  const ThreadUse before = ThreadUse::Now();
  std::thread([] {
    const ThreadUse start = ThreadUse::Now();
    while (ThreadUse::Now().cpu - start.cpu < std::chrono::milliseconds(20)) {
    }
  }).join();
  EXPECT_LT(ThreadUse::Now().cpu - before.cpu, std::chrono::milliseconds(20));
}

TEST(ThreadUseTest, CountsAWait) {
  const ThreadUse before = ThreadUse::Now();
  std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_GT(ThreadUse::Now().waits, before.waits);
}

}  // namespace
}  // namespace tenon::base
