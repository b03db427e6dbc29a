#include <limits>
#include <string>
#include <utility>

#include "door/column_state.h"

namespace tenon {
namespace {

// A value of this size makes the batch builder look at its bytes at once.
constexpr size_t kLargeValueBytes = 64 << 10;

// Of the narrow whole numbers a value that is too large for its column is wrong data, and is never cut.
template <typename T>
bool PushNarrow(internal::Buffer* values, int64_t value) {
  if (value < std::numeric_limits<T>::min() || value > std::numeric_limits<T>::max()) return false;
  values->Push(static_cast<T>(value));
  return true;
}

}  // namespace

ColumnBuilder::ColumnBuilder(const DataType& type) : state_(std::make_unique<State>(type)) {}
ColumnBuilder::~ColumnBuilder() = default;
ColumnBuilder::ColumnBuilder(ColumnBuilder&&) noexcept = default;
ColumnBuilder& ColumnBuilder::operator=(ColumnBuilder&&) noexcept = default;

int64_t ColumnBuilder::length() const { return state_->length; }
int64_t ColumnBuilder::bytes() const { return state_->Bytes(); }

void ColumnBuilder::State::AppendNull() {
  switch (id) {
    case TypeId::kNull: break;
    case TypeId::kBoolean: values.PushBit(length, false); break;
    case TypeId::kByte: values.Push<int8_t>(0); break;
    case TypeId::kShort: values.Push<int16_t>(0); break;
    case TypeId::kInt:
    case TypeId::kFloat:
    case TypeId::kDate: values.Push<int32_t>(0); break;
    case TypeId::kLong:
    case TypeId::kDouble:
    case TypeId::kTime:
    case TypeId::kTimestamp:
    case TypeId::kTimestampNtz: values.Push<int64_t>(0); break;
    case TypeId::kDecimal: values.PushZeros(type.precision() > 38 ? 32 : 16); break;
    case TypeId::kString:
    case TypeId::kBinary: offsets.Push(static_cast<int32_t>(values.size())); break;
    case TypeId::kStruct: FillChildren(); break;
    case TypeId::kArray:
    case TypeId::kMap: PushOffset(children.back().length()); break;
    case TypeId::kChoice:
      FillChildren();
      values.Push<int8_t>(0);
      break;
  }
  CountNull();
}

// Brings every child to the length that this column is about to have.
void ColumnBuilder::State::FillChildren() {
  for (ColumnBuilder& child : children) {
    if (child.length() == length) child.AppendNull();
    if (child.length() != length + 1)
      Fail(StatusCode::kInternal, "Row has more than one cell for one place");
  }
}

void ColumnBuilder::State::FailTypeAsNull(std::string_view given) {
  FailType(given);
  AppendNull();
}

void ColumnBuilder::AppendNull() { state_->AppendNull(); }

void ColumnBuilder::Append(bool value) {
  State& s = *state_;
  if (s.id != TypeId::kBoolean) return s.FailTypeAsNull("bool");
  s.values.PushBit(s.length, value);
  s.CountValid();
}

void ColumnBuilder::Append(int64_t value) {
  State& s = *state_;
  bool fits = true;
  switch (s.id) {
    case TypeId::kLong:
    case TypeId::kTime:
    case TypeId::kTimestamp:
    case TypeId::kTimestampNtz: s.values.Push(value); break;
    case TypeId::kInt:
    case TypeId::kDate: fits = PushNarrow<int32_t>(&s.values, value); break;
    case TypeId::kShort: fits = PushNarrow<int16_t>(&s.values, value); break;
    case TypeId::kByte: fits = PushNarrow<int8_t>(&s.values, value); break;
    default: return s.FailTypeAsNull("whole number");
  }
  if (!fits) {
    s.Fail(StatusCode::kDataError, "Value is out of range: value=" + std::to_string(value));
    return AppendNull();
  }
  s.CountValid();
}

void ColumnBuilder::Append(double value) {
  State& s = *state_;
  if (s.id == TypeId::kDouble) {
    s.values.Push(value);
  } else if (s.id == TypeId::kFloat) {
    s.values.Push(static_cast<float>(value));
  } else {
    return s.FailTypeAsNull("double");
  }
  s.CountValid();
}

void ColumnBuilder::Append(Decimal128 unscaled) {
  State& s = *state_;
  if (s.id != TypeId::kDecimal) return s.FailTypeAsNull("decimal");
  s.values.Push(unscaled.low);
  s.values.Push(unscaled.high);
  if (s.type.precision() > 38) {
    const int64_t sign = unscaled.high < 0 ? -1 : 0;
    s.values.Push(sign);
    s.values.Push(sign);
  }
  s.CountValid();
}

void ColumnBuilder::Append(std::string_view value) {
  State& s = *state_;
  if (s.id != TypeId::kString && s.id != TypeId::kBinary) return s.FailTypeAsNull("text");
  if (!s.PushOffset(s.values.size() + static_cast<int64_t>(value.size()))) return AppendNull();
  s.values.PushBytes(value.data(), value.size());
  if (value.size() >= kLargeValueBytes) s.large = true;
  s.CountValid();
}

ColumnBuilder& ColumnBuilder::field(int index) {
  State& s = *state_;
  if (s.id != TypeId::kStruct || index < 0 || static_cast<size_t>(index) >= s.children.size()) {
    return s.Stray("field " + std::to_string(index));
  }
  return s.children[static_cast<size_t>(index)];
}

void ColumnBuilder::EndStruct() {
  State& s = *state_;
  if (s.id != TypeId::kStruct) return s.FailTypeAsNull("struct");
  s.FillChildren();
  s.TakeLarge();
  s.CountValid();
}

ColumnBuilder& ColumnBuilder::element() {
  State& s = *state_;
  return s.id == TypeId::kArray ? s.children.front() : s.Stray("array");
}

void ColumnBuilder::EndArray() {
  State& s = *state_;
  if (s.id != TypeId::kArray) return s.FailTypeAsNull("array");
  s.PushOffset(s.children.front().length());
  s.TakeLarge();
  s.CountValid();
}

ColumnBuilder& ColumnBuilder::key() {
  State& s = *state_;
  return s.id == TypeId::kMap ? s.children[0] : s.Stray("map");
}

ColumnBuilder& ColumnBuilder::value() {
  State& s = *state_;
  return s.id == TypeId::kMap ? s.children[1] : s.Stray("map");
}

void ColumnBuilder::EndMap() {
  State& s = *state_;
  if (s.id != TypeId::kMap) return s.FailTypeAsNull("map");
  if (s.children[0].length() != s.children[1].length()) {
    s.Fail(StatusCode::kInternal, "Map has another number of keys than of values");
  }
  if (s.children[0].state_->null_count > 0) s.Fail(StatusCode::kInternal, "Map has a null key");
  s.PushOffset(s.children[1].length());
  s.TakeLarge();
  s.CountValid();
}

ColumnBuilder& ColumnBuilder::member(int index) {
  State& s = *state_;
  if (s.id != TypeId::kChoice || index < 0 || static_cast<size_t>(index) >= s.children.size()) {
    return s.Stray("member " + std::to_string(index));
  }
  return s.children[static_cast<size_t>(index)];
}

void ColumnBuilder::EndChoice(int index) {
  State& s = *state_;
  if (s.id != TypeId::kChoice || index < 0 || static_cast<size_t>(index) >= s.children.size()) {
    return s.FailTypeAsNull("member " + std::to_string(index));
  }
  s.FillChildren();
  for (size_t i = 0; i < s.children.size(); ++i) {
    if (static_cast<int>(i) != index && !s.children[i].state_->LastIsNull()) {
      s.Fail(StatusCode::kInternal, "Choice has values in two members");
    }
  }
  const bool null = s.children[static_cast<size_t>(index)].state_->LastIsNull();
  s.values.Push(static_cast<int8_t>(null ? 0 : index));
  s.TakeLarge();
  s.CountValid();
}

}  // namespace tenon
