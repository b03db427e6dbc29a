// Writes one Parquet file into a ByteSink.
//
// The codec is a library of its own, libtenon_parquet.so, opened at the first use: a job without Parquet does not pay
// for loading it. Nested types, decimals (to 18 digits as whole numbers) and UTC timestamps (as microseconds) are
// written; all columns are optional, as Spark writes them. Pages have checksums. By the first rows a column is stored
// with a dictionary, plainly, or, of whole numbers, as differences. One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "columnar/byte_sink.h"
#include "tenon/record_batch.h"
#include "tenon/result.h"

namespace tenon::columnar {

enum class ParquetCompression { kNone, kSnappy, kZstd, kGzip, kLz4 };

// "snappy", "zstd", "gzip", "lz4", "none" or "uncompressed", in any case. kInvalidArgument names the nearest.
Result<ParquetCompression> ParseParquetCompression(std::string_view name);

struct ParquetOptions {
  ParquetCompression compression = ParquetCompression::kSnappy;
  std::optional<int> compression_level;  // None: zstd 3, gzip 6.
  // A row group ends when one of these is reached. Bytes are those of the batches in memory, before encoding.
  int64_t row_group_rows = 1 << 20;
  int64_t row_group_bytes = 128 << 20;
  // So do encoded pages, which stay in memory until then; a column has 64 KiB of them at least.
  int64_t most_held_bytes = 64 << 20;
  int64_t page_bytes = 1 << 20;  // About: of a page before compression; it has 20,000 rows at most.
  bool statistics = true;        // Of row groups, and of pages in a page index.
  // Dotted paths of leaf columns that get bloom filters.
  std::vector<std::string> bloom_filter_columns;
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

// Ok when each column of `schema` can be written, and each of these can have a bloom filter: the check that Open makes,
// before there is a sink.
Status CheckParquetSchema(const Schema& schema,
                          std::span<const std::string> bloom_filter_columns = {});

}  // namespace tenon::columnar
