#include "door/plain_column.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "door/owned_array.h"

namespace tenon::internal {
namespace {

constexpr int64_t kOffsetBytes = 4;
// One giant does not make all batches behind it large.
constexpr int64_t kMostExpected = 4 << 20;

int64_t WidthOf(const DataType& type) {
  switch (type.id()) {
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
    case TypeId::kDecimal: return type.precision() > 38 ? 32 : 16;
    case TypeId::kString:
    case TypeId::kBinary: return kOffsetBytes;
    default: return 0;
  }
}

int64_t BytesForBits(int64_t bits) { return (bits + 7) / 8; }

// Makes the buffer `bytes` long, what is new filled with `byte`.
void Fill(Buffer& buffer, int64_t bytes, int byte) {
  const int64_t more = bytes - buffer.size();
  if (more > 0) std::memset(buffer.Extend(more), byte, static_cast<size_t>(more));
}

}  // namespace

PlainColumn::PlainColumn(const DataType& type, const std::shared_ptr<RecycledMemory>& memory)
    : values_(memory),
      text_(memory),
      validity_(memory),
      row_bytes_(WidthOf(type)),
      offsets_(type.id() == TypeId::kString || type.id() == TypeId::kBinary ? 1 : 0) {}

int64_t PlainColumn::BytesOf(int64_t rows) const {
  return row_bytes_ > 0 ? (rows + offsets_) * row_bytes_ : BytesForBits(rows);
}

void PlainColumn::Reserve(int64_t rows) {
  if (rows <= reserved_) return;
  const bool first = values_.size() == 0;
  const int64_t more = BytesOf(rows) - values_.size();
  if (row_bytes_ == 0) {
    Fill(values_, BytesOf(rows), 0);
  } else if (more > 0) {
    values_.Extend(more);
  }
  if (is_text() && first) Put<int32_t>(0, 0);
  reserved_ = rows;
  if (validity_.size() > 0) Fill(validity_, BytesForBits(rows), 0xFF);
}

void PlainColumn::PutBit(int64_t row, bool value) {
  uint8_t& byte = values_.data()[row / 8];
  const auto bit = static_cast<uint8_t>(1U << (row % 8));
  byte = static_cast<uint8_t>(value ? byte | bit : byte & ~bit);
}

void PlainColumn::PutNull(int64_t row) {
  if (is_text()) {
    PutText(row, {});
  } else if (row_bytes_ > 0) {
    std::memset(values_.data() + row * row_bytes_, 0, static_cast<size_t>(row_bytes_));
  } else {
    PutBit(row, false);
  }
  if (validity_.size() == 0) Fill(validity_, BytesForBits(reserved_), 0xFF);
  validity_.data()[row / 8] &= static_cast<uint8_t>(~(1U << (row % 8)));
  ++nulls_;
}

void PlainColumn::Forget(int64_t row) {
  if (is_text()) {
    int32_t begin = 0;
    std::memcpy(&begin, values_.data() + row * kOffsetBytes, sizeof(begin));
    text_.Truncate(begin);
  }
  if (validity_.size() == 0) return;
  const auto bit = static_cast<uint8_t>(1U << (row % 8));
  if ((validity_.data()[row / 8] & bit) == 0) --nulls_;
  validity_.data()[row / 8] |= bit;
}

ArrowArray PlainColumn::Finish(int64_t rows) {
  if (values_.size() > 0) values_.Truncate(BytesOf(rows));
  if (validity_.size() > 0) validity_.Truncate(BytesForBits(rows));
  std::vector<Buffer> buffers;
  for (Buffer* buffer : {&validity_, &values_, &text_}) {
    if (buffer == &text_ && !is_text()) continue;
    Buffer next(buffer->memory());
    next.ExpectBytes(std::min(buffer->size(), kMostExpected));
    buffers.push_back(std::exchange(*buffer, std::move(next)));
  }
  const int64_t nulls = std::exchange(nulls_, 0);
  reserved_ = 0;
  return MakeArray(rows, nulls, true, buffers, {});
}

}  // namespace tenon::internal
