// No exception leaves a plug-in: what its author throws becomes a status. Private to the door.
#pragma once

#include <cstdint>
#include <exception>
#include <new>
#include <string>
#include <utility>

#include "door/plugin_values.h"

namespace tenon::internal {

// Runs `call`, which gives a Status, and returns what the C function returns.
template <typename Call>
int32_t Guard(tenon_error* error, Call&& call) noexcept {
  try {
    return GiveStatus(std::forward<Call>(call)(), error);
  } catch (const std::bad_alloc&) {
    return GiveStatus(Status::ResourceExhausted("The connector ran out of memory"), error);
  } catch (const std::exception& thrown) {
    return GiveStatus(
        Status::Internal("The connector threw an exception: what=" + std::string(thrown.what())),
        error);
  } catch (...) {
    return GiveStatus(Status::Internal("The connector threw something that is no exception"),
                      error);
  }
}

}  // namespace tenon::internal
