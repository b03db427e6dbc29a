#include "tenon/expression.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <string_view>
#include <utility>

namespace tenon {
namespace {

constexpr int64_t kMicrosPerSecond = 1000000;
constexpr int64_t kSecondsPerDay = 86400;

std::string Padded(uint64_t number, size_t digits) {
  std::string text = std::to_string(number);
  return text.size() < digits ? std::string(digits - text.size(), '0') + text : text;
}

std::string DateText(int64_t days) {
  using std::chrono::sys_days;
  // The calendar of <chrono> covers the years -32767 to 32767; a day beyond is shown as a number.
  constexpr int64_t kFurthestDay = 11000000;
  if (days < -kFurthestDay || days > kFurthestDay) return std::to_string(days);
  const std::chrono::year_month_day date{sys_days(std::chrono::days(days))};
  const int year = static_cast<int>(date.year());
  return (year < 0 ? "-" : "") + Padded(static_cast<uint64_t>(std::abs(year)), 4) + "-" +
         Padded(static_cast<unsigned>(date.month()), 2) + "-" +
         Padded(static_cast<unsigned>(date.day()), 2);
}

std::string TimeText(int64_t micros) {
  const uint64_t seconds = static_cast<uint64_t>(micros / kMicrosPerSecond);
  std::string text = Padded(seconds / 3600, 2) + ":" + Padded(seconds / 60 % 60, 2) + ":" +
                     Padded(seconds % 60, 2);
  if (const int64_t fraction = micros % kMicrosPerSecond)
    text += "." + Padded(static_cast<uint64_t>(fraction), 6);
  return text;
}

std::string TimestampText(int64_t micros) {
  constexpr int64_t kMicrosPerDay = kMicrosPerSecond * kSecondsPerDay;
  int64_t days = micros / kMicrosPerDay, rest = micros % kMicrosPerDay;
  if (rest < 0) {
    rest += kMicrosPerDay;
    --days;
  }
  return DateText(days) + " " + TimeText(rest);
}

std::string QuoteSql(std::string_view text) {
  std::string quoted = "'";
  for (char letter : text) quoted += letter == '\'' ? std::string("''") : std::string(1, letter);
  return quoted + "'";
}

std::string HexText(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string text;
  for (char letter : bytes) {
    text += kDigits[static_cast<uint8_t>(letter) >> 4];
    text += kDigits[static_cast<uint8_t>(letter) & 0xF];
  }
  return text;
}

std::string DoubleText(double number) {
  if (std::isnan(number)) return "double('NaN')";
  if (std::isinf(number)) return number < 0 ? "double('-Infinity')" : "double('Infinity')";
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof(buffer), number).ptr;
  std::string text(buffer, end);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text + "D";
}

std::string DecimalText(Decimal128 decimal, int scale) {
  using Wide = unsigned __int128;
  Wide rest = static_cast<Wide>(static_cast<uint64_t>(decimal.high)) << 64 | decimal.low;
  const bool negative = decimal.high < 0;
  if (negative) rest = ~rest + 1;
  std::string digits;
  do {
    digits += static_cast<char>('0' + static_cast<int>(rest % 10));
    rest /= 10;
  } while (rest != 0);
  while (digits.size() <= static_cast<size_t>(scale)) digits += '0';
  std::reverse(digits.begin(), digits.end());
  if (scale > 0) digits.insert(digits.size() - static_cast<size_t>(scale), 1, '.');
  return (negative ? "-" : "") + digits;
}

std::string WholeText(TypeId type, int64_t value) {
  switch (type) {
    case TypeId::kByte: return std::to_string(value) + "Y";
    case TypeId::kShort: return std::to_string(value) + "S";
    case TypeId::kLong: return std::to_string(value) + "L";
    case TypeId::kDate: return "DATE '" + DateText(value) + "'";
    case TypeId::kTime: return "TIME '" + TimeText(value) + "'";
    case TypeId::kTimestamp: return "TIMESTAMP '" + TimestampText(value) + "'";
    case TypeId::kTimestampNtz: return "TIMESTAMP_NTZ '" + TimestampText(value) + "'";
    default: return std::to_string(value);
  }
}

// A dotted path of plain words stands as it is; anything else goes into backticks.
std::string ColumnText(const std::string& column) {
  const bool plain =
      !column.empty() && std::all_of(column.begin(), column.end(), [](unsigned char letter) {
        return letter == '_' || letter == '.' || (letter >= '0' && letter <= '9') ||
               (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               letter >= 0x80;
      });
  if (plain) return column;
  std::string quoted = "`";
  for (char letter : column) quoted += letter == '`' ? std::string("``") : std::string(1, letter);
  return quoted + "`";
}

std::string Joined(const std::vector<Predicate>& args, std::string_view word) {
  std::string text = "(";
  for (size_t i = 0; i < args.size(); ++i) {
    if (i > 0) text += " " + std::string(word) + " ";
    text += args[i].ToString();
  }
  return text + ")";
}

void AddColumns(const Predicate& predicate, std::vector<std::string>* columns) {
  if (!predicate.column.empty() &&
      std::find(columns->begin(), columns->end(), predicate.column) == columns->end()) {
    columns->push_back(predicate.column);
  }
  for (const Predicate& arg : predicate.args) AddColumns(arg, columns);
}

}  // namespace

std::string_view OpName(Op op) {
  switch (op) {
    case Op::kEqual: return "=";
    case Op::kNullSafeEqual: return "<=>";
    case Op::kNotEqual: return "<>";
    case Op::kLess: return "<";
    case Op::kLessOrEqual: return "<=";
    case Op::kGreater: return ">";
    case Op::kGreaterOrEqual: return ">=";
    case Op::kIsNull: return "IS_NULL";
    case Op::kIsNotNull: return "IS_NOT_NULL";
    case Op::kIn: return "IN";
    case Op::kStartsWith: return "STARTS_WITH";
    case Op::kEndsWith: return "ENDS_WITH";
    case Op::kContains: return "CONTAINS";
    case Op::kAnd: return "AND";
    case Op::kOr: return "OR";
    case Op::kNot: return "NOT";
    case Op::kAlwaysTrue: return "ALWAYS_TRUE";
    case Op::kAlwaysFalse: return "ALWAYS_FALSE";
    case Op::kText: return "TEXT";
  }
  return "UNKNOWN";
}

std::string Literal::ToString() const {
  if (const bool* truth = std::get_if<bool>(&value)) return *truth ? "TRUE" : "FALSE";
  if (const int64_t* whole = std::get_if<int64_t>(&value)) return WholeText(type.id(), *whole);
  if (const double* real = std::get_if<double>(&value)) {
    std::string text = DoubleText(*real);
    if (type.id() == TypeId::kFloat) {
      text = text.ends_with('D') ? text.substr(0, text.size() - 1) + "F" : "float" + text.substr(6);
    }
    return text;
  }
  if (const Decimal128* decimal = std::get_if<Decimal128>(&value))
    return DecimalText(*decimal, type.scale()) + "BD";
  if (const std::string* text = std::get_if<std::string>(&value)) {
    return type.id() == TypeId::kBinary ? "X'" + HexText(*text) + "'" : QuoteSql(*text);
  }
  return "NULL";
}

Predicate Predicate::Compare(Op op, std::string column, Literal value) {
  return {op, std::move(column), {std::move(value)}, {}, {}};
}
Predicate Predicate::In(std::string column, std::vector<Literal> values) {
  return {Op::kIn, std::move(column), std::move(values), {}, {}};
}
Predicate Predicate::IsNull(std::string column) {
  return {Op::kIsNull, std::move(column), {}, {}, {}};
}
Predicate Predicate::IsNotNull(std::string column) {
  return {Op::kIsNotNull, std::move(column), {}, {}, {}};
}
Predicate Predicate::And(std::vector<Predicate> args) {
  return {Op::kAnd, {}, {}, std::move(args), {}};
}
Predicate Predicate::Or(std::vector<Predicate> args) {
  return {Op::kOr, {}, {}, std::move(args), {}};
}
Predicate Predicate::Not(Predicate arg) { return {Op::kNot, {}, {}, {std::move(arg)}, {}}; }
Predicate Predicate::Text(std::string text) { return {Op::kText, {}, {}, {}, std::move(text)}; }

std::string Predicate::ToString() const {
  const std::string name = ColumnText(column);
  const std::string first = values.empty() ? "?" : values.front().ToString();
  switch (op) {
    case Op::kIsNull: return name + " IS NULL";
    case Op::kIsNotNull: return name + " IS NOT NULL";
    case Op::kIn: {
      std::string list;
      for (const Literal& literal : values) list += (list.empty() ? "" : ", ") + literal.ToString();
      return name + " IN (" + list + ")";
    }
    case Op::kStartsWith:
    case Op::kEndsWith:
    case Op::kContains: return std::string(OpName(op)) + "(" + name + ", " + first + ")";
    case Op::kAnd:
    case Op::kOr: return Joined(args, OpName(op));
    case Op::kNot: return "NOT " + (args.empty() ? std::string("?") : args.front().ToString());
    case Op::kAlwaysTrue: return "TRUE";
    case Op::kAlwaysFalse: return "FALSE";
    case Op::kText: return "{" + text + "}";
    default: return name + " " + std::string(OpName(op)) + " " + first;
  }
}

std::vector<std::string> Predicate::Columns() const {
  std::vector<std::string> columns;
  AddColumns(*this, &columns);
  return columns;
}

}  // namespace tenon
