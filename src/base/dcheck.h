// TENON_DCHECK states what this code believes of itself. It aborts with the place when that is
// wrong in builds with TENON_DCHECKS=1 and is nothing at all in others: never use it on input, and
// put no side effect into it.
#pragma once

#if defined(TENON_DCHECKS) && TENON_DCHECKS
#include <cstdio>
#include <cstdlib>

#define TENON_DCHECK(condition)                                                                 \
  do {                                                                                          \
    if (!(condition)) {                                                                         \
      /* Tidy: last words */ std::fprintf(stderr, "TENON_DCHECK failed: %s:%d: %s\n", __FILE__, \
                                          __LINE__, #condition);                                \
      /* Tidy: a broken belief */ std::abort();                                                 \
    }                                                                                           \
  } while (false)
#else
#define TENON_DCHECK(condition) static_cast<void>(sizeof((condition) ? 1 : 0))
#endif
