// Predicates that may be pushed down to a source: small trees with Spark's operator names.
//
// Semantics are SQL's: three-valued with NULL; text compares byte by byte; NaN equals itself and is larger than
// every number. A row belongs to the result when the predicate is true; whoever filters must never drop a row that
// cannot be proved false or null. Literals have exactly their column's type: the engine casts them and removes
// conjuncts whose literal is out of range. Values; immutable use from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "tenon/schema.h"

namespace tenon {

enum class Op : int32_t {
  kEqual = 0,       // =
  kNullSafeEqual,   // <=>
  kNotEqual,        // <>
  kLess,            // <
  kLessOrEqual,     // <=
  kGreater,         // >
  kGreaterOrEqual,  // >=
  kIsNull,
  kIsNotNull,
  kIn,  // values: the list; NULL in it makes a non-match unknown.
  kStartsWith,
  kEndsWith,
  kContains,
  kAnd,  // args: two or more.
  kOr,
  kNot,  // args: one.
  kAlwaysTrue,
  kAlwaysFalse,
  kText,  // text: in the source's own words. The source takes it exactly, or the read is an error.
};

// "=", "IS_NULL", "STARTS_WITH": Spark's name of the operator.
std::string_view OpName(Op op);

// An unscaled 128-bit number; the scale is in the literal's type.
struct Decimal128 {
  int64_t high = 0;
  uint64_t low = 0;
  bool operator==(const Decimal128&) const = default;
};

struct Literal {
  // By type: boolean bool; byte to long, date (days), time and timestamps (microseconds) int64_t; float and
  // double double; decimal Decimal128; string and binary std::string; NULL of any type monostate.
  using Value = std::variant<std::monostate, bool, int64_t, double, Decimal128, std::string>;

  DataType type;
  Value value;

  bool is_null() const { return std::holds_alternative<std::monostate>(value); }
  static Literal Boolean(bool v) { return {DataType::Boolean(), v}; }
  static Literal Int(int32_t v) { return {DataType::Int(), int64_t{v}}; }
  static Literal Long(int64_t v) { return {DataType::Long(), v}; }
  static Literal Double(double v) { return {DataType::Double(), v}; }
  static Literal String(std::string v) { return {DataType::String(), std::move(v)}; }
  static Literal Null(DataType type) { return {std::move(type), std::monostate()}; }

  // As Spark SQL writes it: 'O''Hara', 10L, DATE '2026-01-31', NULL.
  std::string ToString() const;
  bool operator==(const Literal&) const = default;
};

struct Predicate {
  Op op = Op::kAlwaysTrue;
  std::string column;  // Of a comparison: a top-level column, or a dotted path into structs.
  std::vector<Literal> values;  // One for a comparison, any number for kIn.
  std::vector<Predicate> args;  // Of kAnd, kOr, kNot.
  std::string text;             // Of kText.

  static Predicate Compare(Op op, std::string column, Literal value);
  static Predicate In(std::string column, std::vector<Literal> values);
  static Predicate IsNull(std::string column);
  static Predicate IsNotNull(std::string column);
  static Predicate And(std::vector<Predicate> args);
  static Predicate Or(std::vector<Predicate> args);
  static Predicate Not(Predicate arg);
  static Predicate Text(std::string text);

  // "(id > 5 AND name IS NOT NULL)": for EXPLAIN and errors.
  std::string ToString() const;
  // Every column named, once each, in order of appearance.
  std::vector<std::string> Columns() const;
  bool operator==(const Predicate&) const = default;
};

}  // namespace tenon
