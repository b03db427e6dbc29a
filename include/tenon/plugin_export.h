// Turns a C++ connector into a plug-in: put TENON_PLUGIN(MyConnector) into one source file, link the static library
// tenon_door and the linker version script that tenon installs beside it, so that only tenon_connector_init shows.
//
// Every entry of the tables runs in a guard: std::bad_alloc becomes kResourceExhausted, any other exception kInternal
// with its text.
#pragma once

#include <memory>

#include "tenon/connector.h"
#include "tenon/plugin.h"

namespace tenon {

// Fills `out` with the C tables of `connector`. Returns what tenon_connector_init returns.
int32_t ExportConnector(std::unique_ptr<Connector> connector, uint32_t host_door_version,
                        tenon_connector* out, tenon_error* error) noexcept;

namespace internal {
// Runs `make` under the guard.
int32_t ExportMadeConnector(std::unique_ptr<Connector> (*make)(), uint32_t host_door_version,
                            tenon_connector* out, tenon_error* error) noexcept;
}  // namespace internal

}  // namespace tenon

#define TENON_PLUGIN(ConnectorClass)                                                               \
  extern "C" TENON_EXPORT int32_t tenon_connector_init(uint32_t host_door_version,                 \
                                                       tenon_connector* out, tenon_error* error) { \
    return ::tenon::internal::ExportMadeConnector(                                                 \
        []() -> std::unique_ptr<::tenon::Connector> {                                              \
          return std::make_unique<ConnectorClass>();                                               \
        },                                                                                         \
        host_door_version, out, error);                                                            \
  }
