#include "sequence_faults.h"

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <limits>
#include <mutex>
#include <new>
#include <stdexcept>
#include <string>

namespace tenon::sequence {
namespace {

constexpr std::chrono::hours kForEver(24 * 365);

Status WaitFor(std::chrono::milliseconds time, const TaskContext& context) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, context.stop(), time, [] { return false; });
  return context.CheckCancelled();
}

}  // namespace

Status Wait(int64_t milliseconds, const TaskContext& context) {
  if (milliseconds <= 0) return context.CheckCancelled();
  return WaitFor(std::chrono::milliseconds(milliseconds), context);
}

Status Faults::Meet(std::string_view call, const TaskContext& context) const {
  if (!Has(call)) return Status::Ok();
  const int64_t times = options_.fail_times.value_or(std::numeric_limits<int64_t>::max());
  if (met_.fetch_add(1, std::memory_order_relaxed) >= times) return Status::Ok();

  const std::string& code = *options_.fail_code;
  const std::string text = "Sequence fails as it was asked to: call=" + std::string(call);
  const std::chrono::milliseconds after(options_.retry_after_ms);
  if (code == "unavailable") return Status::Unavailable(text).WithRetry(Retry::kAgain, after);
  if (code == "slow_down") return Status::Unavailable(text).WithRetry(Retry::kSlowDown, after);
  if (code == "invalid_argument") return Status::InvalidArgument(text);
  if (code == "not_found") return Status::NotFound(text);
  if (code == "permission_denied") return Status::PermissionDenied(text);
  if (code == "data_error") return Status::DataError(text);
  if (code == "conflict") return Status::Conflict(text);
  if (code == "resource_exhausted") return Status::ResourceExhausted(text);
  if (code == "hang") return WaitFor(kForEver, context);
  if (code == "throw") throw std::runtime_error(text);  // Tidy: the fault that was asked for
  if (code == "throw_int") throw 42;                    // Tidy: the fault that was asked for
  if (code == "bad_alloc") throw std::bad_alloc();      // Tidy: the fault that was asked for
  if (code == "crash") std::abort();                    // Tidy: the fault that was asked for
  return Status::Internal(text);
}

}  // namespace tenon::sequence
