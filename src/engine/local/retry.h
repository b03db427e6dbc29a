// When and after how long a failed call is tried again. Only kUnavailable is: it is the only code by
// which a connector says that the same call may go through later.
#pragma once

#include <chrono>
#include <stop_token>

#include "tenon/status.h"

namespace tenon::engine {

struct RetryRule {
  int max_attempts = 5;  // In all; 1 = never again.
  std::chrono::milliseconds first_delay{100};
  std::chrono::milliseconds longest_delay{10'000};
};

// True when the call that gave `error`, its `attempt`-th from 1, is to be made again.
bool MayRetry(const RetryRule& rule, const Status& error, int attempt);

// How long to wait before that: doubled at each attempt, jittered so that workers which failed
// together do not come back together, and never shorter than the sender asked for.
std::chrono::milliseconds RetryDelay(const RetryRule& rule, const Status& error, int attempt);

// Returns after `delay`, or kCancelled as soon as `stop` is used.
Status Pause(std::chrono::milliseconds delay, const std::stop_token& stop);

// Makes the call until it gives something else than kUnavailable, the rule is exhausted, or `stop`
// is used. `call` returns a Status or a Result.
template <typename Call>
auto WithRetry(const RetryRule& rule, const std::stop_token& stop, Call call) -> decltype(call()) {
  for (int attempt = 1;; ++attempt) {
    auto result = call();
    const Status* error = nullptr;
    if constexpr (requires { result.status(); }) {
      error = &result.status();
    } else {
      error = &result;
    }
    if (error->ok() || !MayRetry(rule, *error, attempt)) return result;
    if (Status paused = Pause(RetryDelay(rule, *error, attempt), stop); !paused.ok()) return paused;
  }
}

}  // namespace tenon::engine
