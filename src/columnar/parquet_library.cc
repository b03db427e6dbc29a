#include "columnar/parquet_library.h"

#include "columnar/module_file.h"

namespace tenon::columnar {
namespace {

Result<const ParquetModule*> Open() {
  TENON_ASSIGN_OR_RETURN(const void* module,
                         OpenModuleFile("Parquet library", "libtenon_parquet.so",
                                        kParquetModuleEntry, kParquetModuleVersion));
  return static_cast<const ParquetModule*>(module);
}

}  // namespace

const Result<const ParquetModule*>& ParquetLibrary() {
  static const Result<const ParquetModule*> module = Open();
  return module;
}

}  // namespace tenon::columnar
