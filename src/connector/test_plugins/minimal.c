/* The smallest plug-in that loads: a connector with a name, in C. */
#include <string.h>

#include "tenon/plugin.h"

static tenon_text Text(const char* text) {
  tenon_text out = {text, strlen(text)};
  return out;
}

static const tenon_info* Info(const void* self) {
  static tenon_info info;
  (void)self;
  info.size = sizeof(info);
  info.door_version = TENON_DOOR_VERSION;
  info.name = Text("minimal");
  info.version = Text("1.5");
  info.help = Text("Does nothing.");
  return &info;
}

static void Release(tenon_connector* connector) { connector->release = NULL; }

TENON_EXPORT int32_t tenon_connector_init(uint32_t host_door_version, tenon_connector* out,
                                          tenon_error* error) {
  (void)host_door_version;
  (void)error;
  out->info = Info;
  out->release = Release;
  return 0;
}
