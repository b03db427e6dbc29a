// Finds the types of the columns of CSV files in all of their rows: a pass of the split kernel of its own, on all
// cores.
#pragma once

#include <vector>

#include "connectors/files/csv/csv_files.h"
#include "tenon/schema.h"
#include "tenon/task_context.h"

namespace tenon::files {

// `strings` with the type of each column that is not declared. Records that are none are passed over: the read reports
// them. Any thread; starts others while it works.
Result<Schema> InferCsvTypes(const Schema& strings, const std::vector<FileRange>& files,
                             CsvFiles& known, const TaskContext& context);

}  // namespace tenon::files
