// Writes the rows of one file with Arrow's Parquet code: what ParquetModule::open gives. Private to the module.
#pragma once

#include <memory>

#include "columnar/parquet/module.h"

namespace tenon::columnar {

// As ParquetModule::open says.
Status OpenFileEncoder(ByteSink* sink, ArrowSchema* schema, const ParquetOptions& options,
                       std::unique_ptr<ParquetCodec>* out);

}  // namespace tenon::columnar
