// TENON_DCHECK states what this code believes of itself. It aborts with the place when that is
// wrong in builds with TENON_DCHECKS=1 and is nothing at all in others: never use it on input, and
// put no side effect into it.
#pragma once

namespace tenon::base {

// Prints the place and ends the process.
[[noreturn]] void DcheckFailed(const char* file, int line, const char* condition);

}  // namespace tenon::base

#if defined(TENON_DCHECKS) && TENON_DCHECKS
#define TENON_DCHECK(condition)                                                    \
  do {                                                                             \
    if (!(condition)) ::tenon::base::DcheckFailed(__FILE__, __LINE__, #condition); \
  } while (false)
#else
#define TENON_DCHECK(condition) static_cast<void>(sizeof((condition) ? 1 : 0))
#endif
