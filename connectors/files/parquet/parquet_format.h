// Parquet as a format of files.
#pragma once

#include <memory>

#include "columnar/parquet_writer.h"
#include "connectors/files/format/written_file.h"

namespace tenon::files {

std::unique_ptr<WriteFormat> MakeParquetWriteFormat(columnar::ParquetOptions options);

}  // namespace tenon::files
