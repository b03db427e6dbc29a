#include "sql/vector_column.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "columnar/buffers.h"
#include "columnar/column_ops.h"
#include "door/owned_array.h"

namespace tenon::sql {
namespace {

constexpr int64_t kWordBits = 64;
constexpr uint32_t kInlined = sizeof(duckdb_string_t::value.inlined.inlined);
constexpr int kDigitsOfShort = 4, kDigitsOfInt = 9, kDigitsOfLong = 18;

// One giant does not make all batches behind it large.
constexpr int64_t kMostExpected = 4 << 20;

// Bytes of a value, in DuckDB's vectors as in Arrow's arrays; 0 where they differ.
int64_t Width(TypeId id) {
  switch (id) {
    case TypeId::kByte: return 1;
    case TypeId::kShort: return 2;
    case TypeId::kInt:
    case TypeId::kFloat:
    case TypeId::kDate: return 4;
    case TypeId::kLong:
    case TypeId::kDouble:
    case TypeId::kTime:
    case TypeId::kTimestamp:
    case TypeId::kTimestampNtz: return 8;
    default: return 0;
  }
}

bool IsText(TypeId id) { return id == TypeId::kString || id == TypeId::kBinary; }

template <typename T>
void Widen(const void* values, int64_t rows, int64_t* out) {
  const auto* narrow = static_cast<const T*>(values);
  for (int64_t i = 0; i < rows; ++i) {
    out[2 * i] = narrow[i];
    out[2 * i + 1] = narrow[i] < 0 ? -1 : 0;
  }
}

// A null has no text, whatever stands in its place.
int64_t LengthOf(const duckdb_string_t* values, const uint64_t* valid, int64_t row) {
  if (valid != nullptr && ((valid[row / kWordBits] >> (row % kWordBits)) & 1) == 0) return 0;
  return values[row].value.inlined.length;
}

}  // namespace

VectorColumn::VectorColumn(const DuckDbApi& api, const DataType& type,
                           const std::shared_ptr<internal::RecycledMemory>& memory)
    : api_(api), type_(type), validity_(memory), values_(memory), text_(memory) {}

Status VectorColumn::Append(duckdb_vector vector, int64_t rows) {
  const TypeId id = type_.id();
  if (rows == 0) return Status::Ok();
  if (id == TypeId::kNull) {
    length_ += rows;
    return Status::Ok();
  }
  const void* values = api_.vector_get_data(vector);
  const uint64_t* valid = api_.vector_get_validity(vector);
  if (IsText(id)) {
    TENON_RETURN_IF_ERROR(AppendText(static_cast<const duckdb_string_t*>(values), valid, rows));
  } else if (id == TypeId::kBoolean) {
    AppendBits(static_cast<const uint8_t*>(values), rows);
  } else if (id == TypeId::kDecimal) {
    AppendDecimals(values, rows);
  } else {
    values_.PushBytes(values, static_cast<size_t>(rows * Width(id)));
  }
  AppendValidity(valid, rows);
  length_ += rows;
  return Status::Ok();
}

// There are no validity bits until there is a null.
void VectorColumn::AppendValidity(const uint64_t* valid, int64_t rows) {
  if (valid == nullptr && validity_.size() == 0) return;
  int64_t nulls = 0;
  for (int64_t i = 0; valid != nullptr && i < rows; i += kWordBits) {
    const int64_t count = std::min(kWordBits, rows - i);
    nulls += count -
             columnar::CountBits(reinterpret_cast<const uint8_t*>(valid + i / kWordBits), 0, count);
  }
  if (nulls == 0 && validity_.size() == 0) return;
  const int64_t had = validity_.size();
  const int64_t more = columnar::BytesForBits(length_ + rows) - had;
  std::memset(validity_.Extend(more), 0xFF, static_cast<size_t>(more));
  nulls_ += nulls;
  for (int64_t i = 0; nulls > 0 && i < rows; i += kWordBits) {
    columnar::StoreBits(validity_.data(), length_ + i, std::min(kWordBits, rows - i),
                        valid[i / kWordBits]);
  }
}

void VectorColumn::AppendBits(const uint8_t* values, int64_t rows) {
  const int64_t more = columnar::BytesForBits(length_ + rows) - values_.size();
  if (more > 0) std::memset(values_.Extend(more), 0, static_cast<size_t>(more));
  for (int64_t i = 0; i < rows; i += kWordBits) {
    const int64_t count = std::min(kWordBits, rows - i);
    uint64_t bits = 0;
    for (int64_t k = 0; k < count; ++k) bits |= uint64_t{values[i + k] != 0} << k;
    columnar::StoreBits(values_.data(), length_ + i, count, bits);
  }
}

// DuckDB stores them in the smallest whole number that has room for their digits.
void VectorColumn::AppendDecimals(const void* values, int64_t rows) {
  auto* out = reinterpret_cast<int64_t*>(values_.Extend(rows * 16));
  if (type_.precision() <= kDigitsOfShort) {
    Widen<int16_t>(values, rows, out);
  } else if (type_.precision() <= kDigitsOfInt) {
    Widen<int32_t>(values, rows, out);
  } else if (type_.precision() <= kDigitsOfLong) {
    Widen<int64_t>(values, rows, out);
  } else {
    std::memcpy(out, values, static_cast<size_t>(rows * 16));
  }
}

Status VectorColumn::AppendText(const duckdb_string_t* values, const uint64_t* valid,
                                int64_t rows) {
  int64_t total = 0;
  for (int64_t i = 0; i < rows; ++i) total += LengthOf(values, valid, i);
  if (text_.size() + total > std::numeric_limits<int32_t>::max()) {
    return Status::ResourceExhausted("Text of one batch is longer than 2 GiB: bytes=" +
                                     std::to_string(text_.size() + total));
  }
  if (length_ == 0) values_.Push<int32_t>(0);
  auto at = static_cast<int32_t>(text_.size());
  auto* ends = reinterpret_cast<int32_t*>(values_.Extend(rows * 4));
  // A short text is copied with all that stands behind it in its place.
  const int64_t end = text_.size() + total;
  uint8_t* out = text_.Extend(total + kInlined);
  for (int64_t i = 0; i < rows; ++i) {
    const int64_t length = LengthOf(values, valid, i);
    if (length <= kInlined) {
      std::memcpy(out, values[i].value.inlined.inlined, kInlined);
    } else {
      std::memcpy(out, values[i].value.pointer.ptr, static_cast<size_t>(length));
    }
    out += length;
    at += static_cast<int32_t>(length);
    ends[i] = at;
  }
  text_.Truncate(end);
  return Status::Ok();
}

columnar::Column VectorColumn::Finish() {
  const int64_t length = std::exchange(length_, 0);
  const int64_t nulls = std::exchange(nulls_, 0);
  if (type_.id() == TypeId::kNull) return columnar::NullColumn(type_, length);
  std::vector<internal::Buffer> buffers;
  for (internal::Buffer* buffer : {&validity_, &values_, &text_}) {
    if (buffer == &text_ && !IsText(type_.id())) continue;
    internal::Buffer next(buffer->memory());
    next.ExpectBytes(std::min(buffer->size(), kMostExpected));
    buffers.push_back(std::exchange(*buffer, std::move(next)));
  }
  ArrowArray array = internal::MakeArray(length, nulls, true, buffers, {});
  return columnar::ImportColumn(type_, &array);
}

}  // namespace tenon::sql
