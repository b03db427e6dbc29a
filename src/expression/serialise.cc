#include "expression/serialise.h"

#include <cmath>
#include <limits>

#include "base/error_catalog.h"
#include "base/text.h"
#include "expression/literal_place.h"
#include "expression/number.h"
#include "expression/parse.h"

namespace tenon::expression {
namespace {

using base::Json;

Status Wrong(std::string what) {
  return Status::InvalidArgument("JSON is no predicate: " + std::move(what))
      .WithNumber(base::kErrPredicate);
}

std::string Hex(std::string_view bytes) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (const char c : bytes) {
    hex += kDigits[static_cast<uint8_t>(c) >> 4];
    hex += kDigits[static_cast<uint8_t>(c) & 15];
  }
  return hex;
}

std::optional<std::string> Unhex(std::string_view hex) {
  const auto digit = [](char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  };
  if (hex.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  for (size_t i = 0; i < hex.size(); i += 2) {
    const int high = digit(hex[i]), low = digit(hex[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes += static_cast<char>(high * 16 + low);
  }
  return bytes;
}

Json ValueToJson(const Literal& literal) {
  if (literal.is_null()) return nullptr;
  if (const bool* truth = std::get_if<bool>(&literal.value)) return *truth;
  if (const int64_t* whole = std::get_if<int64_t>(&literal.value)) return *whole;
  if (const double* real = std::get_if<double>(&literal.value)) {
    if (std::isnan(*real)) return "NaN";
    if (std::isinf(*real)) return *real > 0 ? "Infinity" : "-Infinity";
    return *real;
  }
  if (const Decimal128* decimal = std::get_if<Decimal128>(&literal.value)) {
    return DecimalText(ToInt128(*decimal), literal.type.scale());
  }
  const std::string& text = std::get<std::string>(literal.value);
  if (literal.type.id() == TypeId::kString && base::IsUtf8(text)) return text;
  return Json{{"hex", Hex(text)}};
}

std::optional<Literal::Value> RealFromJson(const Json& json, bool is_float) {
  double value = 0;
  if (json.is_number()) {
    value = json.get<double>();
  } else if (json == "NaN") {
    value = std::numeric_limits<double>::quiet_NaN();
  } else if (json == "Infinity" || json == "-Infinity") {
    value = json == "Infinity" ? HUGE_VAL : -HUGE_VAL;
  } else {
    return std::nullopt;
  }
  const bool fits =
      !is_float || !std::isfinite(value) || static_cast<double>(static_cast<float>(value)) == value;
  return fits ? std::optional<Literal::Value>(value) : std::nullopt;
}

std::optional<Literal::Value> TextFromJson(const Json& json, bool may_be_plain) {
  if (json.is_string() && may_be_plain) return json.get<std::string>();
  if (!json.is_object() || json.size() != 1) return std::nullopt;
  const auto hex = json.find("hex");
  if (hex == json.end() || !hex->is_string()) return std::nullopt;
  std::optional<std::string> bytes = Unhex(hex->get_ref<const std::string&>());
  return bytes ? std::optional<Literal::Value>(*std::move(bytes)) : std::nullopt;
}

std::optional<Literal::Value> DecimalFromJson(const Json& json, const DataType& type) {
  if (!json.is_string()) return std::nullopt;
  const std::optional<Number> number = ParseNumber(json.get_ref<const std::string&>());
  const std::optional<Floor> unscaled = number ? FloorAtScale(*number, type.scale()) : std::nullopt;
  if (!unscaled || !unscaled->exact) return std::nullopt;
  if (type.precision() < 38) {
    const Int128 bound = PowerOfTen(type.precision());
    if (unscaled->value >= bound || unscaled->value <= -bound) return std::nullopt;
  }
  return FromInt128(unscaled->value);
}

std::optional<Literal::Value> ValueFromJson(const Json& json, const DataType& type) {
  if (json.is_null()) return std::monostate();
  switch (type.id()) {
    case TypeId::kBoolean:
      return json.is_boolean() ? std::optional<Literal::Value>(json.get<bool>()) : std::nullopt;
    case TypeId::kFloat:
    case TypeId::kDouble: return RealFromJson(json, type.id() == TypeId::kFloat);
    case TypeId::kDecimal: return DecimalFromJson(json, type);
    case TypeId::kString: return TextFromJson(json, true);
    case TypeId::kBinary: return TextFromJson(json, false);
    case TypeId::kByte:
    case TypeId::kShort:
    case TypeId::kInt:
    case TypeId::kLong:
    case TypeId::kDate:
    case TypeId::kTime:
    case TypeId::kTimestamp:
    case TypeId::kTimestampNtz: {
      if (!json.is_number_integer()) return std::nullopt;
      if (json.is_number_unsigned() && json.get<uint64_t>() > uint64_t{INT64_MAX})
        return std::nullopt;
      const int64_t value = json.get<int64_t>();
      const DataType whole = type.id() == TypeId::kDate ? DataType::Int() : type;
      if (whole.id() > TypeId::kLong) return value;
      const Result<LiteralPlace> place = PlaceLiteral(Literal::Long(value), whole);
      return place.ok() && place->standing == Standing::kExact
                 ? std::optional<Literal::Value>(value)
                 : std::nullopt;
    }
    default: return std::nullopt;
  }
}

Result<Literal> LiteralFromJson(const Json& json) {
  TENON_ASSIGN_OR_RETURN(const base::JsonObject object, base::JsonObject::From(json));
  TENON_RETURN_IF_ERROR(object.RefuseOthers({"type", "value"}));
  TENON_ASSIGN_OR_RETURN(const std::string name, object.String("type"));
  TENON_ASSIGN_OR_RETURN(DataType type, DataType::Parse(name));
  const auto value = json.find("value");
  if (value == json.end()) return Wrong("member=value");
  std::optional<Literal::Value> parsed = ValueFromJson(*value, type);
  if (!parsed)
    return Wrong("type=" + name + " value=" + base::ShortText(base::DumpJson(*value), 100));
  return Literal{std::move(type), *std::move(parsed)};
}

std::optional<Op> OpFromName(std::string_view name) {
  for (int op = 0; op <= static_cast<int>(Op::kText); ++op) {
    if (OpName(static_cast<Op>(op)) == name) return static_cast<Op>(op);
  }
  return std::nullopt;
}

// The parts that an operator needs, and no others.
bool IsWhole(const Predicate& predicate) {
  const size_t values = predicate.values.size(), args = predicate.args.size();
  const bool column = !predicate.column.empty();
  if (!predicate.text.empty() && predicate.op != Op::kText) return false;
  switch (predicate.op) {
    case Op::kAnd:
    case Op::kOr: return !column && values == 0 && args >= 2;
    case Op::kNot: return !column && values == 0 && args == 1;
    case Op::kAlwaysTrue:
    case Op::kAlwaysFalse:
    case Op::kText: return !column && values == 0 && args == 0;
    case Op::kIsNull:
    case Op::kIsNotNull: return column && values == 0 && args == 0;
    case Op::kIn: return column && args == 0;
    default: return column && values == 1 && args == 0;
  }
}

Result<Predicate> Read(const Json& json, int depth) {
  if (depth > 2 * kMaxPredicateDepth) return Wrong("it is nested too deeply");
  TENON_ASSIGN_OR_RETURN(const base::JsonObject object, base::JsonObject::From(json));
  TENON_RETURN_IF_ERROR(object.RefuseOthers({"op", "column", "values", "args", "text"}));
  TENON_ASSIGN_OR_RETURN(const std::string name, object.String("op"));
  const std::optional<Op> op = OpFromName(name);
  if (!op) return Wrong("op=" + base::ShortText(name, 60));
  Predicate predicate;
  predicate.op = *op;
  TENON_ASSIGN_OR_RETURN(predicate.column, object.StringOr("column", ""));
  TENON_ASSIGN_OR_RETURN(predicate.text, object.StringOr("text", ""));
  if (object.Has("values")) {
    TENON_ASSIGN_OR_RETURN(const Json* values, object.Array("values"));
    for (const Json& value : *values) {
      TENON_ASSIGN_OR_RETURN(Literal literal, LiteralFromJson(value));
      predicate.values.push_back(std::move(literal));
    }
  }
  if (object.Has("args")) {
    TENON_ASSIGN_OR_RETURN(const Json* args, object.Array("args"));
    for (const Json& arg : *args) {
      TENON_ASSIGN_OR_RETURN(Predicate inner, Read(arg, depth + 1));
      predicate.args.push_back(std::move(inner));
    }
  }
  if (!IsWhole(predicate)) return Wrong("op=" + name + " has other parts than it needs");
  return predicate;
}

}  // namespace

Json ToJson(const Predicate& predicate) {
  Json json = {{"op", OpName(predicate.op)}};
  if (!predicate.column.empty()) json["column"] = predicate.column;
  if (!predicate.values.empty() || predicate.op == Op::kIn) {
    Json values = Json::array();
    for (const Literal& literal : predicate.values) {
      values.push_back(Json{{"type", literal.type.ToString()}, {"value", ValueToJson(literal)}});
    }
    json["values"] = std::move(values);
  }
  if (!predicate.args.empty()) {
    Json args = Json::array();
    for (const Predicate& arg : predicate.args) args.push_back(ToJson(arg));
    json["args"] = std::move(args);
  }
  if (predicate.op == Op::kText) json["text"] = predicate.text;
  return json;
}

Result<Predicate> FromJson(const Json& json) {
  Result<Predicate> predicate = Read(json, 0);
  if (predicate.ok() || predicate.status().number() != 0) return predicate;
  return std::move(predicate).status().WithNumber(base::kErrPredicate);
}

}  // namespace tenon::expression
