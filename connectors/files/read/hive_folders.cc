#include "connectors/files/read/hive_folders.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <system_error>
#include <utility>

#include "base/text.h"
#include "base/time.h"
#include "columnar/column.h"
#include "columnar/column_ops.h"
#include "connectors/files/read/constant_column.h"
#include "expression/evaluate.h"
#include "tenon/options.h"

namespace tenon::files {
namespace {

constexpr std::string_view kNull = "__HIVE_DEFAULT_PARTITION__";

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// With %XX undone, unless that is no text.
std::string Unescaped(std::string_view text) {
  std::string plain;
  for (size_t at = 0; at < text.size(); ++at) {
    const int high = text[at] == '%' && at + 2 < text.size() ? HexDigit(text[at + 1]) : -1;
    const int low = high < 0 ? -1 : HexDigit(text[at + 2]);
    if (low < 0) {
      plain += text[at];
    } else {
      plain += static_cast<char>(high * 16 + low);
      at += 2;
    }
  }
  return base::IsUtf8(plain) ? plain : base::ShortText(plain, plain.size() * 4);
}

std::optional<double> ParseReal(std::string_view text) {
  double value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool digit =
      !text.empty() && (text.back() == '.' || (text.back() >= '0' && text.back() <= '9'));
  if (result.ec != std::errc() || result.ptr != text.data() + text.size() || !digit) {
    return std::nullopt;
  }
  return value;
}

bool IsSmall(int64_t value) { return value == static_cast<int32_t>(value); }

const HiveValue* Find(const std::vector<HiveValue>& values, std::string_view key) {
  for (const HiveValue& value : values) {
    if (EqualsIgnoreCase(value.key, key)) return &value;
  }
  return nullptr;
}

// What a predicate may be for rows of which only some columns are known.
struct Outcomes {
  bool yes = false, no = false, null = false;
};
constexpr Outcomes kAny{true, true, true};

class Judge {
 public:
  Judge(const std::vector<HiveValue>& values, bool whole, const std::vector<Field>& types)
      : values_(values), whole_(whole), types_(types) {}

  Result<Outcomes> Of(const Predicate& predicate) const {
    switch (predicate.op) {
      case Op::kAlwaysTrue: return Outcomes{.yes = true};
      case Op::kAlwaysFalse: return Outcomes{.no = true};
      case Op::kText: return kAny;
      case Op::kNot: {
        TENON_ASSIGN_OR_RETURN(const Outcomes inner, Of(predicate.args[0]));
        return Outcomes{.yes = inner.no, .no = inner.yes, .null = inner.null};
      }
      case Op::kAnd:
      case Op::kOr: return OfAll(predicate);
      default: return OfLeaf(predicate);
    }
  }

 private:
  Result<Outcomes> OfAll(const Predicate& predicate) const {
    // An OR is an AND of what is turned round, turned round.
    const bool is_or = predicate.op == Op::kOr;
    Outcomes all{.yes = true};
    for (const Predicate& arg : predicate.args) {
      TENON_ASSIGN_OR_RETURN(Outcomes one, Of(arg));
      if (is_or) std::swap(one.yes, one.no);
      all = {.yes = all.yes && one.yes,
             .no = all.no || one.no,
             .null = (all.null && (one.yes || one.null)) || (one.null && (all.yes || all.null))};
    }
    if (is_or) std::swap(all.yes, all.no);
    return all;
  }

  Result<Outcomes> OfLeaf(const Predicate& leaf) const {
    const HiveValue* const known = Find(values_, leaf.column);
    if (known == nullptr && !whole_) return kAny;
    const DataType type = TypeOf(leaf, known);
    const Literal value = known == nullptr ? Literal::Null(type) : HiveLiteral(type, known->text);
    TENON_ASSIGN_OR_RETURN(
        const RecordBatch row,
        columnar::MakeBatch(
            std::make_shared<const Schema>(std::vector<Field>{{.name = leaf.column, .type = type}}),
            {ConstantColumn(value, 1)}, 1));
    TENON_ASSIGN_OR_RETURN(const std::vector<uint8_t> yes, expression::Evaluate(leaf, row));
    if ((yes[0] & 1) != 0) return Outcomes{.yes = true};
    TENON_ASSIGN_OR_RETURN(const std::vector<uint8_t> no,
                           expression::Evaluate(Predicate::Not(leaf), row));
    return (no[0] & 1) != 0 ? Outcomes{.no = true} : Outcomes{.null = true};
  }

  // As the reader will give the column; when it has not seen all folders, as the literal or this folder alone says.
  DataType TypeOf(const Predicate& leaf, const HiveValue* value) const {
    for (const Field& field : types_) {
      if (EqualsIgnoreCase(field.name, leaf.column)) return field.type;
    }
    HiveColumns columns;
    columns.Add({value == nullptr ? HiveValue{.key = leaf.column} : *value});
    DataType own = columns.fields()[0].type;
    if (leaf.values.empty()) return own;
    // A text that is no number is null beside a number, as Spark casts it.
    const DataType& of_literal = leaf.values[0].type;
    const bool as_literal = of_literal.id() == TypeId::kString || own.id() == TypeId::kString;
    return as_literal ? of_literal : own;
  }

  const std::vector<HiveValue>& values_;
  const bool whole_;
  const std::vector<Field>& types_;
};

}  // namespace

bool IsHiveFolder(std::string_view name) {
  const size_t equals = name.find('=');
  return equals != std::string_view::npos && equals > 0 && !name.starts_with('.');
}

std::vector<HiveValue> HiveValuesOf(std::string_view folders) {
  std::vector<HiveValue> values;
  if (folders.find('=') == std::string_view::npos) return values;
  for (const std::string_view name : base::Split(folders, '/')) {
    if (!IsHiveFolder(name)) continue;
    const size_t equals = name.find('=');
    HiveValue value{.key = Unescaped(name.substr(0, equals))};
    if (name.substr(equals + 1) != kNull) value.text = Unescaped(name.substr(equals + 1));
    const auto same = std::find_if(values.begin(), values.end(), [&](const HiveValue& each) {
      return EqualsIgnoreCase(each.key, value.key);
    });
    if (same == values.end()) {
      values.push_back(std::move(value));
    } else {
      *same = std::move(value);
    }
  }
  return values;
}

void HiveColumns::Add(const std::vector<HiveValue>& values) {
  for (const HiveValue& value : values) {
    auto column = std::find_if(columns_.begin(), columns_.end(), [&](const Column& each) {
      return EqualsIgnoreCase(each.key, value.key);
    });
    if (column == columns_.end()) column = columns_.insert(column, {.key = value.key});
    if (!value.text) continue;
    const std::optional<int64_t> whole = base::ParseInteger(*value.text);
    column->any = true;
    column->whole = column->whole && whole;
    column->small = column->small && whole && IsSmall(*whole);
    column->real = column->real && ParseReal(*value.text);
    column->date = column->date && value.text->size() == 10 && base::ParseDate(*value.text);
  }
}

std::vector<Field> HiveColumns::fields() const {
  std::vector<Field> fields;
  for (const Column& column : columns_) {
    DataType type = DataType::String();
    if (column.any && column.whole) {
      type = column.small ? DataType::Int() : DataType::Long();
    } else if (column.any && column.real) {
      type = DataType::Double();
    } else if (column.any && column.date) {
      type = DataType::Date();
    }
    fields.push_back({.name = column.key, .type = std::move(type)});
  }
  return fields;
}

Literal HiveLiteral(const DataType& type, const std::optional<std::string>& text) {
  Literal literal = Literal::Null(type);
  if (!text) return literal;
  switch (type.id()) {
    case TypeId::kString: literal.value = *text; break;
    case TypeId::kInt:
    case TypeId::kLong: {
      const std::optional<int64_t> whole = base::ParseInteger(*text);
      if (whole && (type.id() == TypeId::kLong || IsSmall(*whole))) literal.value = *whole;
      break;
    }
    case TypeId::kDouble: {
      if (const std::optional<double> real = ParseReal(*text)) literal.value = *real;
      break;
    }
    case TypeId::kDate: {
      if (const std::optional<int64_t> day = base::ParseDate(*text)) literal.value = *day;
      break;
    }
    default: break;
  }
  return literal;
}

HiveFilter::HiveFilter(const std::vector<Predicate>& conjuncts, std::vector<std::string> keys,
                       std::vector<Field> types)
    : types_(std::move(types)) {
  std::copy_if(conjuncts.begin(), conjuncts.end(), std::back_inserter(conjuncts_),
               [&](const Predicate& conjunct) { return Decides(conjunct, keys); });
}

bool HiveFilter::Decides(const Predicate& conjunct, const std::vector<std::string>& keys) {
  if (conjunct.op == Op::kText) return false;
  for (const Predicate& arg : conjunct.args) {
    if (!Decides(arg, keys)) return false;
  }
  const std::vector<std::string> columns = conjunct.Columns();
  return std::all_of(columns.begin(), columns.end(), [&](const std::string& column) {
    return std::any_of(keys.begin(), keys.end(),
                       [&](const std::string& key) { return EqualsIgnoreCase(key, column); });
  });
}

Result<bool> HiveFilter::MayHold(const std::vector<HiveValue>& values, bool whole) const {
  const Judge judge(values, whole, types_);
  for (const Predicate& conjunct : conjuncts_) {
    TENON_ASSIGN_OR_RETURN(const Outcomes outcomes, judge.Of(conjunct));
    if (!outcomes.yes) return false;
  }
  return true;
}

}  // namespace tenon::files
