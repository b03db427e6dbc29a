#include "columnar/parquet/module.h"

#include "columnar/parquet/file_decoder.h"
#include "columnar/parquet/file_encoder.h"

extern "C" __attribute__((visibility("default"))) const void* tenon_parquet_module() {
  static constexpr tenon::columnar::ParquetModule kModule = {
      tenon::columnar::kParquetModuleVersion, tenon::columnar::OpenFileEncoder,
      tenon::columnar::OpenFileDecoder, tenon::columnar::ReadFileFooter};
  return &kModule;
}
