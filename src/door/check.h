// TENON_DOOR_CHECK: states what a caller of the door must hold. In checked builds it ends the process when it does not
// hold, in others it costs nothing. Never for input, which gets a Status.
#pragma once

#include <cstdlib>

#if defined(TENON_DCHECKS) && TENON_DCHECKS
#define TENON_DOOR_CHECK(condition)                                 \
  do {                                                              \
    if (!(condition)) std::abort(); /* Tidy: what a check is for */ \
  } while (false)
#else
#define TENON_DOOR_CHECK(condition) \
  do {                              \
  } while (false)
#endif
