#include "door/athena_constraints.h"

#include <algorithm>
#include <utility>

namespace tenon::athena {
namespace {

// Below, equal or above zero. REQUIRES: both of one type that CanOrder, neither NULL.
int Compare(const Literal& a, const Literal& b) {
  const auto three_way = [](const auto& x, const auto& y) { return x < y ? -1 : y < x ? 1 : 0; };
  if (const auto* x = std::get_if<int64_t>(&a.value))
    return three_way(*x, std::get<int64_t>(b.value));
  if (const auto* x = std::get_if<bool>(&a.value)) return three_way(*x, std::get<bool>(b.value));
  if (const auto* x = std::get_if<Decimal128>(&a.value)) {
    const auto& y = std::get<Decimal128>(b.value);
    return x->high != y.high ? three_way(x->high, y.high) : three_way(x->low, y.low);
  }
  return three_way(std::get<std::string>(a.value), std::get<std::string>(b.value));
}

bool CanOrder(const DataType& type) {
  switch (type.id()) {
    case TypeId::kNull:
    case TypeId::kFloat:
    case TypeId::kDouble:
    case TypeId::kBinary: return false;
    default: return !type.is_nested();
  }
}

bool IsAbove(const Literal& value, const Marker& low) {
  if (!low.value) return true;
  const int order = Compare(value, *low.value);
  return order > 0 || (order == 0 && low.inclusive);
}

bool IsBelow(const Literal& value, const Marker& high) {
  if (!high.value) return true;
  const int order = Compare(value, *high.value);
  return order < 0 || (order == 0 && high.inclusive);
}

// The tighter of two lower ends (`side` 1) or upper ends (`side` -1).
const Marker& Tighter(const Marker& a, const Marker& b, int side) {
  if (!a.value || !b.value) return a.value ? a : b;
  const int order = Compare(*a.value, *b.value) * side;
  return order > 0 || (order == 0 && !a.inclusive) ? a : b;
}

bool IsEmpty(const Range& range) {
  if (!range.low.value || !range.high.value) return false;
  const int order = Compare(*range.low.value, *range.high.value);
  return order > 0 || (order == 0 && !(range.low.inclusive && range.high.inclusive));
}

Range Single(const Literal& value) { return {{value, true}, {value, true}}; }

std::optional<ValueSet> Comparison(Op op, const Literal& value) {
  if (value.is_null()) {
    if (op == Op::kNullSafeEqual) return ValueSet{{}, true};
    return ValueSet{};  // Never true.
  }
  switch (op) {
    case Op::kEqual:
    case Op::kNullSafeEqual: return ValueSet{{Single(value)}, false};
    case Op::kNotEqual: return ValueSet{{{{}, {value, false}}, {{value, false}, {}}}, false};
    case Op::kLess: return ValueSet{{{{}, {value, false}}}, false};
    case Op::kLessOrEqual: return ValueSet{{{{}, {value, true}}}, false};
    case Op::kGreater: return ValueSet{{{{value, false}, {}}}, false};
    case Op::kGreaterOrEqual: return ValueSet{{{{value, true}, {}}}, false};
    default: return std::nullopt;
  }
}

}  // namespace

bool ValueSet::Contains(const Literal& value) const {
  if (value.is_null()) return null_allowed;
  return std::any_of(ranges.begin(), ranges.end(), [&](const Range& range) {
    // Values of another type are not compared: nothing is certain then.
    for (const Marker* end : {&range.low, &range.high}) {
      if (end->value && end->value->value.index() != value.value.index()) return true;
    }
    return IsAbove(value, range.low) && IsBelow(value, range.high);
  });
}

std::optional<std::vector<Literal>> ValueSet::Values() const {
  std::vector<Literal> values;
  for (const Range& range : ranges) {
    if (!range.low.value || !range.high.value || !range.low.inclusive || !range.high.inclusive ||
        Compare(*range.low.value, *range.high.value) != 0) {
      return std::nullopt;
    }
    values.push_back(*range.low.value);
  }
  return values;
}

namespace internal {
namespace {

constexpr size_t kMaxRanges = 1000;  // Of one column; a longer list is left to the engine.

std::optional<ValueSet> Combined(const Predicate& predicate, const Schema& schema,
                                 std::string* column) {
  std::optional<ValueSet> all;
  for (const Predicate& part : predicate.args) {
    std::string its_column;
    std::optional<ValueSet> set = ValueSetOf(part, schema, &its_column);
    if (!set || (all && its_column != *column)) return std::nullopt;
    *column = its_column;
    if (!all) {
      all = std::move(set);
    } else if (predicate.op == Op::kAnd) {
      all = Intersect(*all, *set);
    } else {
      all->ranges.insert(all->ranges.end(), set->ranges.begin(), set->ranges.end());
      all->null_allowed = all->null_allowed || set->null_allowed;
    }
    if (all->ranges.size() > kMaxRanges) return std::nullopt;
  }
  return all;
}

}  // namespace

std::optional<ValueSet> ValueSetOf(const Predicate& conjunct, const Schema& schema,
                                   std::string* column) {
  if (conjunct.op == Op::kAnd || conjunct.op == Op::kOr) return Combined(conjunct, schema, column);
  const std::optional<int> index = schema.IndexOf(conjunct.column);
  if (!index || !CanOrder(schema.field(*index).type)) return std::nullopt;
  *column = conjunct.column;
  switch (conjunct.op) {
    case Op::kIsNull: return ValueSet{{}, true};
    case Op::kIsNotNull: return ValueSet{{Range{}}, false};
    case Op::kIn: {
      if (conjunct.values.size() > kMaxRanges) return std::nullopt;
      ValueSet set;
      for (const Literal& value : conjunct.values) {
        if (!value.is_null()) set.ranges.push_back(Single(value));
      }
      return set;
    }
    default:
      if (conjunct.values.size() != 1) return std::nullopt;
      return Comparison(conjunct.op, conjunct.values[0]);
  }
}

ValueSet Intersect(const ValueSet& a, const ValueSet& b) {
  ValueSet both;
  both.null_allowed = a.null_allowed && b.null_allowed;
  for (const Range& x : a.ranges) {
    for (const Range& y : b.ranges) {
      Range range{Tighter(x.low, y.low, 1), Tighter(x.high, y.high, -1)};
      if (!IsEmpty(range)) both.ranges.push_back(std::move(range));
      if (both.ranges.size() > kMaxRanges) return a;  // Wider, and still no value is lost.
    }
  }
  return both;
}

namespace {

void PutMarker(const Marker& marker, PayloadWriter* writer) {
  writer->Put(marker.value.has_value());
  if (!marker.value) return;
  writer->Put(marker.inclusive);
  writer->Put(marker.value->type.ToString());
  const Literal::Value& value = marker.value->value;
  writer->Put(static_cast<int64_t>(value.index()));
  if (const bool* boolean = std::get_if<bool>(&value)) writer->Put(*boolean);
  if (const int64_t* number = std::get_if<int64_t>(&value)) writer->Put(*number);
  if (const auto* text = std::get_if<std::string>(&value)) writer->Put(*text);
  if (const auto* decimal = std::get_if<Decimal128>(&value)) {
    writer->Put(decimal->high);
    writer->Put(static_cast<int64_t>(decimal->low));
  }
}

template <typename T>
T Read(PayloadReader* reader) {
  T value{};
  reader->Get(&value);
  return value;
}

Status GetMarker(PayloadReader* reader, Marker* marker) {
  if (!Read<bool>(reader)) return Status::Ok();
  marker->inclusive = Read<bool>(reader);
  Literal literal;
  TENON_ASSIGN_OR_RETURN(literal.type, DataType::Parse(Read<std::string>(reader)));
  switch (Read<int64_t>(reader)) {
    case 1: literal.value = Read<bool>(reader); break;
    case 2: literal.value = Read<int64_t>(reader); break;
    case 4: {
      const auto high = Read<int64_t>(reader);
      literal.value = Decimal128{high, static_cast<uint64_t>(Read<int64_t>(reader))};
      break;
    }
    case 5: literal.value = Read<std::string>(reader); break;
    default: return Status::InvalidArgument("Scan state is not this connector's: a constraint");
  }
  marker->value = std::move(literal);
  return Status::Ok();
}

}  // namespace

void PutConstraints(const Constraints& constraints, PayloadWriter* writer) {
  std::vector<std::string> columns;
  for (const auto& [column, set] : constraints.summary) columns.push_back(column);
  writer->Put(columns);
  for (const auto& [column, set] : constraints.summary) {
    writer->Put(set.null_allowed);
    writer->Put(static_cast<int64_t>(set.ranges.size()));
    for (const Range& range : set.ranges) {
      PutMarker(range.low, writer);
      PutMarker(range.high, writer);
    }
  }
}

Status GetConstraints(PayloadReader* reader, Constraints* constraints) {
  for (const std::string& column : Read<std::vector<std::string>>(reader)) {
    ValueSet& set = constraints->summary[column];
    set.null_allowed = Read<bool>(reader);
    const auto ranges = Read<int64_t>(reader);
    if (ranges < 0 || static_cast<size_t>(ranges) > kMaxRanges) {
      return Status::InvalidArgument("Scan state is not this connector's: ranges=" +
                                     std::to_string(ranges));
    }
    for (int64_t i = 0; i < ranges; ++i) {
      Range range;
      TENON_RETURN_IF_ERROR(GetMarker(reader, &range.low));
      TENON_RETURN_IF_ERROR(GetMarker(reader, &range.high));
      set.ranges.push_back(std::move(range));
    }
  }
  return Status::Ok();
}

}  // namespace internal
}  // namespace tenon::athena
