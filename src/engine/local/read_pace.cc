#include "engine/local/read_pace.h"

#include <algorithm>

namespace tenon::engine {
namespace {

using std::chrono::nanoseconds;

constexpr int64_t kBatchesBeforeDeciding = 4;
// Below this the clock of the thread is not even looked at: the reader surely does not block.
constexpr nanoseconds kFastRead{100'000};
// What a hand-over must save for each batch: several times its cost.
constexpr nanoseconds kWorthSaving{50'000};

}  // namespace

void ReadPace::BeforeRead() {
  started_ = Clock::now();
  if (sample_use_) use_started_ = base::ThreadUse::Now();
}

void ReadPace::AfterRead() {
  read_ = Clock::now();
  const nanoseconds wall = read_ - started_;
  reading_ += wall;
  if (sample_use_) {
    // A thread that was only put off its core did not wait: a second one would be put off too.
    const base::ThreadUse use = base::ThreadUse::Now();
    if (use.waits > use_started_.waits) {
      blocked_ += std::max(wall - (use.cpu - use_started_.cpu), nanoseconds(0));
    }
  }
  sample_use_ = wall > kFastRead;
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
