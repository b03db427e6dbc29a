// Reads one Parquet file from a ByteSource: its schema, and the row groups that may hold what is asked for.
//
// The codec is a library of its own (parquet_writer.h). One thread at a time, different readers together.
//
// Types, whatever other names the writer left in the footer: dates; times; timestamps that are UTC-adjusted, and INT96,
// as `timestamp`, others as `timestamp_ntz`, all in microseconds, finer ones cut off towards the past; unsigned numbers
// as the next wider, 64 bits as decimal(20,0); decimals of every storage to 76 digits; float16 as float; JSON and enums
// as string, UUID, BSON and intervals as binary; durations as long; a map whose keys are no strings as an array of
// struct<key,value>. Every column is nullable.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "columnar/byte_source.h"
#include "columnar/kept_blocks.h"
#include "tenon/expression.h"
#include "tenon/record_batch.h"
#include "tenon/result.h"
#include "tenon/task_context.h"

namespace tenon::columnar {

struct ParquetReadOptions {
  // Top-level columns in this order, by exact name, else ignoring ASCII case; one the file lacks is left out. None:
  // all. Empty: row counts only.
  std::optional<std::vector<std::string>> columns;
  // Conjuncts (bound, expression.h). Row groups and pages of which no row can match are not read; a column that the
  // file lacks is null in every row.
  std::vector<Predicate> where;
  // The row groups whose bytes lie in [begin, end). Of one that lies there in part: where rows can be passed over (a
  // file at hand, columns that are not nested), the same share of its rows, else all if its middle byte lies there.
  // Readers of neighbouring ranges give each row once.
  int64_t begin = 0;
  int64_t end = std::numeric_limits<int64_t>::max();
  // More than this at once, for one file, is an error: a damaged file may ask for anything.
  int64_t memory_bytes = int64_t{1} << 30;
  // What batches are made of, for all readers of a scan; null: the reader has its own.
  std::shared_ptr<KeptBlocks> blocks;
};

// What the conditions saved.
struct ParquetReadCounts {
  int64_t row_groups = 0;  // In the range.
  int64_t skipped_by_statistics = 0;
  int64_t skipped_by_bloom_filter = 0;
  int64_t skipped_by_page_index = 0;  // Whole row groups.
  int64_t rows_skipped = 0;           // In those, and in pages of others.
  int64_t pages_skipped = 0;
};

struct ParquetFooter {
  Schema schema;
  int64_t rows = 0;
  int64_t row_groups = 0;
};

// kDataError: it is no whole Parquet file. kUnsupported names a column whose type has no place here, or that the file
// is encrypted. kNotFound (TN4004): the codec was not found. Errors name the file.
Result<ParquetFooter> ReadParquetFooter(ByteSource& source);

class ParquetReader {
 public:
  // Reads the footer. Errors as above.
  static Result<std::unique_ptr<ParquetReader>> Open(std::unique_ptr<ByteSource> source,
                                                     ParquetReadOptions options);
  virtual ~ParquetReader() = default;

  // Of all batches: the columns asked for that the file has.
  virtual const SchemaPtr& schema() const = 0;
  // The next rows, canonical, in the order of the file; nullopt at the end. kDataError names file, row group and, where
  // one is at fault, column: damaged pages, text that is not UTF-8, a decimal beyond its precision.
  // kResourceExhausted: memory_bytes were not enough. After an error only the destructor is legal.
  virtual Result<std::optional<RecordBatch>> Next(const BatchLimits& limits) = 0;
  virtual const ParquetReadCounts& counts() const = 0;
};

}  // namespace tenon::columnar
