// Reads the cells of a batch, without a word of Arrow: what a sink's author needs.
//
//   BatchView rows(batch);
//   for (int64_t i = 0; i < rows.num_rows(); ++i)
//     if (!rows.column(1).is_null(i)) Use(rows.column(0).GetLong(i), rows.column(1).GetString(i));
//
// Views borrow: they are valid while the batch is. A getter of another type than the column's is kInternal-free but
// wrong: ask type() first; in checked builds it aborts. Any thread.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "tenon/expression.h"
#include "tenon/record_batch.h"

namespace tenon {

class ColumnView {
 public:
  // `array` has the canonical layout of `type`.
  ColumnView(const DataType& type, const ArrowArray& array);

  const DataType& type() const { return *type_; }
  int64_t length() const { return array_->length; }
  // A choice is null when its selected member is.
  bool is_null(int64_t row) const;

  bool GetBoolean(int64_t row) const;
  int64_t GetLong(int64_t row) const;  // As ColumnBuilder::Append(int64_t).
  double GetDouble(int64_t row) const;
  Decimal128 GetDecimal(int64_t row) const;       // Up to 38 digits.
  std::string_view GetString(int64_t row) const;  // string, binary.

  // Of a struct: field `index`, same rows. Of a choice: member `index`, same rows.
  ColumnView child(int index) const;
  // Of a choice: which member row `row` has.
  int choice(int64_t row) const;
  // Of an array or map: its cells are rows [begin, end) of elements() (of a map: keys() and elements()).
  struct Range {
    int64_t begin, end;
  };
  Range range(int64_t row) const;
  ColumnView elements() const;
  ColumnView keys() const;

 private:
  const DataType* type_;
  const ArrowArray* array_;
  int64_t shift_;  // Added to a row to find it in the buffers.
  friend class BatchView;
  ColumnView(const DataType& type, const ArrowArray& array, int64_t shift)
      : type_(&type), array_(&array), shift_(shift) {}
};

class BatchView {
 public:
  // REQUIRES: batch.layout() == nullptr.
  explicit BatchView(const RecordBatch& batch);
  int64_t num_rows() const { return rows_; }
  const ColumnView& column(int index) const { return columns_[static_cast<size_t>(index)]; }

 private:
  int64_t rows_;
  std::vector<ColumnView> columns_;
};

}  // namespace tenon
