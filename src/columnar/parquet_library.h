// Opens libtenon_parquet.so at the first use. Private to src/columnar; any thread.
#pragma once

#include "columnar/parquet/module.h"
#include "tenon/result.h"

namespace tenon::columnar {

// What the library offers; it stays open until the process ends. kNotFound (TN4004) lists every place where it was
// looked for.
const Result<const ParquetModule*>& ParquetLibrary();

}  // namespace tenon::columnar
