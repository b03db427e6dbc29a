// Values of one leaf column outside of its pages: bounds in statistics and page indexes, hashes in bloom filters.
// Private to the module. Immutable; any thread.
#pragma once

#include <parquet/bloom_filter.h>
#include <parquet/schema.h>

#include <cstdint>
#include <optional>
#include <string>

#include "tenon/expression.h"

namespace tenon::columnar {

class LeafValues {
 public:
  explicit LeafValues(const parquet::ColumnDescriptor& column);

  // A bound as it is stored, in the column's own type; none: it tells nothing, for its order is not ours (INT96,
  // float16, text compared as signed bytes by old writers), it is NaN, or it is cut short.
  std::optional<Literal::Value> Bound(const std::string& stored) const;
  // Of decimals.
  int scale() const { return scale_; }
  // Bounds are whole values, never the beginning of one.
  bool fixed_width() const { return fixed_width_; }

  // False when the filter knows that no value equals the literal.
  bool MayContain(const parquet::BloomFilter& filter, const Literal& literal) const;

 private:
  enum class Kind {
    kUnknown,
    kBoolean,
    kInt32,
    kUint32,
    kInt64,
    kUint64,
    kFloat,
    kDouble,
    kText,
    kDecimal32,
    kDecimal64,
    kDecimalBytes,
  };

  static Kind KindOf(const parquet::ColumnDescriptor& column);

  Kind kind_ = Kind::kUnknown;
  bool ordered_ = false;
  bool fixed_width_ = false;
  bool variable_ = false;  // Texts of any length.
  int scale_ = 0;
  int64_t multiply_ = 1;  // A stored time to microseconds.
  int64_t divide_ = 1;
};

}  // namespace tenon::columnar
