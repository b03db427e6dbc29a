#include "columnar/parquet/leaf_values.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <memory>

namespace tenon::columnar {
namespace {

using parquet::LogicalType;
using Value = Literal::Value;

template <typename T>
std::optional<T> Load(const std::string& stored) {
  if (stored.size() != sizeof(T)) return std::nullopt;
  T value;
  std::memcpy(&value, stored.data(), sizeof(T));
  return value;
}

// A big-endian number of any length, sign-extended.
std::optional<Decimal128> LoadBigEndian(const std::string& stored) {
  if (stored.empty()) return std::nullopt;
  const bool negative = (static_cast<uint8_t>(stored[0]) & 0x80) != 0;
  const size_t extra = stored.size() > 16 ? stored.size() - 16 : 0;
  for (size_t i = 0; i < extra; ++i) {
    if (static_cast<uint8_t>(stored[i]) != (negative ? 0xff : 0)) return std::nullopt;
  }
  unsigned __int128 number = negative ? ~static_cast<unsigned __int128>(0) : 0;
  for (size_t i = extra; i < stored.size(); ++i)
    number = number << 8 | static_cast<uint8_t>(stored[i]);
  return Decimal128{static_cast<int64_t>(static_cast<uint64_t>(number >> 64)),
                    static_cast<uint64_t>(number)};
}

Decimal128 FromInt64(int64_t value) { return {value < 0 ? -1 : 0, static_cast<uint64_t>(value)}; }

// The literal's number, when it has the scale of the column and fits.
std::optional<int64_t> NarrowDecimal(const Literal& literal, int scale) {
  const auto* decimal = std::get_if<Decimal128>(&literal.value);
  if (decimal == nullptr || literal.type.scale() != scale) return std::nullopt;
  const auto low = static_cast<int64_t>(decimal->low);
  if (decimal->high != (low < 0 ? -1 : 0)) return std::nullopt;
  return low;
}

LogicalType::TimeUnit::unit UnitOf(const LogicalType& type) {
  if (type.is_timestamp())
    return static_cast<const parquet::TimestampLogicalType&>(type).time_unit();
  if (type.is_time()) return static_cast<const parquet::TimeLogicalType&>(type).time_unit();
  return LogicalType::TimeUnit::MICROS;
}

}  // namespace

LeafValues::Kind LeafValues::KindOf(const parquet::ColumnDescriptor& column) {
  const std::shared_ptr<const LogicalType>& type = column.logical_type();
  const bool plain = type == nullptr || type->is_none() || type->is_invalid();
  const bool is_unsigned =
      !plain && type->is_int() && !static_cast<const parquet::IntLogicalType&>(*type).is_signed();
  const bool decimal = !plain && type->is_decimal();
  switch (column.physical_type()) {
    case parquet::Type::BOOLEAN: return Kind::kBoolean;
    case parquet::Type::INT32:
      if (decimal) return Kind::kDecimal32;
      if (plain || type->is_int() || type->is_date() || type->is_time())
        return is_unsigned ? Kind::kUint32 : Kind::kInt32;
      return Kind::kUnknown;
    case parquet::Type::INT64:
      if (decimal) return Kind::kDecimal64;
      if (plain || type->is_int() || type->is_timestamp() || type->is_time())
        return is_unsigned ? Kind::kUint64 : Kind::kInt64;
      return Kind::kUnknown;
    case parquet::Type::FLOAT: return Kind::kFloat;
    case parquet::Type::DOUBLE: return Kind::kDouble;
    case parquet::Type::BYTE_ARRAY:
    case parquet::Type::FIXED_LEN_BYTE_ARRAY:
      if (decimal) return column.type_precision() <= 38 ? Kind::kDecimalBytes : Kind::kUnknown;
      if (plain || type->is_string() || type->is_enum() || type->is_JSON() || type->is_BSON() ||
          type->is_UUID())
        return Kind::kText;
      return Kind::kUnknown;
    default: return Kind::kUnknown;
  }
}

LeafValues::LeafValues(const parquet::ColumnDescriptor& column) : kind_(KindOf(column)) {
  // Without an order of its own in the footer, only signed numbers were written in their own order.
  const bool is_signed = kind_ != Kind::kText && kind_ != Kind::kDecimalBytes &&
                         kind_ != Kind::kUint32 && kind_ != Kind::kUint64;
  const auto order = column.column_order().get_order();
  ordered_ = order == parquet::ColumnOrder::TYPE_DEFINED_ORDER ||
             (order == parquet::ColumnOrder::UNDEFINED && is_signed);
  fixed_width_ = kind_ != Kind::kText;
  variable_ = column.physical_type() == parquet::Type::BYTE_ARRAY;
  if (kind_ == Kind::kDecimal32 || kind_ == Kind::kDecimal64 || kind_ == Kind::kDecimalBytes)
    scale_ = column.type_scale();
  const std::shared_ptr<const LogicalType>& type = column.logical_type();
  if (type == nullptr) return;
  switch (UnitOf(*type)) {
    case LogicalType::TimeUnit::MILLIS: multiply_ = 1000; break;
    case LogicalType::TimeUnit::NANOS: divide_ = 1000; break;
    default: break;
  }
}

std::optional<Value> LeafValues::Bound(const std::string& stored) const {
  if (!ordered_) return std::nullopt;
  const auto number = [&](int64_t value) -> std::optional<Value> {
    const int64_t quotient = value / divide_ - (value % divide_ < 0 ? 1 : 0);
    int64_t micros = 0;
    if (__builtin_mul_overflow(quotient, multiply_, &micros)) return std::nullopt;
    return micros;
  };
  const auto real = [](double value) -> std::optional<Value> {
    if (std::isnan(value)) return std::nullopt;
    return value;
  };
  switch (kind_) {
    case Kind::kUnknown: return std::nullopt;
    case Kind::kBoolean:
      return stored.size() == 1 ? std::optional<Value>(stored[0] != 0) : std::nullopt;
    case Kind::kInt32:
      if (const auto value = Load<int32_t>(stored)) return number(*value);
      return std::nullopt;
    case Kind::kUint32:
      if (const auto value = Load<uint32_t>(stored)) return number(*value);
      return std::nullopt;
    case Kind::kInt64:
      if (const auto value = Load<int64_t>(stored)) return number(*value);
      return std::nullopt;
    case Kind::kUint64:
      if (const auto value = Load<uint64_t>(stored)) return Decimal128{0, *value};
      return std::nullopt;
    case Kind::kFloat:
      if (const auto value = Load<float>(stored)) return real(*value);
      return std::nullopt;
    case Kind::kDouble:
      if (const auto value = Load<double>(stored)) return real(*value);
      return std::nullopt;
    case Kind::kText: return stored;
    case Kind::kDecimal32:
      if (const auto value = Load<int32_t>(stored)) return FromInt64(*value);
      return std::nullopt;
    case Kind::kDecimal64:
      if (const auto value = Load<int64_t>(stored)) return FromInt64(*value);
      return std::nullopt;
    case Kind::kDecimalBytes:
      if (const auto value = LoadBigEndian(stored)) return *value;
      return std::nullopt;
  }
  return std::nullopt;
}

bool LeafValues::MayContain(const parquet::BloomFilter& filter, const Literal& literal) const {
  const auto* whole = std::get_if<int64_t>(&literal.value);
  const auto* text = std::get_if<std::string>(&literal.value);
  switch (kind_) {
    case Kind::kInt32:
    case Kind::kInt64: {
      if (whole == nullptr || divide_ != 1) return true;
      if (*whole % multiply_ != 0) return false;
      const int64_t stored = *whole / multiply_;
      if (kind_ == Kind::kInt64) return filter.FindHash(filter.Hash(stored));
      if (stored < std::numeric_limits<int32_t>::min() ||
          stored > std::numeric_limits<int32_t>::max())
        return false;
      return filter.FindHash(filter.Hash(static_cast<int32_t>(stored)));
    }
    case Kind::kDecimal32:
    case Kind::kDecimal64: {
      const std::optional<int64_t> unscaled = NarrowDecimal(literal, scale_);
      if (!unscaled) return true;
      if (kind_ == Kind::kDecimal64) return filter.FindHash(filter.Hash(*unscaled));
      const auto narrow = static_cast<int32_t>(*unscaled);
      return narrow == *unscaled && filter.FindHash(filter.Hash(narrow));
    }
    case Kind::kDouble: {
      const auto* real = std::get_if<double>(&literal.value);
      // Zero has two forms and NaN many.
      if (real == nullptr || std::isnan(*real) || *real == 0) return true;
      return filter.FindHash(filter.Hash(*real));
    }
    case Kind::kText: {
      if (text == nullptr || !variable_) return true;
      const parquet::ByteArray bytes(static_cast<uint32_t>(text->size()),
                                     reinterpret_cast<const uint8_t*>(text->data()));
      return filter.FindHash(filter.Hash(&bytes));
    }
    default: return true;
  }
}

}  // namespace tenon::columnar
