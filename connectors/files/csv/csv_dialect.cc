#include "connectors/files/csv/csv_dialect.h"

#include <cctype>
#include <set>
#include <utility>

#include "base/text.h"
#include "tenon/option_spec.h"

namespace tenon::files {
namespace {

Status WrongCharacter(const char* option, const std::string& value) {
  return Status::InvalidArgument("Option must be one ASCII character: option=" +
                                 std::string(option) + " value=" + base::ShortText(value, 40));
}

Result<uint8_t> OneCharacter(const char* option, const std::string& value) {
  if (value == "\\t") return uint8_t{'\t'};
  if (value.size() != 1 || static_cast<uint8_t>(value[0]) >= 0x80) {
    return WrongCharacter(option, value)
        .WithHint("Separators of several characters cannot be read; replace them in the file.");
  }
  if (value[0] == '\n' || value[0] == '\r' || value[0] == '\0') {
    return WrongCharacter(option, value).WithHint("Line ends and NUL cannot be used here.");
  }
  return static_cast<uint8_t>(value[0]);
}

// A quote or escaper that numbers are made of could not be told from them.
Status CheckMark(const char* option, uint8_t c) {
  if (!std::isalnum(c) && c != '-' && c != '+' && c != '.') return Status::Ok();
  return Status::InvalidArgument("Option must not be a letter, a digit or a sign: option=" +
                                 std::string(option) + " value=" + static_cast<char>(c));
}

Status Same(const char* one, const char* other, uint8_t value) {
  return Status::InvalidArgument("Options must differ: option=" + std::string(one) +
                                 " option=" + other + " value=" + static_cast<char>(value));
}

bool CanBeDeclared(const DataType& type) {
  switch (type.id()) {
    case TypeId::kNull:
    case TypeId::kBinary: return false;
    case TypeId::kDecimal: return type.precision() <= 38;
    default: return !type.is_nested();
  }
}

}  // namespace

Result<CsvDialect> CheckDialect(const CsvDialectWords& words) {
  CsvDialect dialect;
  dialect.multi_line = words.multi_line;
  TENON_ASSIGN_OR_RETURN(dialect.separator, OneCharacter("separator", words.separator));
  dialect.quote.reset();
  if (words.quote_char != "-1") {
    TENON_ASSIGN_OR_RETURN(dialect.quote, OneCharacter("quoteChar", words.quote_char));
    TENON_RETURN_IF_ERROR(CheckMark("quoteChar", *dialect.quote));
    if (dialect.quote == dialect.separator)
      return Same("quoteChar", "separator", dialect.separator);
  }
  if (!words.escaper.empty() && words.escaper != "-1") {
    TENON_ASSIGN_OR_RETURN(dialect.escaper, OneCharacter("escaper", words.escaper));
    TENON_RETURN_IF_ERROR(CheckMark("escaper", *dialect.escaper));
    if (dialect.escaper == dialect.separator)
      return Same("escaper", "separator", dialect.separator);
    if (dialect.escaper == dialect.quote) dialect.escaper.reset();
  }
  return dialect;
}

Result<Schema> ParseDeclaredColumns(const std::string& text) {
  const std::string_view trimmed = base::Trim(text);
  if (trimmed.empty()) return Schema();
  const bool whole = trimmed.starts_with("struct<");
  Result<DataType> type =
      DataType::Parse(whole ? std::string(trimmed) : "struct<" + std::string(trimmed) + ">");
  if (!type.ok() || type->id() != TypeId::kStruct) {
    return Status::InvalidArgument(
               "Option cannot be read: option=columns value=" + base::ShortText(text, 200) +
               (type.ok() ? "" : " reason=" + std::string(type.status().message())))
        .WithHint("Write it as id:long,price:decimal(10,2).");
  }
  std::set<std::string> names;
  for (const Field& field : type->fields()) {
    if (!names.insert(field.name).second) {
      return Status::InvalidArgument("Column is declared twice: option=columns column=" +
                                     field.name);
    }
    if (!CanBeDeclared(field.type)) {
      return Status::InvalidArgument(
                 "CSV holds no column of this type: option=columns column=" + field.name +
                 " type=" + field.type.ToString())
          .WithHint("Declare it as string and convert it behind the read.");
    }
  }
  return Schema({type->fields().begin(), type->fields().end()});
}

Result<CsvTypes> ParseCsvTypes(const std::string& text) {
  const std::string lower = base::ToLower(text);
  if (lower == "strings") return CsvTypes::kStrings;
  if (lower == "infer") return CsvTypes::kInfer;
  const std::string nearest = NearestName(text, {"strings", "infer"});
  return Status::InvalidArgument("Option must be strings or infer: option=types value=" +
                                 base::ShortText(text, 40))
      .WithHint(nearest.empty() ? "" : "Did you mean " + nearest + "?");
}

}  // namespace tenon::files
