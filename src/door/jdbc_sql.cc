#include "door/jdbc_sql.h"

#include <algorithm>

namespace tenon::jdbc::internal {
namespace {

constexpr int64_t kMaxPartitions = 1'000'000;
constexpr int kOptionBounds = 1004;  // Of src/base/error_catalog.h, which the door does not see.
constexpr int kMissingOption = 1003;

__extension__ using Wide = __int128;

bool IsWhole(const DataType& type) {
  return type.id() >= TypeId::kByte && type.id() <= TypeId::kLong;
}

std::string_view Word(Op op) {
  switch (op) {
    case Op::kEqual: return " = ";
    case Op::kNotEqual: return " <> ";
    case Op::kLess: return " < ";
    case Op::kLessOrEqual: return " <= ";
    case Op::kGreater: return " > ";
    case Op::kGreaterOrEqual: return " >= ";
    default: return "";
  }
}

// REQUIRES: a whole number, text or NULL.
std::string LiteralText(const Literal& literal) {
  if (literal.is_null()) return "NULL";
  if (const int64_t* number = std::get_if<int64_t>(&literal.value)) return std::to_string(*number);
  std::string text = "'";
  for (const char letter : std::get<std::string>(literal.value)) {
    text += letter;
    if (letter == '\'') text += letter;
  }
  return text + "'";
}

bool Decides(const Predicate& predicate, const Schema& schema, const Dialect& dialect) {
  switch (predicate.op) {
    case Op::kText: return true;
    case Op::kAnd:
    case Op::kOr:
    case Op::kNot:
      return std::all_of(predicate.args.begin(), predicate.args.end(), [&](const Predicate& part) {
        return part.op != Op::kText && Decides(part, schema, dialect);
      });
    case Op::kIsNull:
    case Op::kIsNotNull:
    case Op::kIn: break;
    default:
      if (Word(predicate.op).empty()) return false;
  }
  const std::optional<int> column = schema.IndexOf(predicate.column);
  if (!column) return false;
  const DataType& type = schema.field(*column).type;
  if (predicate.op == Op::kIn && predicate.values.empty()) return false;
  // A backslash means something in the text of some databases and nothing in that of others.
  for (const Literal& literal : predicate.values) {
    const std::string* text = std::get_if<std::string>(&literal.value);
    if (text != nullptr && text->find_first_of(std::string_view("\\\0", 2)) != std::string::npos)
      return false;
  }
  return (dialect.numbers && IsWhole(type)) || (dialect.text && type == DataType::String());
}

// value / count, rounded half to even, times 10^18, as Spark's decimals have it.
Wide ScaledQuotient(int64_t value, int64_t count) {
  constexpr Wide kScale = 1'000'000'000'000'000'000;
  const Wide scaled = value * kScale;
  Wide quotient = scaled / count;
  const Wide rest = scaled % count, twice = (rest < 0 ? -rest : rest) * 2;
  if (twice > count || (twice == count && quotient % 2 != 0)) quotient += value < 0 ? -1 : 1;
  return quotient;
}

}  // namespace

const OptionSpec<JdbcOptions>& Spec() {
  static const auto spec =
      OptionSpec<JdbcOptions>(UnknownOptions::kPass)
          .Add("url", &JdbcOptions::url, {.help = "Where the database is.", .required = true})
          .Add("dbTable", &JdbcOptions::db_table, {.help = "The table to read: this, or query."})
          .Add("query", &JdbcOptions::query, {.help = "The statement whose rows are read."})
          .Add("filterPredicate", &JdbcOptions::filter_predicate,
               {.help = "A condition in the database's SQL, added to each query."})
          .Add("partitionColumn", &JdbcOptions::partition_column,
               {.help = "A whole-number column by which the rows are read in parts."})
          .Add("lowerBound", &JdbcOptions::lower_bound,
               {.help = "About the column's lowest value: for the width of the parts."})
          .Add("upperBound", &JdbcOptions::upper_bound, {.help = "About its highest value."})
          .Add("numPartitions", &JdbcOptions::num_partitions,
               {.help = "How many parts.", .minimum = 1, .maximum = double{kMaxPartitions}})
          .Add("user", &JdbcOptions::user, {.help = "Who connects."})
          .Add("password", &JdbcOptions::password, {.help = "The user's password."});
  return spec;
}

Result<JdbcOptions> ParseOwn(const Options& options) {
  TENON_ASSIGN_OR_RETURN(JdbcOptions parsed, Spec().Parse(options));
  if (parsed.db_table.empty() == parsed.query.empty()) {
    return Status::InvalidArgument("One of two options is needed: options=dbTable,query")
        .WithHint("Give dbTable to read a table, or query to read a statement's rows.")
        .WithNumber(kMissingOption);
  }
  const int given = parsed.partition_column.has_value() + parsed.lower_bound.has_value() +
                    parsed.upper_bound.has_value() + parsed.num_partitions.has_value();
  if (given != 0 && given != 4) {
    return Status::InvalidArgument(
               "Options belong together: options=partitionColumn,lowerBound,upperBound,"
               "numPartitions")
        .WithHint("Give all four of them, or none.")
        .WithNumber(kMissingOption);
  }
  if (given == 4 && *parsed.lower_bound > *parsed.upper_bound) {
    return Status::InvalidArgument("Bounds are the wrong way round: option=lowerBound value=" +
                                   std::to_string(*parsed.lower_bound) +
                                   " upperBound=" + std::to_string(*parsed.upper_bound))
        .WithNumber(kOptionBounds);
  }
  return parsed;
}

std::string Quoted(std::string_view name, const Dialect& dialect) {
  const std::string& quote = dialect.identifier_quote;
  std::string text = quote;
  for (const char letter : name) {
    text += letter;
    if (quote.size() == 1 && letter == quote[0]) text += letter;
  }
  return text + quote;
}

PushDown AnswerTo(const Predicate& conjunct, const Schema& schema, const Dialect& dialect) {
  return Decides(conjunct, schema, dialect) ? PushDown::kExact : PushDown::kNone;
}

std::string ConditionOf(const Predicate& predicate, const Dialect& dialect) {
  const auto joined = [&](std::string_view word) {
    std::string text = "(";
    for (const Predicate& part : predicate.args) {
      if (text.size() > 1) text += word;
      text += ConditionOf(part, dialect);
    }
    return text + ")";
  };
  switch (predicate.op) {
    case Op::kText: return "(" + predicate.text + ")";
    case Op::kAnd: return joined(" AND ");
    case Op::kOr: return joined(" OR ");
    case Op::kNot: return "(NOT " + ConditionOf(predicate.args.at(0), dialect) + ")";
    case Op::kIsNull: return Quoted(predicate.column, dialect) + " IS NULL";
    case Op::kIsNotNull: return Quoted(predicate.column, dialect) + " IS NOT NULL";
    case Op::kIn: {
      std::string text = Quoted(predicate.column, dialect) + " IN (";
      for (size_t i = 0; i < predicate.values.size(); ++i)
        text += (i > 0 ? ", " : "") + LiteralText(predicate.values[i]);
      return text + ")";
    }
    default:
      return Quoted(predicate.column, dialect) + std::string(Word(predicate.op)) +
             LiteralText(predicate.values.at(0));
  }
}

std::string SelectOf(const JdbcOptions& options, const std::vector<std::string>& columns,
                     const std::vector<std::string>& conditions, const Dialect& dialect) {
  std::string sql = "SELECT ";
  for (size_t i = 0; i < columns.size(); ++i)
    sql += (i > 0 ? ", " : "") + (columns[i] == "*" ? "*" : Quoted(columns[i], dialect));
  if (columns.empty()) sql += "1";
  sql +=
      " FROM " + (options.query.empty() ? options.db_table : "(" + options.query + ") tenon_query");
  std::vector<std::string> all = conditions;
  if (!options.filter_predicate.empty()) all.push_back("(" + options.filter_predicate + ")");
  std::erase(all, "");
  for (size_t i = 0; i < all.size(); ++i) sql += (i > 0 ? " AND " : " WHERE ") + all[i];
  return sql;
}

std::vector<std::string> PartitionConditions(const JdbcOptions& options, const Dialect& dialect) {
  if (!options.partition_column) return {""};
  const int64_t lower = *options.lower_bound, upper = *options.upper_bound;
  const Wide width = Wide{upper} - lower;
  const auto parts =
      static_cast<int64_t>(std::min<Wide>(*options.num_partitions, std::max<Wide>(width, 1)));
  if (parts <= 1) return {""};
  // The stride loses a fraction in each part; half of all that is lost goes below the first bound.
  constexpr Wide kScale = 1'000'000'000'000'000'000;
  const Wide precise = ScaledQuotient(upper, parts) - ScaledQuotient(lower, parts);
  const Wide stride = std::max<Wide>(precise / kScale, 1);
  const Wide lost = std::max<Wide>(precise - stride * kScale, 0) * parts;
  const std::string column = Quoted(*options.partition_column, dialect);
  std::vector<std::string> conditions;
  Wide bound = lower + (lost + kScale) / (2 * kScale);
  for (int64_t part = 0; part < parts; ++part) {
    const std::string from = column + " >= " + std::to_string(static_cast<int64_t>(bound));
    bound += stride;
    const std::string to = column + " < " + std::to_string(static_cast<int64_t>(bound));
    conditions.push_back(part == 0           ? "(" + to + " OR " + column + " IS NULL)"
                         : part + 1 == parts ? from
                                             : from + " AND " + to);
  }
  return conditions;
}

}  // namespace tenon::jdbc::internal
