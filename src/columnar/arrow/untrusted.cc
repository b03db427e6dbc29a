#include <arrow/util/decimal.h>
#include <arrow/util/utf8.h>

#include <cstring>
#include <string>

#include "columnar/arrow/functions.h"
#include "columnar/buffers.h"

namespace tenon::columnar {
namespace {

bool IsValid(const ArrowArray& array, int64_t index) {
  return array.null_count == 0 || array.buffers[0] == nullptr ||
         GetBit(static_cast<const uint8_t*>(array.buffers[0]), index);
}

bool IsAscii(const uint8_t* bytes, int64_t count) {
  uint64_t all = 0;
  int64_t at = 0;
  for (; at + 8 <= count; at += 8) {
    uint64_t word = 0;
    std::memcpy(&word, bytes + at, sizeof(word));
    all |= word;
  }
  for (; at < count; ++at) all |= bytes[at];
  return (all & 0x8080808080808080u) == 0;
}

Status CheckText(const ArrowArray& array, int64_t begin, int64_t rows, const std::string& path) {
  const auto* offsets = static_cast<const int32_t*>(array.buffers[1]) + array.offset + begin;
  const auto* data = static_cast<const uint8_t*>(array.buffers[2]);
  const int32_t first = offsets[0], end = offsets[rows];
  if (first == end) return Status::Ok();
  if (IsAscii(data + first, end - first)) return Status::Ok();
  bool whole = arrow::util::ValidateUTF8(data + first, end - first);
  // All texts together may be well-formed and a single one cut inside a character.
  for (int64_t row = 0; whole && row < rows; ++row)
    whole = offsets[row] == end || (data[offsets[row]] & 0xc0) != 0x80;
  if (whole) return Status::Ok();
  return Status::DataError("Text is not UTF-8: column=" + path)
      .WithHint("Write the file again, with this column as binary.");
}

Status TooManyDigits(const DataType& type, const std::string& path) {
  return Status::DataError("Decimal has more digits than its type: column=" + path +
                           " type=" + type.ToString());
}

Status CheckDecimals(const DataType& type, const ArrowArray& array, int64_t begin, int64_t rows,
                     const std::string& path) {
  if (type.precision() > 38) {
    const auto* values = static_cast<const uint8_t*>(array.buffers[1]);
    for (int64_t i = array.offset + begin; i < array.offset + begin + rows; ++i) {
      if (IsValid(array, i) &&
          !arrow::Decimal256(values + 32 * i).FitsInPrecision(type.precision()))
        return TooManyDigits(type, path);
    }
    return Status::Ok();
  }
  __int128 bound = 1;
  for (int i = 0; i < type.precision(); ++i) bound *= 10;
  const auto* values = static_cast<const uint8_t*>(array.buffers[1]);
  for (int64_t i = array.offset + begin; i < array.offset + begin + rows; ++i) {
    __int128 value = 0;
    std::memcpy(&value, values + 16 * i, sizeof(value));
    if ((value >= bound || value <= -bound) && IsValid(array, i)) return TooManyDigits(type, path);
  }
  return Status::Ok();
}

Status CheckTimes(const ArrowArray& array, int64_t begin, int64_t rows, const std::string& path) {
  constexpr int64_t kDayMicros = 86'400'000'000;
  const auto* values = static_cast<const int64_t*>(array.buffers[1]);
  for (int64_t i = array.offset + begin; i < array.offset + begin + rows; ++i) {
    if ((values[i] < 0 || values[i] >= kDayMicros) && IsValid(array, i)) {
      return Status::DataError("Time is not within a day: column=" + path +
                               " microseconds=" + std::to_string(values[i]));
    }
  }
  return Status::Ok();
}

// `begin` counts from the array's own offset.
Status CheckRows(const DataType& type, const ArrowArray& array, int64_t begin, int64_t rows,
                 const std::string& path) {
  if (rows == 0) return Status::Ok();
  switch (type.id()) {
    case TypeId::kString: return CheckText(array, begin, rows, path);
    case TypeId::kTime: return CheckTimes(array, begin, rows, path);
    case TypeId::kDecimal: return CheckDecimals(type, array, begin, rows, path);
    case TypeId::kStruct:
      for (size_t i = 0; i < type.fields().size(); ++i) {
        const Field& field = type.fields()[i];
        TENON_RETURN_IF_ERROR(CheckRows(field.type, *array.children[i], array.offset + begin, rows,
                                        path + "." + field.name));
      }
      return Status::Ok();
    case TypeId::kArray:
    case TypeId::kMap: {
      const auto* offsets = static_cast<const int32_t*>(array.buffers[1]) + array.offset + begin;
      const int64_t first = offsets[0], count = offsets[rows] - first;
      const ArrowArray& below = *array.children[0];
      if (type.id() == TypeId::kArray)
        return CheckRows(type.element(), below, first, count, path + "[]");
      TENON_RETURN_IF_ERROR(CheckRows(DataType::String(), *below.children[0], below.offset + first,
                                      count, path + ".key"));
      return CheckRows(type.element(), *below.children[1], below.offset + first, count,
                       path + ".value");
    }
    default: return Status::Ok();
  }
}

}  // namespace

Status arrow_module::CheckUntrusted(const RecordBatch& batch, const std::vector<bool>& checked) {
  [[maybe_unused]] static const bool tables_made = (arrow::util::InitializeUTF8(), true);
  const ArrowArray& root = batch.array();
  for (int i = 0; i < batch.num_columns(); ++i) {
    if (!checked.empty() && checked[static_cast<size_t>(i)]) continue;
    const Field& field = batch.schema().field(i);
    TENON_RETURN_IF_ERROR(
        CheckRows(field.type, *root.children[i], root.offset, batch.num_rows(), field.name));
  }
  return Status::Ok();
}

}  // namespace tenon::columnar
