/* A plug-in that was linked without something it needs. */
#include "tenon/plugin.h"

extern int a_function_that_nobody_has(void);

TENON_EXPORT int32_t tenon_connector_init(uint32_t host_door_version, tenon_connector* out,
                                          tenon_error* error) {
  (void)host_door_version;
  (void)out;
  (void)error;
  return a_function_that_nobody_has();
}
