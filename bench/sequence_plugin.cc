// The connector "sequence" as a plug-in: the same code, behind the C tables of plugin.h.
#include "connectors/sequence/sequence.h"
#include "tenon/plugin_export.h"

extern "C" TENON_EXPORT int32_t tenon_connector_init(uint32_t host_door_version,
                                                     tenon_connector* out, tenon_error* error) {
  return tenon::ExportConnector(tenon::MakeSequenceConnector(), host_door_version, out, error);
}
