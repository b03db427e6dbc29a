// CSV as a format of files: read with one schema, found in the files' headers or in all of their rows; written as text
// that reads back as it was.
#pragma once

#include <memory>

#include "connectors/files/csv/csv_dialect.h"
#include "connectors/files/csv/csv_windows.h"
#include "connectors/files/format/read_format.h"
#include "connectors/files/format/written_file.h"

namespace tenon::files {

// `sizes` are for tests; their longest record is the options'.
std::unique_ptr<ReadFormat> MakeCsvReadFormat(CsvReadOptions options, CsvSizes sizes = {});

// Null is nothing between two separators, empty text is "". Nested columns are refused by CheckSchema.
std::unique_ptr<WriteFormat> MakeCsvWriteFormat(const CsvWriteOptions& options);

}  // namespace tenon::files
