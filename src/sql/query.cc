#include "sql/query.h"

#include <algorithm>

#include "base/error_catalog.h"
#include "base/text.h"
#include "tenon/option_spec.h"

namespace tenon::sql {
namespace {

Result<int> Find(const Schema& schema, std::string_view column) {
  if (const std::optional<int> index = schema.IndexOf(column)) return *index;
  Status status =
      Status::InvalidArgument("Column is not in the frame: column=" + std::string(column))
          .WithNumber(base::kErrUnknownColumn);
  const std::string above(column.substr(0, column.find('.')));
  const std::optional<int> parent = schema.IndexOf(above);
  if (parent && schema.field(*parent).type.id() == TypeId::kStruct) {
    return std::move(status).WithHint(
        "A field of a struct is no column of the frame: call unnest() first, and name it `" +
        std::string(column) + "` then, in back-ticks.");
  }
  const std::string near = NearestName(column, schema.names());
  if (!near.empty()) return std::move(status).WithHint("Did you mean " + near + "?");
  return std::move(status).WithHint("The frame's columns are " + base::Join(schema.names(), ", ") +
                                    ".");
}

std::string Column(int index) { return "c" + std::to_string(index); }

bool IsFloating(const DataType& type) {
  return type.id() == TypeId::kFloat || type.id() == TypeId::kDouble;
}

// What stands for a value when it is compared: -0.0 and 0.0 are one.
std::string Comparable(const DataType& type, const std::string& column) {
  if (!IsFloating(type)) return column;
  return "(CASE WHEN " + column +
         " = 0 THEN 0::" + (type.id() == TypeId::kFloat ? "FLOAT" : "DOUBLE") + " ELSE " + column +
         " END)";
}

Status CheckComparable(const Field& field) {
  const TypeId id = field.type.id();
  if (id == TypeId::kMap || id == TypeId::kChoice) {
    return Status::Unsupported("Values of this type cannot be compared: column=" + field.name +
                               " type=" + field.type.ToString())
        .WithHint(id == TypeId::kChoice ? "Resolve the choice first: resolveChoice(specs=[(\"" +
                                              field.name + "\", \"cast:string\")])."
                                        : "Choose another column.");
  }
  return Status::Ok();
}

std::vector<std::string> AllColumns(const Schema& schema) {
  std::vector<std::string> columns;
  for (int i = 0; i < schema.size(); ++i) columns.push_back(Column(i));
  return columns;
}

bool IsWhole(TypeId id) { return id >= TypeId::kByte && id <= TypeId::kLong; }

struct AggregateText {
  std::string text;
  DataType type;
};

std::string DecimalName(const DataType& type) {
  return "DECIMAL(" + std::to_string(type.precision()) + "," + std::to_string(type.scale()) + ")";
}

Status CannotAggregate(const Field& field, std::string_view what) {
  return Status::InvalidArgument("Column cannot be " + std::string(what) +
                                 ": column=" + field.name + " type=" + field.type.ToString())
      .WithHint("Cast it to a number first.");
}

// Spark: sums of whole numbers are long, of decimal(p,s) decimal(p+10,s), of others double.
Result<AggregateText> Sum(const Field& field, const std::string& column) {
  if (IsWhole(field.type.id()))
    return AggregateText{"sum(" + column + ")::BIGINT", DataType::Long()};
  if (IsFloating(field.type))
    return AggregateText{"sum(" + column + "::DOUBLE)", DataType::Double()};
  if (field.type.id() == TypeId::kDecimal) {
    const DataType type =
        DataType::Decimal(std::min(38, field.type.precision() + 10), field.type.scale());
    return AggregateText{"sum(" + column + ")::" + DecimalName(type), type};
  }
  return CannotAggregate(field, "summed");
}

// Spark: averages are double.
Result<AggregateText> Average(const Field& field, const std::string& column) {
  if (IsWhole(field.type.id()) || IsFloating(field.type)) {
    return AggregateText{"avg(" + column + "::DOUBLE)", DataType::Double()};
  }
  return CannotAggregate(field, "averaged");
}

Result<AggregateText> ToText(const Aggregate& aggregate, const Schema& input) {
  if (aggregate.kind == AggregateKind::kCountRows)
    return AggregateText{"count(*)", DataType::Long()};
  TENON_ASSIGN_OR_RETURN(int index, Find(input, aggregate.column));
  const Field& field = input.field(index);
  TENON_RETURN_IF_ERROR(CheckComparable(field));
  const std::string column = Column(index);
  switch (aggregate.kind) {
    case AggregateKind::kCount: return AggregateText{"count(" + column + ")", DataType::Long()};
    case AggregateKind::kCountDistinct:
      return AggregateText{"count(DISTINCT " + Comparable(field.type, column) + ")",
                           DataType::Long()};
    case AggregateKind::kSum: return Sum(field, column);
    case AggregateKind::kAverage: return Average(field, column);
    case AggregateKind::kMinimum: return AggregateText{"min(" + column + ")", field.type};
    case AggregateKind::kMaximum: return AggregateText{"max(" + column + ")", field.type};
    case AggregateKind::kCountRows: break;
  }
  return Status::Internal("Unknown aggregate");
}

// Equal keys have one hash, whatever their widths.
std::string Hashed(const DataType& type, const std::string& column) {
  if (IsWhole(type.id())) return column + "::BIGINT";
  return IsFloating(type) ? Comparable(type, column) + "::DOUBLE" : column;
}

// A null equals nothing; whole numbers of any width, and floating ones, are compared by value.
bool CanBeEqual(const DataType& left, const DataType& right) {
  if (left == right || left.id() == TypeId::kNull || right.id() == TypeId::kNull) return true;
  if (IsWhole(left.id())) return IsWhole(right.id());
  return IsFloating(left) && IsFloating(right);
}

bool HasName(const std::vector<Field>& fields, const std::string& name) {
  return std::any_of(fields.begin(), fields.end(),
                     [&name](const Field& field) { return field.name == name; });
}

std::string_view JoinName(JoinKind kind) {
  switch (kind) {
    case JoinKind::kInner: return "INNER";
    case JoinKind::kLeft: return "LEFT";
    case JoinKind::kRight: return "RIGHT";
    case JoinKind::kFull: return "FULL";
    case JoinKind::kLeftSemi: return "SEMI";
    case JoinKind::kLeftAnti: return "ANTI";
  }
  return "INNER";
}

}  // namespace

Result<Query> Query::Sort(const Schema& input, const std::vector<SortKey>& keys,
                          std::optional<int64_t> limit) {
  std::vector<std::string> order;
  for (const SortKey& key : keys) {
    TENON_ASSIGN_OR_RETURN(int index, Find(input, key.column));
    TENON_RETURN_IF_ERROR(CheckComparable(input.field(index)));
    order.push_back(Comparable(input.field(index).type, Column(index)) +
                    (key.descending ? " DESC" : " ASC") +
                    (key.nulls_first ? " NULLS FIRST" : " NULLS LAST"));
  }
  if (order.empty())
    return Status::InvalidArgument("A sort needs a column").WithHint("Name one or more columns.");
  std::string text = "SELECT " + base::Join(AllColumns(input), ", ") +
                     " FROM tenon_input({0}) ORDER BY " + base::Join(order, ", ");
  if (limit) text += " LIMIT " + std::to_string(std::max<int64_t>(*limit, 0));
  return Query(input, 1, std::move(text));
}

Result<Query> Query::Distinct(const Schema& input) {
  std::vector<std::string> keys, columns;
  for (int i = 0; i < input.size(); ++i) {
    TENON_RETURN_IF_ERROR(CheckComparable(input.field(i)));
    keys.push_back(Comparable(input.field(i).type, Column(i)));
    columns.push_back("any_value(" + Column(i) + ")");
  }
  if (keys.empty()) return Status::InvalidArgument("A frame without columns has no distinct rows");
  // Grouped by what is compared; any_value() skips nulls, and within a group a column is null in all rows or in none.
  return Query(input, 1,
               "SELECT " + base::Join(columns, ", ") + " FROM tenon_input({0}) GROUP BY " +
                   base::Join(keys, ", "));
}

Result<Query> Query::Group(const Schema& input, const std::vector<std::string>& keys,
                           const std::vector<Aggregate>& aggregates) {
  std::vector<std::string> columns, groups;
  std::vector<Field> fields;
  for (const std::string& key : keys) {
    TENON_ASSIGN_OR_RETURN(int index, Find(input, key));
    TENON_RETURN_IF_ERROR(CheckComparable(input.field(index)));
    groups.push_back(Comparable(input.field(index).type, Column(index)));
    columns.push_back(groups.back());
    fields.push_back(input.field(index));
  }
  for (const Aggregate& aggregate : aggregates) {
    TENON_ASSIGN_OR_RETURN(AggregateText one, ToText(aggregate, input));
    columns.push_back(std::move(one.text));
    fields.push_back({aggregate.name, one.type});
  }
  if (columns.empty()) return Status::InvalidArgument("A group needs a key or an aggregate");
  std::string text = "SELECT " + base::Join(columns, ", ") + " FROM tenon_input({0})";
  if (!groups.empty()) text += " GROUP BY " + base::Join(groups, ", ");
  return Query(Schema(std::move(fields)), 1, std::move(text));
}

Result<Query> Query::Join(const Schema& left, const Schema& right, JoinKind kind,
                          const std::vector<JoinKey>& keys) {
  std::vector<std::string> conditions, columns, left_hashed, right_hashed;
  for (const JoinKey& key : keys) {
    TENON_ASSIGN_OR_RETURN(int left_index, Find(left, key.left));
    TENON_ASSIGN_OR_RETURN(int right_index, Find(right, key.right));
    const Field& left_field = left.field(left_index);
    const Field& right_field = right.field(right_index);
    TENON_RETURN_IF_ERROR(CheckComparable(left_field));
    TENON_RETURN_IF_ERROR(CheckComparable(right_field));
    if (!CanBeEqual(left_field.type, right_field.type)) {
      return Status::InvalidArgument("Join keys have different types: left=" + left_field.name +
                                     " type=" + left_field.type.ToString() + " right=" +
                                     right_field.name + " type=" + right_field.type.ToString())
          .WithHint("Cast one of them with ApplyMapping first.");
    }
    conditions.push_back(Comparable(left_field.type, "l." + Column(left_index)) + " = " +
                         Comparable(right_field.type, "r." + Column(right_index)));
    left_hashed.push_back(Hashed(left_field.type, Column(left_index)));
    right_hashed.push_back(Hashed(right_field.type, Column(right_index)));
  }
  if (conditions.empty()) return Status::InvalidArgument("A join needs a pair of keys");
  std::vector<Field> fields = left.fields();
  for (int i = 0; i < left.size(); ++i) columns.push_back("l." + Column(i));
  if (kind != JoinKind::kLeftSemi && kind != JoinKind::kLeftAnti) {
    for (int i = 0; i < right.size(); ++i) columns.push_back("r." + Column(i));
    for (Field field : right.fields()) {
      while (HasName(fields, field.name)) field.name.insert(0, ".");
      fields.push_back(std::move(field));
    }
  }
  Query query(Schema(std::move(fields)), 2,
              "SELECT " + base::Join(columns, ", ") + " FROM tenon_input({0}) AS l " +
                  std::string(JoinName(kind)) + " JOIN tenon_input({1}) AS r ON " +
                  base::Join(conditions, " AND "));
  query.hashes_ = {"hash(" + base::Join(left_hashed, ", ") + ")",
                   "hash(" + base::Join(right_hashed, ", ") + ")"};
  return query;
}

Query Query::Part(int part, int parts) const {
  Query query = *this;
  for (size_t i = 0; i < hashes_.size() && parts > 1; ++i) {
    const std::string input = "tenon_input({" + std::to_string(i) + "})";
    query.text_.replace(query.text_.find(input), input.size(),
                        "(SELECT * FROM " + input + " WHERE " + hashes_[i] + " % " +
                            std::to_string(parts) + " = " + std::to_string(part) + ")");
  }
  return query;
}

std::string Query::Text(const std::vector<int64_t>& numbers) const {
  std::string text = text_;
  for (size_t i = 0; i < numbers.size(); ++i) {
    const std::string mark = "{" + std::to_string(i) + "}";
    if (const size_t at = text.find(mark); at != std::string::npos) {
      text.replace(at, mark.size(), std::to_string(numbers[i]));
    }
  }
  return text;
}

}  // namespace tenon::sql
