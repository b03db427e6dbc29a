// Parquet as a format of files.
#pragma once

#include <memory>

#include "columnar/parquet_writer.h"
#include "connectors/files/format/read_format.h"
#include "connectors/files/format/written_file.h"

namespace tenon::files {

// Typed: the schema is that of all files together (merged_schema.h). A range owns the row groups whose middle byte lies
// in it. Conjuncts leave out row groups and pages, so they are inexact.
std::unique_ptr<ReadFormat> MakeParquetReadFormat();

std::unique_ptr<WriteFormat> MakeParquetWriteFormat(columnar::ParquetOptions options);

}  // namespace tenon::files
