#include "tenon/column_view.h"

#include <cstring>

#include "door/check.h"

namespace tenon {
namespace {

template <typename T>
T Load(const ArrowArray& array, int buffer, int64_t index) {
  T value;
  std::memcpy(
      &value,
      static_cast<const char*>(array.buffers[buffer]) + index * static_cast<int64_t>(sizeof(T)),
      sizeof(T));
  return value;
}

bool LoadBit(const ArrowArray& array, int buffer, int64_t index) {
  return (static_cast<const uint8_t*>(array.buffers[buffer])[index / 8] >> (index % 8) & 1) != 0;
}

// The key of a map, which DataType does not carry.
const DataType& KeyType() {
  static const DataType type = DataType::String();
  return type;
}

}  // namespace

ColumnView::ColumnView(const DataType& type, const ArrowArray& array)
    : ColumnView(type, array, array.offset) {}

bool ColumnView::is_null(int64_t row) const {
  if (type_->id() == TypeId::kNull) return true;
  if (type_->id() == TypeId::kChoice) return child(choice(row)).is_null(row);
  return array_->buffers[0] != nullptr && !LoadBit(*array_, 0, row + shift_);
}

bool ColumnView::GetBoolean(int64_t row) const {
  TENON_DOOR_CHECK(type_->id() == TypeId::kBoolean);
  return LoadBit(*array_, 1, row + shift_);
}

int64_t ColumnView::GetLong(int64_t row) const {
  switch (type_->id()) {
    case TypeId::kByte: return Load<int8_t>(*array_, 1, row + shift_);
    case TypeId::kShort: return Load<int16_t>(*array_, 1, row + shift_);
    case TypeId::kInt:
    case TypeId::kDate: return Load<int32_t>(*array_, 1, row + shift_);
    default: break;
  }
  TENON_DOOR_CHECK(type_->id() == TypeId::kLong || type_->id() == TypeId::kTime ||
                   type_->id() == TypeId::kTimestamp || type_->id() == TypeId::kTimestampNtz);
  return Load<int64_t>(*array_, 1, row + shift_);
}

double ColumnView::GetDouble(int64_t row) const {
  if (type_->id() == TypeId::kFloat) return Load<float>(*array_, 1, row + shift_);
  TENON_DOOR_CHECK(type_->id() == TypeId::kDouble);
  return Load<double>(*array_, 1, row + shift_);
}

Decimal128 ColumnView::GetDecimal(int64_t row) const {
  TENON_DOOR_CHECK(type_->id() == TypeId::kDecimal);
  // Little-endian words, the lowest first; a value of 256 bits with up to 38 digits has its sign in all higher ones.
  const int64_t words = type_->precision() > 38 ? 4 : 2;
  const int64_t first = (row + shift_) * words;
  return {Load<int64_t>(*array_, 1, first + 1), Load<uint64_t>(*array_, 1, first)};
}

std::string_view ColumnView::GetString(int64_t row) const {
  TENON_DOOR_CHECK(type_->id() == TypeId::kString || type_->id() == TypeId::kBinary);
  const int32_t begin = Load<int32_t>(*array_, 1, row + shift_);
  const int32_t end = Load<int32_t>(*array_, 1, row + shift_ + 1);
  return {static_cast<const char*>(array_->buffers[2]) + begin, static_cast<size_t>(end - begin)};
}

ColumnView ColumnView::child(int index) const {
  TENON_DOOR_CHECK(type_->id() == TypeId::kStruct || type_->id() == TypeId::kChoice);
  const ArrowArray& array = *array_->children[index];
  return {type_->fields()[static_cast<size_t>(index)].type, array, shift_ + array.offset};
}

int ColumnView::choice(int64_t row) const {
  TENON_DOOR_CHECK(type_->id() == TypeId::kChoice);
  return Load<int8_t>(*array_, 0, row + shift_);
}

ColumnView::Range ColumnView::range(int64_t row) const {
  TENON_DOOR_CHECK(type_->id() == TypeId::kArray || type_->id() == TypeId::kMap);
  return {Load<int32_t>(*array_, 1, row + shift_), Load<int32_t>(*array_, 1, row + shift_ + 1)};
}

ColumnView ColumnView::elements() const {
  if (type_->id() == TypeId::kMap) {
    const ArrowArray& entries = *array_->children[0];
    const ArrowArray& values = *entries.children[1];
    return {type_->element(), values, entries.offset + values.offset};
  }
  TENON_DOOR_CHECK(type_->id() == TypeId::kArray);
  const ArrowArray& array = *array_->children[0];
  return {type_->element(), array, array.offset};
}

ColumnView ColumnView::keys() const {
  TENON_DOOR_CHECK(type_->id() == TypeId::kMap);
  const ArrowArray& entries = *array_->children[0];
  const ArrowArray& keys = *entries.children[0];
  return {KeyType(), keys, entries.offset + keys.offset};
}

BatchView::BatchView(const RecordBatch& batch) : rows_(batch.num_rows()) {
  TENON_DOOR_CHECK(batch.layout() == nullptr);
  columns_.reserve(static_cast<size_t>(batch.num_columns()));
  for (int i = 0; i < batch.num_columns(); ++i) {
    const ArrowArray& array = *batch.array().children[i];
    columns_.push_back(
        ColumnView(batch.schema().field(i).type, array, batch.array().offset + array.offset));
  }
}

}  // namespace tenon
