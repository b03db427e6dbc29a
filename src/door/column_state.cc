#include "door/column_state.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "door/owned_array.h"

namespace tenon {
namespace {

// The next batch is likely to be as large as the last one; beyond this a builder starts small again, so that one giant
// does not stay with it.
constexpr int64_t kMostReservedBytes = 4 << 20;

void Renew(internal::Buffer* buffer, int64_t last_size) {
  *buffer = internal::Buffer(buffer->memory());
  if (last_size <= kMostReservedBytes) buffer->ExpectBytes(last_size);
}

// What `rows` values take in the value buffer; 0 when their width is not fixed.
int64_t ValueBytes(TypeId id, int64_t rows) {
  switch (id) {
    case TypeId::kBoolean: return rows / 8 + 1;
    case TypeId::kByte:
    case TypeId::kChoice: return rows;
    case TypeId::kShort: return rows * 2;
    case TypeId::kInt:
    case TypeId::kFloat:
    case TypeId::kDate: return rows * 4;
    case TypeId::kLong:
    case TypeId::kDouble:
    case TypeId::kTime:
    case TypeId::kTimestamp:
    case TypeId::kTimestampNtz: return rows * 8;
    case TypeId::kDecimal: return rows * 16;
    case TypeId::kNull:
    case TypeId::kString:
    case TypeId::kBinary:
    case TypeId::kArray:
    case TypeId::kMap:
    case TypeId::kStruct: return 0;
  }
  return 0;
}

}  // namespace

ColumnBuilder::State::State(const DataType& column_type) : type(column_type), id(column_type.id()) {
  if (id == TypeId::kMap) children.emplace_back(DataType::String());
  for (const Field& field : type.fields()) children.emplace_back(field.type);
  Clear();
}

void ColumnBuilder::State::UseMemory(const std::shared_ptr<internal::RecycledMemory>& memory) {
  for (internal::Buffer* buffer : {&validity, &values, &offsets})
    *buffer = internal::Buffer(memory);
  for (ColumnBuilder& child : children) child.state_->UseMemory(memory);
  Clear();
}

void ColumnBuilder::State::ExpectRows(int64_t rows) {
  const int64_t bytes = ValueBytes(id, rows);
  if (bytes > 0) values.ExpectBytes(std::min(bytes, kMostReservedBytes));
  if (has_offsets()) offsets.ExpectBytes(std::min((rows + 1) * 4, kMostReservedBytes));
  // The children of a struct and of a choice are as long as it is itself.
  if (id != TypeId::kStruct && id != TypeId::kChoice) return;
  for (ColumnBuilder& child : children) child.state_->ExpectRows(rows);
}

void ColumnBuilder::State::CountNull() {
  if (!has_validity()) {
    ++length;
    return;
  }
  if (null_count == 0) {
    validity.Reserve(length / 8 + 1);
    for (int64_t i = 0; i < length / 8; ++i) validity.Push<uint8_t>(0xFF);
    if (length % 8 != 0) validity.Push<uint8_t>(static_cast<uint8_t>((1u << (length % 8)) - 1));
  }
  validity.PushBit(length, false);
  ++null_count;
  ++length;
}

bool ColumnBuilder::State::LastIsNull() const {
  if (length == 0 || id == TypeId::kNull) return true;
  if (null_count == 0) return false;
  const int64_t last = length - 1;
  return (validity.data()[last / 8] >> (last % 8) & 1) == 0;
}

bool ColumnBuilder::State::FailOffset() {
  Fail(StatusCode::kResourceExhausted, "Column is larger than 2 GiB in one batch");
  return false;
}

void ColumnBuilder::State::Fail(StatusCode code, std::string what) {
  if (problem_code != StatusCode::kOk) return;
  problem_code = code;
  problem = std::move(what);
}

void ColumnBuilder::State::FailType(std::string_view given) {
  Fail(StatusCode::kInternal,
       "Value has another type than its column: given=" + std::string(given));
}

ColumnBuilder& ColumnBuilder::State::Stray(std::string_view what) {
  FailType(what);
  if (stray == nullptr) stray = std::make_unique<ColumnBuilder>(DataType::Null());
  return *stray;
}

Status ColumnBuilder::State::Problem(const std::string& path) const {
  if (problem_code != StatusCode::kOk) {
    return Status(problem_code, problem + " column=" + path + " type=" + type.ToString());
  }
  for (size_t i = 0; i < children.size(); ++i) {
    const bool is_key = id == TypeId::kMap && i == 0;
    const Field* field = is_key ? nullptr : &type.fields()[id == TypeId::kMap ? i - 1 : i];
    TENON_RETURN_IF_ERROR(children[i].state_->Problem(path + "." + (is_key ? "key" : field->name)));
  }
  return Status::Ok();
}

int64_t ColumnBuilder::State::Bytes() const {
  int64_t bytes = validity.size() + values.size() + offsets.size();
  for (const ColumnBuilder& child : children) bytes += child.state_->Bytes();
  return bytes;
}

ArrowArray ColumnBuilder::State::Finish() {
  std::vector<ArrowArray> parts;
  for (ColumnBuilder& child : children) parts.push_back(child.state_->Finish());
  if (id == TypeId::kMap) {
    internal::Buffer no_nulls;
    const int64_t entries = parts.front().length;
    ArrowArray entry = internal::MakeArray(entries, 0, true, {&no_nulls, 1}, std::move(parts));
    parts.assign(1, entry);
  }
  std::vector<internal::Buffer> buffers;
  const int64_t sizes[] = {validity.size(), offsets.size(), values.size()};
  if (has_validity()) buffers.push_back(std::move(validity));
  if (has_offsets()) buffers.push_back(std::move(offsets));
  const bool has_values =
      id != TypeId::kNull && id != TypeId::kStruct && id != TypeId::kArray && id != TypeId::kMap;
  if (has_values) buffers.push_back(std::move(values));
  const int64_t nulls = id == TypeId::kNull ? length : null_count;
  ArrowArray array = internal::MakeArray(length, nulls, has_validity(), buffers, std::move(parts));

  Renew(&validity, 0);
  Renew(&offsets, sizes[1]);
  Renew(&values, sizes[2]);
  Clear();
  return array;
}

void ColumnBuilder::State::Clear() {
  length = null_count = 0;
  large = false;
  problem_code = StatusCode::kOk;
  problem.clear();
  stray = nullptr;
  if (has_offsets()) offsets.Push<int32_t>(0);
}

}  // namespace tenon
