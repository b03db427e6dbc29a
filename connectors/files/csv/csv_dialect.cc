#include "connectors/files/csv/csv_dialect.h"

#include <cctype>
#include <set>
#include <utility>

#include "base/json.h"
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

// {"id": "long"}
Result<std::vector<Field>> FieldsOfJson(std::string_view text) {
  TENON_ASSIGN_OR_RETURN(const base::Json json, base::ParseJson(text));
  std::vector<Field> fields;
  for (const auto& [name, type] : json.items()) {
    if (!type.is_string()) {
      return Status::InvalidArgument("A type must be a text: column=" + name);
    }
    TENON_ASSIGN_OR_RETURN(DataType parsed, DataType::Parse(type.get<std::string>()));
    fields.push_back({.name = name, .type = std::move(parsed)});
  }
  return fields;
}

// id:long,price:decimal(10,2)
Result<std::vector<Field>> FieldsOfType(std::string_view text) {
  const bool whole = text.starts_with("struct<");
  TENON_ASSIGN_OR_RETURN(
      const DataType type,
      DataType::Parse(whole ? std::string(text) : "struct<" + std::string(text) + ">"));
  return std::vector<Field>(type.fields().begin(), type.fields().end());
}

Result<Schema> ParseDeclaredColumns(const std::string& text) {
  const std::string_view trimmed = base::Trim(text);
  if (trimmed.empty()) return Schema();
  Result<std::vector<Field>> fields =
      trimmed.starts_with('{') ? FieldsOfJson(trimmed) : FieldsOfType(trimmed);
  if (!fields.ok()) {
    return Status::InvalidArgument(
               "Option cannot be read: option=columns value=" + base::ShortText(text, 200) +
               " reason=" + std::string(fields.status().message()))
        .WithHint("Write it as id:long,price:decimal(10,2), or as a JSON object.");
  }
  std::set<std::string> names;
  for (const Field& field : *fields) {
    if (!names.insert(field.name).second) {
      return Status::InvalidArgument("Column is declared twice: option=columns column=" +
                                     field.name);
    }
    if (!CanBeDeclared(field.type)) {
      return Status::InvalidArgument("CSV holds no column of this type: option=columns column=" +
                                     field.name + " type=" + field.type.ToString())
          .WithHint("Declare it as string and convert it behind the read.");
    }
  }
  return Schema(*std::move(fields));
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

Result<CsvReadOptions> CheckCsvRead(const CsvReadWords& words) {
  CsvReadOptions options{.with_header = words.with_header, .skip_first = words.skip_first};
  TENON_ASSIGN_OR_RETURN(options.dialect, CheckDialect(words.dialect));
  TENON_ASSIGN_OR_RETURN(options.types, ParseCsvTypes(words.types));
  TENON_ASSIGN_OR_RETURN(options.declared, ParseDeclaredColumns(words.columns));
  return options;
}

Result<CsvWriteOptions> CheckCsvWrite(const std::string& separator, const std::string& quote_char,
                                      bool write_header) {
  TENON_ASSIGN_OR_RETURN(const CsvDialect dialect,
                         CheckDialect({.separator = separator, .quote_char = quote_char}));
  return CsvWriteOptions{
      .separator = dialect.separator, .quote = dialect.quote, .write_header = write_header};
}

}  // namespace tenon::files
