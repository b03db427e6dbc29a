#include "testing/typed_text.h"

#include <algorithm>
#include <cstdio>
#include <map>

namespace tenon::testing {
namespace {

std::string DecimalDigits(Decimal128 value) {
  __extension__ auto number =
      static_cast<__int128>((static_cast<unsigned __int128>(value.high) << 64) | value.low);
  if (number == 0) return "0";
  const bool negative = number < 0;
  std::string digits;
  for (; number != 0; number /= 10) {
    const int digit = static_cast<int>(number % 10);
    digits += static_cast<char>('0' + (digit < 0 ? -digit : digit));
  }
  if (negative) digits += '-';
  std::reverse(digits.begin(), digits.end());
  return digits;
}

std::string Members(const std::map<std::string, std::string>& members) {
  std::string text;
  for (const auto& [name, value] : members) {
    text += (text.empty() ? "" : ",") + TypedString(name).substr(7) + ":" + value;
  }
  return "{" + text + "}";
}

}  // namespace

std::string TypedDouble(double value) {
  char text[64];
  std::snprintf(text, sizeof(text), "double %a", value);
  return text;
}

std::string TypedString(std::string_view value) {
  std::string text = "string \"";
  for (const char c : value) {
    if (static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\') {
      char escaped[8];
      std::snprintf(escaped, sizeof(escaped), "\\x%02x", static_cast<unsigned char>(c));
      text += escaped;
    } else {
      text += c;
    }
  }
  return text + "\"";
}

std::string TypedText(const ColumnView& column, int64_t row) {
  const DataType& type = column.type();
  if (type.id() == TypeId::kNull || column.is_null(row)) return "null";
  switch (type.id()) {
    case TypeId::kBoolean: return column.GetBoolean(row) ? "true" : "false";
    case TypeId::kFloat:
    case TypeId::kDouble: return TypedDouble(column.GetDouble(row));
    case TypeId::kDecimal: return "decimal " + DecimalDigits(column.GetDecimal(row));
    case TypeId::kString:
    case TypeId::kBinary: return TypedString(column.GetString(row));
    case TypeId::kChoice: return TypedText(column.child(column.choice(row)), row);
    case TypeId::kStruct: {
      std::map<std::string, std::string> members;
      for (size_t i = 0; i < type.fields().size(); ++i) {
        std::string value = TypedText(column.child(static_cast<int>(i)), row);
        if (value != "null") members[type.fields()[i].name] = std::move(value);
      }
      return Members(members);
    }
    case TypeId::kArray: {
      std::string text;
      const ColumnView::Range range = column.range(row);
      for (int64_t at = range.begin; at < range.end; ++at) {
        text += (at == range.begin ? "" : ",") + TypedText(column.elements(), at);
      }
      return "[" + text + "]";
    }
    case TypeId::kMap: {
      std::map<std::string, std::string> members;
      const ColumnView::Range range = column.range(row);
      for (int64_t at = range.begin; at < range.end; ++at) {
        members[std::string(column.keys().GetString(at))] = TypedText(column.elements(), at);
      }
      return "map " + Members(members);
    }
    default: return std::string(type.name()) + " " + std::to_string(column.GetLong(row));
  }
}

std::string TypedRow(const RecordBatch& batch, int64_t row) {
  const BatchView view(batch);
  std::map<std::string, std::string> members;
  for (int i = 0; i < batch.num_columns(); ++i) {
    std::string value = TypedText(view.column(i), row);
    if (value != "null") members[batch.schema().field(i).name] = std::move(value);
  }
  return Members(members);
}

}  // namespace tenon::testing
