// What columns a batch has: names and types, in the words of Glue and Spark.
//
// Types are logical: a `string` column may be stored as any of Arrow's text layouts (record_batch.h says which
// one is canonical). A `choice` is a column whose values have more than one type; its members have different
// type names. DataType, Field and Schema are values, cheap to copy, immutable, and read from any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tenon/result.h"

namespace tenon {

// Numbers are stable; new types are added at the end.
enum class TypeId : int32_t {
  kNull = 0,
  kBoolean,
  kByte,   // 8 bits, signed, as all whole numbers here.
  kShort,  // 16 bits.
  kInt,    // 32 bits.
  kLong,   // 64 bits.
  kFloat,
  kDouble,
  kDecimal,  // precision() 1..76, scale() 0..precision.
  kString,   // UTF-8.
  kBinary,
  kDate,          // Days since 1970-01-01.
  kTime,          // Microseconds since midnight.
  kTimestamp,     // An instant: microseconds since 1970-01-01T00:00:00Z.
  kTimestampNtz,  // A wall clock without a zone, in microseconds.
  kStruct,
  kArray,
  kMap,  // Keys are strings.
  kChoice,
};

struct Field;

class DataType {
 public:
  DataType() = default;  // null
  static DataType Null() { return DataType(TypeId::kNull); }
  static DataType Boolean() { return DataType(TypeId::kBoolean); }
  static DataType Byte() { return DataType(TypeId::kByte); }
  static DataType Short() { return DataType(TypeId::kShort); }
  static DataType Int() { return DataType(TypeId::kInt); }
  static DataType Long() { return DataType(TypeId::kLong); }
  static DataType Float() { return DataType(TypeId::kFloat); }
  static DataType Double() { return DataType(TypeId::kDouble); }
  // REQUIRES: 1 <= precision <= 76 and 0 <= scale <= precision; anything else is brought into these bounds.
  static DataType Decimal(int precision, int scale);
  static DataType String() { return DataType(TypeId::kString); }
  static DataType Binary() { return DataType(TypeId::kBinary); }
  static DataType Date() { return DataType(TypeId::kDate); }
  static DataType Time() { return DataType(TypeId::kTime); }
  static DataType Timestamp() { return DataType(TypeId::kTimestamp); }
  static DataType TimestampNtz() { return DataType(TypeId::kTimestampNtz); }
  static DataType Struct(std::vector<Field> fields);
  static DataType Array(DataType element);
  static DataType Map(DataType value);
  // Members in the given order. REQUIRES: two or more, no choice and no null among them, type names all different.
  static Result<DataType> Choice(std::vector<DataType> members);

  TypeId id() const { return id_; }
  int precision() const { return precision_; }  // 0 unless a decimal.
  int scale() const { return scale_; }
  // Of a struct: its fields. Of a choice: its members, each named by its type name. Of an array: one, "element".
  // Of a map: one, "value". Otherwise empty. Valid while any copy of this type lives.
  std::span<const Field> fields() const;
  // REQUIRES: an array or a map.
  const DataType& element() const;
  bool is_nested() const { return id_ >= TypeId::kStruct; }

  // "long", "decimal", "struct": Glue's type name without parameters.
  std::string_view name() const;
  // "decimal(10,2)", "array<struct<a:int,b:string>>", "choice<long,string>"; Parse reads it back.
  std::string ToString() const;
  // Also takes Spark's and Hive's synonyms (bigint, integer, tinyint, smallint, timestamp_ntz) in any case;
  // bare `decimal` is decimal(10,2). kInvalidArgument names the part that is not a type and the nearest that is.
  static Result<DataType> Parse(std::string_view text);

  bool operator==(const DataType& other) const;

 private:
  explicit DataType(TypeId id) : id_(id) {}
  TypeId id_ = TypeId::kNull;
  int16_t precision_ = 0, scale_ = 0;
  std::shared_ptr<const std::vector<Field>> fields_;
};

struct Field {
  std::string name;
  DataType type;
  bool nullable = true;
  bool operator==(const Field& other) const = default;
};

class Schema {
 public:
  Schema() = default;
  explicit Schema(std::vector<Field> fields) : fields_(std::move(fields)) {}

  const std::vector<Field>& fields() const { return fields_; }
  int size() const { return static_cast<int>(fields_.size()); }
  const Field& field(int index) const { return fields_[static_cast<size_t>(index)]; }
  // The column of exactly this name; the first when there are several.
  std::optional<int> IndexOf(std::string_view name) const;
  std::vector<std::string> names() const;
  // True when any column, at any depth, is a choice.
  bool has_choice() const;

  // "struct<a:int,b:choice<int,string>>"
  std::string ToString() const;
  bool operator==(const Schema& other) const { return fields_ == other.fields_; }

 private:
  std::vector<Field> fields_;
};

// Schemas are shared: batches of one source hold the same pointer, and comparing pointers is free.
using SchemaPtr = std::shared_ptr<const Schema>;

}  // namespace tenon
