#include "expression/literal_place.h"

#include <cmath>
#include <limits>

#include "base/error_catalog.h"
#include "base/text.h"
#include "base/time.h"
#include "expression/number.h"

namespace tenon::expression {
namespace {

Status CannotCompare(const Literal& literal, const DataType& type, std::string_view hint = "") {
  return Status::InvalidArgument("Value cannot be compared with the column: value=" +
                                 base::ShortText(literal.ToString(), 100) +
                                 " type=" + type.ToString())
      .WithHint(std::string(hint))
      .WithNumber(base::kErrPredicate);
}

LiteralPlace Exact(const DataType& type, Literal::Value value) {
  return {Standing::kExact, Literal{type, std::move(value)}};
}
LiteralPlace Between(const DataType& type, Literal::Value below) {
  return {Standing::kBetween, Literal{type, std::move(below)}};
}
LiteralPlace Beyond(int sign) { return {sign < 0 ? Standing::kBelowAll : Standing::kAboveAll, {}}; }

// The range of a whole-number type.
struct Range {
  int64_t min, max;
};
std::optional<Range> RangeOf(TypeId id) {
  const auto of = [](auto zero) -> std::optional<Range> {
    return Range{std::numeric_limits<decltype(zero)>::min(),
                 std::numeric_limits<decltype(zero)>::max()};
  };
  switch (id) {
    case TypeId::kByte: return of(int8_t{});
    case TypeId::kShort: return of(int16_t{});
    case TypeId::kInt: return of(int32_t{});
    case TypeId::kLong: return of(int64_t{});
    default: return std::nullopt;
  }
}

bool IsNumeric(TypeId id) { return id >= TypeId::kByte && id <= TypeId::kDecimal; }

LiteralPlace PlaceWhole(const Number& number, const DataType& type, const Range& range) {
  const std::optional<Floor> floor = FloorAtScale(number, 0);
  if (!floor) return Beyond(SignOf(number));
  if (floor->value < range.min) return Beyond(-1);
  if (floor->value > range.max || (floor->value == range.max && !floor->exact)) return Beyond(1);
  const auto value = static_cast<int64_t>(floor->value);
  return floor->exact ? Exact(type, value) : Between(type, value);
}

LiteralPlace PlaceDecimal(const Number& number, const DataType& type) {
  const std::optional<Floor> floor = FloorAtScale(number, type.scale());
  if (!floor) return Beyond(SignOf(number));
  if (type.precision() <= 38) {
    const Int128 max = PowerOfTen(type.precision()) - 1;
    if (floor->value < -max) return Beyond(-1);
    if (floor->value > max || (floor->value == max && !floor->exact)) return Beyond(1);
  }
  const Decimal128 value = FromInt128(floor->value);
  return floor->exact ? Exact(type, value) : Between(type, value);
}

LiteralPlace PlaceFloat(double number, const DataType& type) {
  const auto nearest = static_cast<float>(number);
  if (std::isnan(number) || static_cast<double>(nearest) == number) return Exact(type, number);
  const float below = static_cast<double>(nearest) < number
                          ? nearest
                          : std::nextafter(nearest, -std::numeric_limits<float>::infinity());
  return Between(type, static_cast<double>(below));
}

Result<LiteralPlace> PlaceNumber(const Number& number, const DataType& type) {
  if (const std::optional<Range> range = RangeOf(type.id()))
    return PlaceWhole(number, type, *range);
  if (type.id() == TypeId::kDecimal) {
    // More than 38 digits before the point fit such a column, but no literal.
    const bool infinite = number.special && !std::isfinite(*number.special);
    if (type.precision() > 38 && !infinite && !FloorAtScale(number, type.scale())) {
      return Status::InvalidArgument("Value cannot be compared with the column: type=" +
                                     type.ToString())
          .WithHint("Literals have at most 38 digits at the column's scale.")
          .WithNumber(base::kErrPredicate);
    }
    return PlaceDecimal(number, type);
  }
  if (type.id() == TypeId::kFloat) return PlaceFloat(ToDouble(number), type);
  return Exact(type, ToDouble(number));
}

std::optional<double> SpecialOf(std::string_view text) {
  const std::string lower = base::ToLower(text);
  if (lower == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (lower == "infinity" || lower == "inf" || lower == "+infinity" || lower == "+inf")
    return HUGE_VAL;
  if (lower == "-infinity" || lower == "-inf") return -HUGE_VAL;
  return std::nullopt;
}

// Microseconds of a text; a zone counts only where the type is an instant.
std::optional<int64_t> MicrosOf(std::string_view text, TypeId id) {
  const std::optional<base::ParsedTimestamp> parsed = base::ParseTimestamp(base::Trim(text));
  if (!parsed) return std::nullopt;
  if (id != TypeId::kTimestamp) return parsed->micros;
  return parsed->micros - int64_t{parsed->offset_seconds.value_or(0)} * base::kMicrosPerSecond;
}

int64_t FloorDay(int64_t micros) {
  const int64_t days = micros / base::kMicrosPerDay;
  return micros % base::kMicrosPerDay < 0 ? days - 1 : days;
}

Result<LiteralPlace> PlaceText(const Literal& literal, const DataType& type) {
  const std::string& text = std::get<std::string>(literal.value);
  const std::string trimmed(base::Trim(text));
  if (IsNumeric(type.id())) {
    Number number;
    if (const std::optional<double> special = SpecialOf(trimmed)) {
      number.special = special;
    } else if (const std::optional<Number> parsed = ParseNumber(trimmed)) {
      number = *parsed;
    } else {
      return CannotCompare(literal, type);
    }
    return PlaceNumber(number, type);
  }
  switch (type.id()) {
    case TypeId::kString:
    case TypeId::kBinary: return Exact(type, text);
    case TypeId::kBoolean: {
      const std::string lower = base::ToLower(trimmed);
      if (lower == "true") return Exact(type, true);
      if (lower == "false") return Exact(type, false);
      return CannotCompare(literal, type);
    }
    case TypeId::kDate: {
      if (const std::optional<int64_t> days = base::ParseDate(trimmed)) return Exact(type, *days);
      if (const std::optional<int64_t> micros = MicrosOf(text, type.id()))
        return Exact(type, FloorDay(*micros));
      return CannotCompare(literal, type);
    }
    case TypeId::kTime: {
      if (const std::optional<int64_t> micros = base::ParseTimeOfDay(trimmed))
        return Exact(type, *micros);
      return CannotCompare(literal, type);
    }
    case TypeId::kTimestamp:
    case TypeId::kTimestampNtz: {
      if (const std::optional<int64_t> micros = MicrosOf(text, type.id()))
        return Exact(type, *micros);
      return CannotCompare(literal, type);
    }
    default: return CannotCompare(literal, type);
  }
}

// A date or timestamp with a column of the other kind; the session's time zone is UTC.
Result<LiteralPlace> PlaceMoment(const Literal& literal, const DataType& type) {
  const int64_t value = std::get<int64_t>(literal.value);
  const bool from_date = literal.type.id() == TypeId::kDate;
  if (type.id() == TypeId::kDate) {
    if (from_date) return Exact(type, value);
    const int64_t days = FloorDay(value);
    return days * base::kMicrosPerDay == value ? Exact(type, days) : Between(type, days);
  }
  if (type.id() != TypeId::kTimestamp && type.id() != TypeId::kTimestampNtz)
    return CannotCompare(literal, type);
  if (!from_date) return Exact(type, value);
  const Int128 micros = static_cast<Int128>(value) * base::kMicrosPerDay;
  if (micros > std::numeric_limits<int64_t>::max()) return Beyond(1);
  if (micros < std::numeric_limits<int64_t>::min()) return Beyond(-1);
  return Exact(type, static_cast<int64_t>(micros));
}

}  // namespace

Result<LiteralPlace> PlaceLiteral(const Literal& literal, const DataType& type) {
  if (type.is_nested()) return CannotCompare(literal, type);
  if (literal.type == type) return Exact(type, literal.value);
  switch (literal.type.id()) {
    case TypeId::kByte:
    case TypeId::kShort:
    case TypeId::kInt:
    case TypeId::kLong:
    case TypeId::kFloat:
    case TypeId::kDouble:
    case TypeId::kDecimal:
      if (IsNumeric(type.id())) return PlaceNumber(NumberOf(literal), type);
      if (type.id() == TypeId::kString) {
        return CannotCompare(literal, type, "The column is text: write the value in quotes.");
      }
      return CannotCompare(literal, type);
    case TypeId::kString: return PlaceText(literal, type);
    case TypeId::kBinary:
      if (type.id() == TypeId::kString) return Exact(type, literal.value);
      return CannotCompare(literal, type);
    case TypeId::kDate:
    case TypeId::kTimestamp:
    case TypeId::kTimestampNtz: return PlaceMoment(literal, type);
    default: return CannotCompare(literal, type);
  }
}

}  // namespace tenon::expression
