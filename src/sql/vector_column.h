// A column of a result, copied out of DuckDB's vectors into one Arrow array: any type but nested ones.
//
//   VectorColumn column(api, DataType::Long(), memory);
//   TENON_RETURN_IF_ERROR(column.Append(api.data_chunk_get_vector(chunk, 0), rows));   // Of each chunk.
//   columnar::Column values = column.Finish();
//
// What Arrow's own conversion gives, without an array of its own for each 2,048 rows. One thread.
#pragma once

#include <cstdint>
#include <memory>

#include "columnar/column.h"
#include "door/buffer.h"
#include "sql/duckdb_api.h"
#include "tenon/schema.h"

namespace tenon::sql {

class VectorColumn {
 public:
  // Memory is taken from `memory`, where the array gives it back.
  VectorColumn(const DuckDbApi& api, const DataType& type,
               const std::shared_ptr<internal::RecycledMemory>& memory);

  // The first `rows` values. kResourceExhausted: more than 2 GiB of text. REQUIRES: a flat vector of the type that
  // ToLogicalType gives for the column's.
  Status Append(duckdb_vector vector, int64_t rows);
  // All values since the last call. The next array is likely to be as long.
  columnar::Column Finish();

  int64_t length() const { return length_; }
  int64_t bytes() const { return validity_.size() + values_.size() + text_.size(); }

 private:
  void AppendValidity(const uint64_t* valid, int64_t rows);
  void AppendBits(const uint8_t* values, int64_t rows);
  void AppendDecimals(const void* values, int64_t rows);
  Status AppendText(const duckdb_string_t* values, const uint64_t* valid, int64_t rows);

  const DuckDbApi& api_;
  const DataType type_;
  internal::Buffer validity_, values_, text_;  // Of text, the values are where each begins.
  int64_t length_ = 0;
  int64_t nulls_ = 0;
};

}  // namespace tenon::sql
