// tenon._core: the native side of the package, over job.h like any embedder.
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include "base/error_catalog.h"
#include "batch_binding.h"
#include "job_binding.h"
#include "tenon/job.h"

NB_MODULE(_core, module) {
  // A plan keeps the functions of its maps and filters, whose globals keep frames of the plan: such a circle is left to
  // the end of the process, and no news.
  nanobind::set_leak_warnings(false);
  tenon::python::BindBatches(module);
  tenon::python::BindJob(module);
  module.def("describe_host", &tenon::DescribeHost, "One JSON document about this build.");
  module.def(
      "error_help",
      [](int number) {
        const tenon::base::ErrorEntry* entry = tenon::base::FindError(number);
        return entry ? tenon::base::ErrorHelp(*entry) : std::string();
      },
      "What `tenon help TNn` prints; empty for an unknown number.");
}
