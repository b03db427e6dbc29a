#include "engine/local/read_pace.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <functional>

namespace tenon::engine {
namespace {

using std::chrono::milliseconds;

void Wait() { poll(nullptr, 0, 2); }  // As for a slow server.

void Work() {
  const base::ThreadUse start = base::ThreadUse::Now();
  while (base::ThreadUse::Now().cpu - start.cpu < milliseconds(2)) {
  }
}

ReadPace After(int batches, const std::function<void()>& read, const std::function<void()>& write) {
  ReadPace pace;
  for (int i = 0; i < batches; ++i) {
    pace.BeforeRead();
    read();
    pace.AfterRead();
    write();
    pace.AfterWrite();
  }
  return pace;
}

TEST(ReadPaceTest, AReaderThatWaitsIsWorthAThread) {
  EXPECT_TRUE(After(8, Wait, Work).ReadAheadPays(false));
  EXPECT_TRUE(After(8, Wait, Work).ReadAheadPays(true));
}

TEST(ReadPaceTest, AReaderThatWorksIsWorthAThreadOnlyWhenACoreIsSpare) {
  EXPECT_FALSE(After(8, Work, Work).ReadAheadPays(false));
  EXPECT_TRUE(After(8, Work, Work).ReadAheadPays(true));
}

TEST(ReadPaceTest, NothingPaysWhenThereIsNothingToOverlap) {
  EXPECT_FALSE(After(8, Wait, [] {}).ReadAheadPays(true));
  EXPECT_FALSE(After(
                   8, [] {}, Work)
                   .ReadAheadPays(true));
}

TEST(ReadPaceTest, DecidesAfterSomeBatchesOnly) {
  EXPECT_FALSE(After(3, Wait, Work).ReadAheadPays(true));
}

}  // namespace
}  // namespace tenon::engine
