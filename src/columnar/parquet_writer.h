// Writes one Parquet file into a ByteSink.
//
// The codec is a library of its own, libtenon_parquet.so, opened at the first use: a job without Parquet does not pay
// for loading it. Nested types, decimals and UTC timestamps (as microseconds) are written; all columns are optional,
// as Spark writes them. One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "columnar/byte_sink.h"
#include "tenon/record_batch.h"
#include "tenon/result.h"

namespace tenon::columnar {

enum class ParquetCompression { kNone, kSnappy, kZstd, kGzip };

// "snappy", "zstd", "gzip", "none" or "uncompressed", in any case. kInvalidArgument names the nearest.
Result<ParquetCompression> ParseParquetCompression(std::string_view name);

struct ParquetOptions {
  ParquetCompression compression = ParquetCompression::kSnappy;
  // A row group ends when either is reached; bytes are those of the batches in memory, before encoding. Its encoded
  // pages stay in memory until then.
  int64_t row_group_rows = 1 << 20;
  int64_t row_group_bytes = 128 << 20;
  bool statistics = true;
};

struct ParquetSummary {
  int64_t rows = 0;
  int64_t bytes = 0;
  int64_t row_groups = 0;
};

class ParquetWriter {
 public:
  // kInvalidArgument names a column that Parquet cannot hold: TN2002 an unresolved choice; TN2020 nothing but nulls, an
  // empty struct, a decimal above 38 digits, no column at all. kNotFound (TN4004) lists every place where the codec was
  // looked for.
  static Result<std::unique_ptr<ParquetWriter>> Open(std::unique_ptr<ByteSink> sink,
                                                     SchemaPtr schema, ParquetOptions options);
  virtual ~ParquetWriter() = default;

  // REQUIRES: the schema of Open, canonical. Any error is final.
  virtual Status Write(RecordBatch batch) = 0;
  // Writes the footer and closes the sink. Called once, last.
  virtual Result<ParquetSummary> Close() = 0;
};

// Ok when each column of `schema` can be written: the check that Open makes, before there is a sink.
Status CheckParquetSchema(const Schema& schema);

}  // namespace tenon::columnar
