#include "connectors/sqlite/column_types.h"

#include "base/text.h"

namespace tenon::sqlite {
namespace {

constexpr int kMostDigits = 38, kUnknownScale = 18;

// "(10, 2)" of "decimal(10, 2)" as a decimal type.
DataType DecimalOf(std::string_view declared) {
  const size_t open = declared.find('('), close = declared.find(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open)
    return DataType::Decimal(kMostDigits, kUnknownScale);
  const auto parts = base::Split(declared.substr(open + 1, close - open - 1), ',');
  const auto precision = base::ParseInteger(base::Trim(parts[0]));
  const auto scale = parts.size() > 1 ? base::ParseInteger(base::Trim(parts[1])) : 0;
  const bool sound = parts.size() <= 2 && precision && scale && *precision >= 1 &&
                     *precision <= kMostDigits && *scale >= 0 && *scale <= *precision;
  if (!sound) return DataType::Decimal(kMostDigits, kUnknownScale);
  return DataType::Decimal(static_cast<int>(*precision), static_cast<int>(*scale));
}

}  // namespace

std::optional<DataType> TypeOfDeclared(std::string_view declared) {
  const std::string lower = base::ToLower(declared);
  const std::string word(base::Trim(lower.substr(0, lower.find('('))));
  const auto has = [&word](std::string_view part) { return word.find(part) != std::string::npos; };
  if (word == "boolean" || word == "bool") return DataType::Boolean();
  if (word == "date") return DataType::Date();
  if (word == "time") return DataType::String();
  if (word.starts_with("datetime") || word.starts_with("timestamp")) return DataType::Timestamp();
  if (word == "decimal_text") return DecimalOf(lower);  // DeclaredOf.
  if (word == "decimal" || word == "numeric" || word == "dec") return DecimalOf(lower);
  // SQLite's own rules of affinity, in its order.
  if (has("point")) return std::nullopt;  // An INT to SQLite, and to nobody else.
  if (has("int")) return DataType::Long();
  if (has("char") || has("clob") || has("text")) return DataType::String();
  if (has("blob")) return DataType::Binary();
  if (has("real") || has("floa") || has("doub")) return DataType::Double();
  return std::nullopt;
}

Affinity AffinityOf(std::string_view declared) {
  const std::string word = base::ToLower(declared);
  const auto has = [&word](std::string_view part) { return word.find(part) != std::string::npos; };
  if (has("int")) return Affinity::kInteger;
  if (has("char") || has("clob") || has("text")) return Affinity::kText;
  if (word.empty() || has("blob")) return Affinity::kNone;
  if (has("real") || has("floa") || has("doub")) return Affinity::kReal;
  return Affinity::kNumeric;
}

std::optional<std::string> DeclaredOf(const DataType& type) {
  switch (type.id()) {
    case TypeId::kBoolean: return "BOOLEAN";
    case TypeId::kByte: return "TINYINT";
    case TypeId::kShort: return "SMALLINT";
    case TypeId::kInt: return "INTEGER";
    case TypeId::kLong: return "BIGINT";
    case TypeId::kFloat: return "FLOAT";
    case TypeId::kDouble: return "DOUBLE";
    case TypeId::kString:
    case TypeId::kNull: return "TEXT";
    case TypeId::kBinary: return "BLOB";
    // Text keeps every digit: SQLite would make a float of a NUMERIC.
    case TypeId::kDecimal:
      return "DECIMAL_TEXT(" + std::to_string(type.precision()) + "," +
             std::to_string(type.scale()) + ")";
    case TypeId::kDate: return "DATE";
    case TypeId::kTime: return "TIME";
    case TypeId::kTimestamp:
    case TypeId::kTimestampNtz: return "TIMESTAMP";
    default: return std::nullopt;
  }
}

}  // namespace tenon::sqlite
