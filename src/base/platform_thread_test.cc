#include "base/platform_thread.h"

#include <gtest/gtest.h>
#include <poll.h>

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
  poll(nullptr, 0, 1);  // As a read from a slow server.
  EXPECT_GT(ThreadUse::Now().waits, before.waits);
}

}  // namespace
}  // namespace tenon::base
