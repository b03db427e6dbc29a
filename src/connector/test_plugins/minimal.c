/* The smallest plug-in that loads: a connector with a name, in C. */
#include "tenon/plugin.h"

static const tenon_info kInfo = {
    .size = sizeof(tenon_info),
    .door_version = TENON_DOOR_VERSION,
    .name = {"minimal", 7},
    .version = {"1.5", 3},
    .help = {"Does nothing.", 13},
};

static const tenon_info* Info(const void* self) {
  (void)self;
  return &kInfo;
}

static void Release(tenon_connector* connector) { connector->release = 0; }

TENON_EXPORT int32_t tenon_connector_init(uint32_t host_door_version, tenon_connector* out,
                                          tenon_error* error) {
  (void)host_door_version;
  (void)error;
  out->info = Info;
  out->release = Release;
  return 0;
}
