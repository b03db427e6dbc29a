// Reads one file with Arrow's Parquet code: what ParquetModule::open_decoder gives. Private to the module.
#pragma once

#include <memory>

#include "columnar/parquet/module.h"

namespace tenon::columnar {

// As ParquetModule::open_decoder and read_footer say.
Status OpenFileDecoder(ByteSource* source, const ParquetReadOptions& options,
                       std::unique_ptr<ParquetDecoder>* out);
Status ReadFileFooter(ByteSource* source, ArrowSchema* schema, int64_t* rows, int64_t* row_groups);

}  // namespace tenon::columnar
