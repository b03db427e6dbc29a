// What libtenon_parquet.so gives to the library that opens it. Private to src/columnar.
//
// Both sides come from one build: the entry is found by its C name and its version is compared, then C++ objects may
// pass. Classes that cross are visible on both sides.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "columnar/byte_sink.h"
#include "columnar/byte_source.h"
#include "columnar/parquet_reader.h"
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

// One file being read. One thread at a time; any error is final.
class __attribute__((visibility("default"))) ParquetDecoder {
 public:
  virtual ~ParquetDecoder() = default;
  // The columns that Next gives, as they are stored. The caller releases `*out`.
  virtual Status ExportColumns(ArrowSchema* out) const = 0;
  // About how many bytes a row takes in memory, as far as the footer tells; at least 1.
  virtual int64_t row_bytes() const = 0;
  // At most `rows` rows, which the caller releases and which may outlive the decoder; at the end `out->release` is
  // null.
  virtual Status Next(int64_t rows, ArrowArray* out) = 0;
  // Whether texts and decimals of a column, as Next gave it last, are known to be well-formed.
  virtual bool checked(int column) const = 0;
  // "row_group=3", or "row_group=3 column=a" after an error in that column's pages: what Next read last.
  virtual std::string place() const = 0;
  virtual const ParquetReadCounts& counts() const = 0;
};

constexpr int kParquetModuleVersion = 3;

struct ParquetModule {
  int version;
  // Borrows `sink` for the codec's life and releases `*schema`.
  Status (*open)(ByteSink* sink, ArrowSchema* schema, const ParquetOptions& options,
                 std::unique_ptr<ParquetCodec>* out);
  // Borrows `source` for the decoder's life.
  Status (*open_decoder)(ByteSource* source, const ParquetReadOptions& options,
                         std::unique_ptr<ParquetDecoder>* out);
  // The caller releases `*schema`.
  Status (*read_footer)(ByteSource* source, ArrowSchema* schema, int64_t* rows,
                        int64_t* row_groups);
};

constexpr const char* kParquetModuleEntry = "tenon_parquet_module";

}  // namespace tenon::columnar
