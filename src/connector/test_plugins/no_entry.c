/* A library that is no connector. */
#include "tenon/plugin.h"

TENON_EXPORT int some_function(void);
TENON_EXPORT int some_function(void) { return 1; }
