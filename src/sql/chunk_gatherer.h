// The chunks of a result, of 2,048 rows at most, put together to batches.
//
//   ChunkGatherer gatherer(api, query.schema());
//   TENON_RETURN_IF_ERROR(gatherer.Open(result));
//   while (!gatherer.full(context.limits()) && (chunk = …)) TENON_RETURN_IF_ERROR(gatherer.Add(chunk));
//   TENON_ASSIGN_OR_RETURN(std::optional<RecordBatch> batch, gatherer.Finish());
//
// Plain columns are copied out of DuckDB's vectors; nested ones go through DuckDB's own conversion. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sql/duckdb_api.h"
#include "sql/logical_type.h"
#include "sql/vector_column.h"
#include "tenon/record_batch.h"
#include "tenon/task_context.h"

namespace tenon::sql {

class ChunkGatherer {
 public:
  // `schema`: of the batches. `api` outlives the gatherer.
  ChunkGatherer(const DuckDbApi& api, SchemaPtr schema);
  ~ChunkGatherer();
  ChunkGatherer(const ChunkGatherer&) = delete;
  ChunkGatherer& operator=(const ChunkGatherer&) = delete;

  // `result` outlives the gatherer. kInternal: its columns are not of the schema's types.
  Status Open(duckdb_result& result);
  // All rows of the chunk, which stays the caller's.
  Status Add(duckdb_data_chunk chunk);
  // What was added since the last Finish reaches the limits.
  bool full(BatchLimits limits) const;
  // The rows since the last call; none: nullopt.
  Result<std::optional<RecordBatch>> Finish();

 private:
  Result<ArrowSchema> NestedLayout();
  Status AddNested(duckdb_data_chunk chunk, int64_t rows);

  const DuckDbApi& api_;
  const SchemaPtr schema_;
  duckdb_arrow_options options_ = nullptr;
  int64_t rows_ = 0;
  std::vector<int> plain_;  // Which columns these are, by position.
  std::vector<VectorColumn> plain_columns_;
  std::vector<int> nested_;
  SchemaPtr nested_schema_;
  std::vector<LogicalType> nested_types_;
  std::vector<RecordBatch> nested_parts_;
  int64_t nested_bytes_ = 0;
};

}  // namespace tenon::sql
