// tenon.Job and tenon.Frame: job.h for Python.
#pragma once

#include <nanobind/nanobind.h>

namespace tenon::python {

void BindJob(nanobind::module_& module);

}  // namespace tenon::python
