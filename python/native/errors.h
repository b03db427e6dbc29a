// Status and Python: an error becomes tenon.errors.TenonError.
#pragma once

#include <nanobind/nanobind.h>

#include "tenon/result.h"

namespace tenon::python {

// Throws TenonError unless ok; a Python error that is already set goes first. REQUIRES: the GIL.
void RaiseIfError(const Status& status);

template <typename T>
T ValueOrRaise(Result<T> result) {
  RaiseIfError(result.status());
  return *std::move(result);
}

}  // namespace tenon::python
