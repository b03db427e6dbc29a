// What libtenon_parquet.so gives to the library that opens it. Private to src/columnar.
//
// Both sides come from one build: the entry is found by its C name and its version is compared, then C++ objects may
// pass. Classes that cross are visible on both sides.
#pragma once

#include <cstdint>
#include <memory>

#include "columnar/byte_sink.h"
#include "columnar/parquet_writer.h"
#include "tenon/arrow_abi.h"
#include "tenon/status.h"

namespace tenon::columnar {

// One file being written. One thread at a time; any error is final.
class __attribute__((visibility("default"))) ParquetCodec {
 public:
  virtual ~ParquetCodec() = default;
  // Takes the rows of `*array` over, whose columns are those of the schema given to open; `bytes` of them in memory.
  virtual Status Write(ArrowArray* array, int64_t bytes) = 0;
  // Writes the footer; the sink stays open.
  virtual Status Finish(int64_t* row_groups) = 0;
};

constexpr int kParquetModuleVersion = 1;

struct ParquetModule {
  int version;
  // Borrows `sink` for the codec's life and releases `*schema`.
  Status (*open)(ByteSink* sink, ArrowSchema* schema, const ParquetOptions& options,
                 std::unique_ptr<ParquetCodec>* out);
};

constexpr const char* kParquetModuleEntry = "tenon_parquet_module";
using ParquetModuleEntry = const ParquetModule* (*)();

}  // namespace tenon::columnar
