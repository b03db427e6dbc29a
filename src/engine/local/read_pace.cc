#include "engine/local/read_pace.h"

#include <time.h>

#include <algorithm>

namespace tenon::engine {
namespace {

using std::chrono::nanoseconds;

constexpr int64_t kBatchesBeforeDeciding = 4;
// Below this the clock of the thread is not even looked at: the reader surely does not block.
constexpr nanoseconds kFastRead{100'000};
// What a hand-over must save for each batch: several times its cost.
constexpr nanoseconds kWorthSaving{50'000};

nanoseconds ThreadCpu() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + nanoseconds(now.tv_nsec);
}

}  // namespace

void ReadPace::BeforeRead() {
  started_ = Clock::now();
  if (sample_cpu_) cpu_started_ = ThreadCpu();
}

void ReadPace::AfterRead() {
  read_ = Clock::now();
  const nanoseconds wall = read_ - started_;
  reading_ += wall;
  if (sample_cpu_) blocked_ += std::max(wall - (ThreadCpu() - cpu_started_), nanoseconds(0));
  sample_cpu_ = wall > kFastRead;
}

void ReadPace::AfterWrite() {
  working_ += Clock::now() - read_;
  ++batches_;
}

bool ReadPace::ReadAheadPays(bool spare_core) const {
  if (batches_ < kBatchesBeforeDeciding) return false;
  const nanoseconds overlap = std::min(spare_core ? reading_ : blocked_, working_);
  return overlap > kWorthSaving * batches_ && overlap * 10 > reading_ + working_;
}

}  // namespace tenon::engine
