#include "errors.h"

#include <nanobind/stl/string_view.h>

#include "base/error_catalog.h"

namespace nb = nanobind;

namespace tenon::python {

void RaiseIfError(const Status& status) {
  if (status.ok()) return;
  if (PyErr_Occurred()) throw nb::python_error();
  nb::object type = nb::module_::import_("tenon.errors").attr("TenonError");
  nb::object error = type(status.message(), nb::arg("code") = StatusCodeName(status.code()),
                          nb::arg("number") = status.number(), nb::arg("where") = status.where(),
                          nb::arg("hint") = status.hint(),
                          nb::arg("exit_code") = static_cast<int>(base::ExitCodeOf(status)));
  PyErr_SetObject(type.ptr(), error.ptr());
  throw nb::python_error();
}

}  // namespace tenon::python
