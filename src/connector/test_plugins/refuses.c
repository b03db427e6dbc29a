/* A plug-in that wants another host. */
#include <string.h>

#include "tenon/plugin.h"

TENON_EXPORT int32_t tenon_connector_init(uint32_t host_door_version, tenon_connector* out,
                                          tenon_error* error) {
  static const char kMessage[] = "Host is too old for this plug-in: needed=99";
  (void)host_door_version;
  (void)out;
  error->message.data = kMessage;
  error->message.size = strlen(kMessage);
  return 7; /* kUnsupported */
}
