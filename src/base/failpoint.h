// Named points at which a test makes the program fail: killed, stalled, ended or given an error.
//
//   TENON_FAILPOINT("K14");            // kill, exit, stall, stop
//   TENON_FAILPOINT_STATUS("K15");     // as above, and "error": returns kUnavailable from the
//   calling function
//
// Compiled in only with TENON_FAILPOINTS=1; otherwise both are nothing at all. Scripted from
// outside, for this process, by the environment: TENON_FAIL="K14:kill:hit=3;K09:stall:ms=200". One
// action is
//
//   name:kill      SIGKILL to this process        name:exit:code=3   _exit
//   name:error     as above                       name:stall:ms=200  sleep
//   name:stop      SIGSTOP to this process, which stays as it is until somebody sends SIGCONT
//
// with hit=n (the n-th time the point is passed, from 1; without it every time) and, for a point
// that is passed for one thing among several, at=text (only where the point's detail is `text`). A
// script that cannot be understood kills the process with exit code 97 and says why on stderr: a
// test must not pass because of a spelling mistake.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "tenon/result.h"

namespace tenon::base {

// K01 to K24, K27, K28 and S01 to S04, sorted. docs/run-state.md says where each stands. (Of the run protocol's, K25 is
// no place but "stop" at K09 to K22, and K26 stands in a database's rename.)
std::span<const std::string_view> FailpointNames();

// A script and how often each point was passed. Thread-safe. Code calls the macros; tests make
// their own.
class FailpointScript {
 public:
  // kInvalidArgument: unknown name (with the nearest one), unknown action, bad number.
  static Result<std::unique_ptr<FailpointScript>> Parse(std::string_view text);
  ~FailpointScript();

  // Counts one passing of the point and does what the script says. kUnavailable for the action
  // "error", else ok.
  Status Pass(std::string_view name, std::string_view detail = {});

 private:
  struct Rule;
  struct State;
  explicit FailpointScript(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Passes the point in the script of this process's environment, which is read once.
Status PassFailpoint(std::string_view name, std::string_view detail = {});

}  // namespace tenon::base

#if defined(TENON_FAILPOINTS) && TENON_FAILPOINTS
#define TENON_FAILPOINT(...) static_cast<void>(::tenon::base::PassFailpoint(__VA_ARGS__))
#define TENON_FAILPOINT_STATUS(...) TENON_RETURN_IF_ERROR(::tenon::base::PassFailpoint(__VA_ARGS__))
#else
#define TENON_FAILPOINT(...) static_cast<void>(0)
#define TENON_FAILPOINT_STATUS(...) static_cast<void>(0)
#endif
