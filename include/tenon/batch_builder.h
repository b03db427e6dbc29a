// Builds record batches, row by row or column by column, without a word of Arrow.
//
//   BatchBuilder rows(schema, context.limits());
//   rows.Append(int64_t{1}, "Ada", 3.5);                    // One whole row, flat columns
//   rows.column(0).Append(int64_t{2});                      // …or cell by cell, then EndRow()
//   rows.column(1).AppendNull();
//   rows.column(2).Append(4.5);
//   rows.EndRow();
//   if (rows.full()) return rows.Finish();
//
// Nested cells: a struct's fields() first, then EndStruct(); an array's element() any number of times, then
// EndArray(); a map's key() and value(), then EndMap(); a choice: member(k) once, then EndChoice(k). A cell left out
// at EndRow() is null. A value of the wrong C++ type for the column makes Finish() fail with kInternal that names
// the column, one that is out of the column's range with kDataError; it is never converted. Text must be UTF-8: that
// is not looked at here. One thread; reusable after Finish(), also when it failed.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <type_traits>
#include <vector>

#include "tenon/expression.h"
#include "tenon/record_batch.h"
#include "tenon/task_context.h"

namespace tenon {

class ColumnBuilder {
 public:
  explicit ColumnBuilder(const DataType& type);
  ~ColumnBuilder();
  ColumnBuilder(ColumnBuilder&&) noexcept;
  ColumnBuilder& operator=(ColumnBuilder&&) noexcept;

  void AppendNull();
  void Append(bool value);
  void Append(
      int64_t value);  // byte, short, int, long, date (days), time and timestamps (microseconds).
  void Append(int32_t value) { Append(static_cast<int64_t>(value)); }
  void Append(double value);  // float, double.
  void Append(Decimal128 unscaled);
  void Append(std::string_view value);  // string, binary.
  void Append(const char* value) { Append(std::string_view(value)); }
  void Append(const std::string& value) { Append(std::string_view(value)); }

  ColumnBuilder& field(int index);
  void EndStruct();
  ColumnBuilder& element();
  void EndArray();
  ColumnBuilder& key();
  ColumnBuilder& value();
  void EndMap();
  ColumnBuilder& member(int index);
  void EndChoice(int index);

  int64_t length() const;
  // Of the buffers as they stand, children included.
  int64_t bytes() const;

 private:
  friend class BatchBuilder;
  struct State;
  std::unique_ptr<State> state_;
};

class BatchBuilder {
 public:
  explicit BatchBuilder(SchemaPtr schema, BatchLimits limits = {});
  ~BatchBuilder();
  BatchBuilder(BatchBuilder&&) noexcept;
  BatchBuilder& operator=(BatchBuilder&&) noexcept;

  // A whole row, one value a column; nullptr and an empty std::optional are null. With fewer values than columns the
  // rest is null; more are an error of Finish().
  template <typename... Values>
  void Append(const Values&... values) {
    if (sizeof...(values) > columns_.size()) return FailCount(sizeof...(values));
    [[maybe_unused]] int index = 0;
    (AppendCell(index++, values), ...);
    EndRow();
  }

  // The next batch will have about `rows` rows: columns of fixed width make room for them at their first value, all at
  // once. Only speed depends on it.
  void ExpectRows(int64_t rows);

  ColumnBuilder& column(int index) { return columns_[static_cast<size_t>(index)]; }
  // Fills columns that got no cell with null and starts the next row.
  void EndRow();

  int64_t num_rows() const { return rows_; }
  // The limits are reached: call Finish() before the next row. Bytes are probed every 64 rows and after large values.
  bool full() const;
  void set_limits(BatchLimits limits) { limits_ = limits; }

  // The batch of the rows so far; the builder is empty afterwards.
  Result<RecordBatch> Finish();

 private:
  template <typename V>
  void AppendCell(int index, const V& value) {
    if constexpr (std::is_same_v<V, std::nullptr_t>) {
      column(index).AppendNull();
    } else if constexpr (requires { value.has_value(); }) {
      if (value.has_value()) {
        AppendCell(index, *value);
      } else {
        column(index).AppendNull();
      }
    } else {
      column(index).Append(value);
    }
  }

  void FailCount(size_t values);
  Status Problem() const;

  SchemaPtr schema_;
  BatchLimits limits_;
  std::vector<ColumnBuilder> columns_;
  int64_t rows_ = 0;
  mutable int64_t probe_at_ = 64;
  Status problem_;
};

}  // namespace tenon
