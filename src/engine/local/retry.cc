#include "engine/local/retry.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <random>

namespace tenon::engine {
namespace {

constexpr int kMaxDoublings =
    20;  // Keeps the shift below in range; the longest delay caps it earlier.

}  // namespace

bool MayRetry(const RetryRule& rule, const Status& error, int attempt) {
  return error.Is(StatusCode::kUnavailable) && attempt < rule.max_attempts;
}

std::chrono::milliseconds RetryDelay(const RetryRule& rule, const Status& error, int attempt) {
  const int doublings = std::clamp(attempt - 1, 0, kMaxDoublings);
  const int64_t full = std::min(rule.first_delay.count() << doublings, rule.longest_delay.count());
  thread_local std::minstd_rand random{std::random_device{}()};
  // Between half and all of it: a jitter from zero would hit a struggling server at once.
  std::uniform_int_distribution<int64_t> jitter(full / 2, full);
  return std::max(std::chrono::milliseconds(jitter(random)), error.retry_after());
}

Status Pause(std::chrono::milliseconds delay, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  wake.wait_for(lock, stop, delay, [] { return false; });
  if (stop.stop_requested()) return Status::Cancelled("The run was cancelled");
  return Status::Ok();
}

}  // namespace tenon::engine
