// Error records as rows: the layout of Glue's errorsAsDynamicFrame().
#pragma once

#include <string>
#include <vector>

#include "tenon/record_batch.h"
#include "tenon/result.h"
#include "tenon/task_context.h"

namespace tenon::frame {

// Where in the script the failing step stands; both may be empty.
struct CallSite {
  std::string site;
  std::string info;
};

// One column `error`, a struct of callsite (site, info), msg, input and source: the fields of Glue's layout that an
// error record has something for. What is empty is null.
Result<RecordBatch> ErrorRows(const std::vector<ErrorRecord>& records, const CallSite& call_site);

}  // namespace tenon::frame
