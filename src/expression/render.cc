#include "expression/render.h"

#include <array>
#include <charconv>
#include <cmath>

#include "base/text.h"
#include "base/time.h"
#include "expression/column_path.h"
#include "expression/fold.h"
#include "expression/number.h"

namespace tenon::expression {
namespace {

using Text = std::optional<std::string>;

std::string Hex(std::string_view bytes) {
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string hex;
  for (const char c : bytes) {
    hex += kDigits[static_cast<uint8_t>(c) >> 4];
    hex += kDigits[static_cast<uint8_t>(c) & 15];
  }
  return hex;
}

// Of well-formed UTF-8.
size_t CountCharacters(std::string_view text) {
  size_t count = 0;
  for (const char c : text) count += (static_cast<uint8_t>(c) & 0xC0) != 0x80 ? 1 : 0;
  return count;
}

class Renderer {
 public:
  Renderer(const Schema& schema, Dialect dialect) : schema_(schema), dialect_(dialect) {}

  Text Render(const Predicate& predicate) const {
    switch (predicate.op) {
      case Op::kAlwaysTrue: return Is(Dialect::kSqlite) ? "(1 = 1)" : "(TRUE)";
      case Op::kAlwaysFalse: return Is(Dialect::kSqlite) ? "(1 = 0)" : "(FALSE)";
      case Op::kText: return std::nullopt;
      case Op::kAnd: return RenderArgs(predicate, " AND ");
      case Op::kOr: return RenderArgs(predicate, " OR ");
      case Op::kNot: {
        if (predicate.args.size() != 1) return std::nullopt;
        const Text arg = Render(predicate.args[0]);
        return arg ? Text("(NOT " + *arg + ")") : std::nullopt;
      }
      default: return RenderLeaf(predicate);
    }
  }

 private:
  bool Is(Dialect dialect) const { return dialect_ == dialect; }

  Text RenderArgs(const Predicate& predicate, std::string_view word) const {
    if (predicate.args.empty()) return std::nullopt;
    std::string sql;
    for (const Predicate& arg : predicate.args) {
      const Text text = Render(arg);
      if (!text) return std::nullopt;
      if (!sql.empty()) sql += word;
      sql += *text;
    }
    return "(" + sql + ")";
  }

  Text RenderLeaf(const Predicate& leaf) const {
    const std::optional<ColumnPlace> place = FindColumn(schema_, leaf.column);
    if (!place) return std::nullopt;
    const Text column = ColumnText(*place);
    if (!column) return std::nullopt;
    const TypeId type = place->type.id();
    if (type == TypeId::kChoice) return std::nullopt;
    if (leaf.op == Op::kIsNull) return "(" + *column + " IS NULL)";
    if (leaf.op == Op::kIsNotNull) return "(" + *column + " IS NOT NULL)";
    // What is not bound is not exact.
    for (const Literal& literal : leaf.values) {
      if (!literal.is_null() && !(literal.type == place->type)) return std::nullopt;
    }
    const bool text = type == TypeId::kString;
    if (text && (Is(Dialect::kAnsi)))
      return std::nullopt;  // Collation and padding are the store's own.
    const std::string value = text ? ByBytes(*column) : *column;
    if (leaf.op == Op::kIn) return RenderIn(leaf, value);
    if (leaf.values.size() != 1) return std::nullopt;
    if (IsTextMatch(leaf.op)) return text ? RenderTextMatch(leaf, *column) : std::nullopt;
    const Text literal = LiteralText(leaf.values[0]);
    if (!literal) return std::nullopt;
    return "(" + value + " " + Operator(leaf.op) + " " + *literal + ")";
  }

  Text RenderIn(const Predicate& leaf, const std::string& value) const {
    std::string list;
    for (const Literal& literal : leaf.values) {
      const Text text = LiteralText(literal);
      if (!text) return std::nullopt;
      if (!list.empty()) list += ", ";
      list += *text;
    }
    if (list.empty()) return std::nullopt;
    return "(" + value + " IN (" + list + "))";
  }

  // A text column whose comparison goes byte by byte.
  std::string ByBytes(const std::string& column) const {
    switch (dialect_) {
      case Dialect::kPostgres: return column + " COLLATE \"C\"";
      case Dialect::kMysql: return "CAST(CONVERT(" + column + " USING utf8mb4) AS BINARY)";
      case Dialect::kSqlite: return column + " COLLATE BINARY";
      default: return column;
    }
  }

  Text RenderTextMatch(const Predicate& leaf, const std::string& column) const {
    if (leaf.values[0].is_null()) return std::nullopt;
    const std::string& text = std::get<std::string>(leaf.values[0].value);
    const Text literal = LiteralText(leaf.values[0]);
    if (!literal || text.empty()) return std::nullopt;  // Empty: functions differ at the border.
    switch (dialect_) {
      case Dialect::kDuckdb:
      case Dialect::kSpark: {
        const bool duckdb = Is(Dialect::kDuckdb);
        const char* function = leaf.op == Op::kStartsWith ? (duckdb ? "starts_with" : "startswith")
                               : leaf.op == Op::kEndsWith ? (duckdb ? "suffix" : "endswith")
                                                          : "contains";
        return "(" + std::string(function) + "(" + column + ", " + *literal + "))";
      }
      case Dialect::kPostgres:
        return RenderMatch(leaf.op, ByBytes(column), *literal, CountCharacters(text), "strpos");
      case Dialect::kMysql:
        return RenderMatch(leaf.op, ByBytes(column), *literal, text.size(), "locate");
      case Dialect::kSqlite:
        return RenderSqliteMatch(leaf.op, column, *literal, CountCharacters(text));
      default: return std::nullopt;
    }
  }

  static Text RenderMatch(Op op, const std::string& value, const std::string& literal,
                          size_t length, std::string_view find) {
    const std::string count = std::to_string(length);
    if (op == Op::kStartsWith) return "(left(" + value + ", " + count + ") = " + literal + ")";
    if (op == Op::kEndsWith) return "(right(" + value + ", " + count + ") = " + literal + ")";
    if (find == "locate") return "(locate(" + literal + ", " + value + ") > 0)";
    return "(strpos(" + value + ", " + literal + ") > 0)";
  }

  static Text RenderSqliteMatch(Op op, const std::string& column, const std::string& literal,
                                size_t length) {
    const std::string count = std::to_string(length);
    if (op == Op::kStartsWith)
      return "(substr(" + column + ", 1, " + count + ") = " + literal + " COLLATE BINARY)";
    if (op == Op::kEndsWith) {
      // substr counts from the front when the text is shorter than asked for.
      return "(length(" + column + ") >= " + count + " AND substr(" + column + ", -" + count +
             ") = " + literal + " COLLATE BINARY)";
    }
    return "(instr(" + column + ", " + literal + ") > 0)";
  }

  std::string Operator(Op op) const {
    if (op != Op::kNullSafeEqual) return std::string(OpName(op));
    switch (dialect_) {
      case Dialect::kMysql:
      case Dialect::kSpark: return "<=>";
      case Dialect::kSqlite: return "IS";
      default: return "IS NOT DISTINCT FROM";
    }
  }

  Text ColumnText(const ColumnPlace& place) const {
    if (place.path.size() > 1 && !Is(Dialect::kDuckdb) && !Is(Dialect::kSpark)) return std::nullopt;
    std::string sql;
    std::span<const Field> fields = schema_.fields();
    for (const int index : place.path) {
      const Field& field = fields[static_cast<size_t>(index)];
      if (!base::IsUtf8(field.name) || field.name.find('\0') != std::string::npos)
        return std::nullopt;
      if (!sql.empty()) sql += '.';
      sql += QuoteIdentifier(field.name, dialect_);
      fields = field.type.fields();
    }
    return sql;
  }

  Text LiteralText(const Literal& literal) const {
    if (literal.is_null()) return "NULL";
    switch (literal.type.id()) {
      case TypeId::kBoolean: {
        const bool value = std::get<bool>(literal.value);
        if (Is(Dialect::kSqlite)) return value ? "1" : "0";
        return value ? "TRUE" : "FALSE";
      }
      case TypeId::kByte:
      case TypeId::kShort:
      case TypeId::kInt:
      case TypeId::kLong: return WholeText(std::get<int64_t>(literal.value));
      case TypeId::kFloat:
      case TypeId::kDouble: return RealText(std::get<double>(literal.value));
      case TypeId::kDecimal:
        if (Is(Dialect::kSqlite)) return std::nullopt;  // It has doubles only.
        return DecimalText(ToInt128(std::get<Decimal128>(literal.value)), literal.type.scale()) +
               (Is(Dialect::kSpark) ? "BD" : "");
      case TypeId::kString:
        if (Is(Dialect::kMysql)) return "X'" + Hex(std::get<std::string>(literal.value)) + "'";
        return QuoteText(std::get<std::string>(literal.value), dialect_);
      case TypeId::kBinary: return BytesText(std::get<std::string>(literal.value));
      case TypeId::kDate:
      case TypeId::kTime:
      case TypeId::kTimestamp:
      case TypeId::kTimestampNtz:
        return MomentText(literal.type.id(), std::get<int64_t>(literal.value));
      default: return std::nullopt;
    }
  }

  Text WholeText(int64_t value) const {
    // The digits of the smallest value alone are beyond the type.
    if (value == INT64_MIN) return "(-9223372036854775807 - 1)";
    return std::to_string(value) + (Is(Dialect::kSpark) ? "L" : "");
  }

  Text RealText(double value) const {
    if (!std::isfinite(value)) {
      const std::string name = std::isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
      switch (dialect_) {
        case Dialect::kPostgres: return "'" + name + "'::float8";
        case Dialect::kDuckdb: return "'" + name + "'::DOUBLE";
        case Dialect::kSpark: return "double('" + name + "')";
        case Dialect::kSqlite:
          if (std::isnan(value)) return std::nullopt;
          return value > 0 ? "9e999" : "-9e999";
        default: return std::nullopt;
      }
    }
    // An exponent makes it a double everywhere, not a decimal.
    std::array<char, 64> text{};
    const auto result =
        std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific);
    const std::string number(text.data(), result.ptr);
    if (Is(Dialect::kPostgres)) return "'" + number + "'::float8";
    if (Is(Dialect::kDuckdb)) return "'" + number + "'::DOUBLE";
    return number;
  }

  Text BytesText(const std::string& bytes) const {
    switch (dialect_) {
      case Dialect::kPostgres: return "'\\x" + Hex(bytes) + "'::bytea";
      case Dialect::kDuckdb: return "from_hex('" + Hex(bytes) + "')";
      default: return "X'" + Hex(bytes) + "'";
    }
  }

  Text MomentText(TypeId type, int64_t value) const {
    if (Is(Dialect::kSqlite)) return std::nullopt;  // It has no such types.
    if (type == TypeId::kTime) {
      if (Is(Dialect::kSpark) || value < 0 || value >= base::kMicrosPerDay) return std::nullopt;
      return "TIME '" + base::FormatTimeOfDay(value) + "'";
    }
    const int64_t micros_of_day = value % base::kMicrosPerDay;
    const int64_t days =
        type == TypeId::kDate ? value : value / base::kMicrosPerDay - (micros_of_day < 0 ? 1 : 0);
    const int64_t year = base::CivilFromDays(days).year;
    if (year < 1 || year > 9999) return std::nullopt;  // Written differently in each store.
    if (type == TypeId::kDate) return "DATE '" + base::FormatDate(value) + "'";
    const std::string text = base::FormatTimestamp(value);
    if (type == TypeId::kTimestampNtz) {
      return (Is(Dialect::kSpark) ? "TIMESTAMP_NTZ '" : "TIMESTAMP '") + text + "'";
    }
    switch (dialect_) {
      case Dialect::kPostgres:
      case Dialect::kDuckdb: return "TIMESTAMPTZ '" + text + "+00'";
      case Dialect::kSpark: return "TIMESTAMP '" + text + " UTC'";
      default: return std::nullopt;  // An instant there depends on the session's zone.
    }
  }

  const Schema& schema_;
  const Dialect dialect_;
};

}  // namespace

std::optional<std::string> RenderPredicate(const Predicate& predicate, const Schema& schema,
                                           Dialect dialect) {
  return Renderer(schema, dialect).Render(predicate);
}

RenderedWhere RenderWhere(std::span<const Predicate> conjuncts, const Schema& schema,
                          Dialect dialect) {
  RenderedWhere where;
  for (const Predicate& conjunct : conjuncts) {
    const std::optional<std::string> sql = RenderPredicate(conjunct, schema, dialect);
    where.taken.push_back(sql.has_value());
    if (!sql) continue;
    if (!where.sql.empty()) where.sql += " AND ";
    where.sql += *sql;
  }
  return where;
}

std::string QuoteIdentifier(std::string_view name, Dialect dialect) {
  const char quote = dialect == Dialect::kMysql || dialect == Dialect::kSpark ? '`' : '"';
  std::string quoted(1, quote);
  for (const char c : name) quoted.append(c == quote ? 2 : 1, c);
  return quoted + quote;
}

std::optional<std::string> QuoteText(std::string_view text, Dialect dialect) {
  if (text.find('\0') != std::string_view::npos || !base::IsUtf8(text)) return std::nullopt;
  const bool backslash = dialect == Dialect::kMysql || dialect == Dialect::kSpark;
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      // Before Spark 4 a doubled quote ends one literal and starts another.
      quoted += dialect == Dialect::kSpark ? "\\'" : "''";
    } else if (c == '\\' && backslash) {
      quoted += "\\\\";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

}  // namespace tenon::expression
