#include "sequence_scan.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include "tenon/payload.h"

namespace tenon::sequence {
namespace {

constexpr int32_t kPlanVersion = 1;
constexpr int32_t kRangeVersion = 1;
constexpr std::string_view kPositionStart = R"({"v":1,"row":)";

const int64_t* LongOf(const Literal& literal) {
  return literal.type.id() == TypeId::kLong ? std::get_if<int64_t>(&literal.value) : nullptr;
}

// value + 1 without passing the largest long: no row has that number.
int64_t After(int64_t value) {
  return value == std::numeric_limits<int64_t>::max() ? value : value + 1;
}

ConjunctAnswer AnswerIn(const Shape& shape, const Predicate& conjunct) {
  RowRange rows{std::numeric_limits<int64_t>::max(), 0};
  for (const Literal& literal : conjunct.values) {
    const int64_t* value = LongOf(literal);
    if (value == nullptr) return {PushDown::kNone, {0, shape.end()}};
    rows.first = std::min(rows.first, *value);
    rows.last = std::max(rows.last, After(*value));
  }
  return {PushDown::kInexact, rows};
}

}  // namespace

std::string ScanPlan::Serialize() const {
  std::vector<std::string> texts;
  for (int64_t column : columns) texts.push_back(std::to_string(column));
  return Pack(kPlanVersion, all_columns, skip_null_values, texts);
}

Result<ScanPlan> ScanPlan::Parse(std::string_view bytes, const Shape& shape) {
  ScanPlan plan;
  std::vector<std::string> texts;
  TENON_RETURN_IF_ERROR(
      Unpack(bytes, kPlanVersion, &plan.all_columns, &plan.skip_null_values, &texts));
  for (const std::string& text : texts) {
    int64_t column = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), column);
    if (error != std::errc() || end != text.data() + text.size() || column < 0 ||
        column >= shape.schema->size()) {
      return Status::InvalidArgument("Scan state names a column that is not there: column=" + text);
    }
    plan.columns.push_back(column);
  }
  return plan;
}

SchemaPtr ScanPlan::SchemaOf(const Shape& shape) const {
  if (all_columns) return shape.schema;
  std::vector<Field> fields;
  for (int64_t column : columns) fields.push_back(shape.schema->field(static_cast<int>(column)));
  return std::make_shared<const Schema>(std::move(fields));
}

std::string SerializeRange(RowRange range) { return Pack(kRangeVersion, range.first, range.last); }

Result<RowRange> ParseRange(std::string_view payload) {
  RowRange range;
  TENON_RETURN_IF_ERROR(Unpack(payload, kRangeVersion, &range.first, &range.last));
  if (range.first < 0 || range.last < range.first) {
    return Status::InvalidArgument(
        "Partition is no range of rows: first=" + std::to_string(range.first) +
        " last=" + std::to_string(range.last));
  }
  return range;
}

Position PositionAt(int64_t row) {
  return {std::string(kPositionStart) + std::to_string(row) + "}"};
}

Result<int64_t> ParsePosition(const Position& position) {
  // JSON that was parsed and written again may have blanks in it, which no part of a position contains.
  std::string text = position.json;
  std::erase_if(text, [](char letter) {
    return letter == ' ' || letter == '\n' || letter == '\t' || letter == '\r';
  });
  int64_t row = -1;
  if (text.starts_with(kPositionStart) && text.ends_with("}")) {
    const char* begin = text.data() + kPositionStart.size();
    const char* end = text.data() + text.size() - 1;
    const auto [stop, error] = std::from_chars(begin, end, row);
    if (error == std::errc() && stop == end && row >= 0) return row;
  }
  return Status::InvalidArgument("Position is not one of a sequence: position=" +
                                 position.json.substr(0, 200))
      .WithHint("Reset the bookmark.");
}

ConjunctAnswer AnswerConjunct(const Shape& shape, const Predicate& conjunct) {
  const ConjunctAnswer none{PushDown::kNone, {0, shape.end()}};
  if (!shape.value_is_row() || conjunct.column != shape.schema->field(0).name) return none;
  if (conjunct.op == Op::kIn) return AnswerIn(shape, conjunct);
  if (conjunct.op == Op::kIsNotNull) return {PushDown::kExact, {0, shape.end()}};
  const int64_t* value = conjunct.values.size() == 1 ? LongOf(conjunct.values.front()) : nullptr;
  if (value == nullptr) return none;
  const int64_t most = std::numeric_limits<int64_t>::max();
  switch (conjunct.op) {
    case Op::kEqual:
    case Op::kNullSafeEqual: return {PushDown::kExact, {*value, After(*value)}};
    case Op::kLess: return {PushDown::kExact, {0, *value}};
    case Op::kLessOrEqual: return {PushDown::kExact, {0, After(*value)}};
    case Op::kGreater: return {PushDown::kExact, {After(*value), most}};
    case Op::kGreaterOrEqual: return {PushDown::kExact, {*value, most}};
    default: return none;
  }
}

}  // namespace tenon::sequence
