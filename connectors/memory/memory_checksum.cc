#include "memory_checksum.h"

#include <bit>
#include <cstring>
#include <string>
#include <string_view>

#include "tenon/column_view.h"

namespace tenon {
namespace {

__extension__ using Wide = unsigned __int128;

// Odd numbers with bits all over.
constexpr uint64_t kFirst = 0x9E3779B97F4A7C15;
constexpr uint64_t kSecond = 0xC2B2AE3D27D4EB4F;
constexpr uint64_t kNull = 0x165667B19E3779F9;

// Both halves of a product, folded: one multiplication scatters all bits.
uint64_t Fold(uint64_t a, uint64_t b) {
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

template <typename T>
T Load(const void* data, int64_t index) {
  T value;
  std::memcpy(&value, static_cast<const char*>(data) + index * static_cast<int64_t>(sizeof(T)),
              sizeof(T));
  return value;
}

uint64_t HashText(std::string_view text, uint64_t salt) {
  uint64_t hash = salt ^ text.size();
  while (text.size() >= 8) {
    hash = Fold(hash ^ Load<uint64_t>(text.data(), 0), kSecond);
    text.remove_prefix(8);
  }
  uint64_t rest = 0;
  std::memcpy(&rest, text.data(), text.size());
  return Fold(hash ^ rest, kFirst);
}

// Sums of the hashes of one column's cells.
struct ColumnSum {
  uint64_t salt, low = 0, high = 0;

  void Add(uint64_t hash) {
    low += hash;
    high += std::rotl(hash, 29) ^ (hash >> 7);
  }
  void AddWord(uint64_t word) { Add(Fold(word + salt, kFirst)); }
  void AddNull() { Add(Fold(kNull + salt, kSecond)); }
};

// Fixed-width values of one Arrow buffer; T is unsigned and as wide as the value.
template <typename T>
void AddFixed(const ColumnView& column, const ArrowArray& array, int64_t offset, int64_t rows,
              ColumnSum* sum) {
  if (array.buffers[0] == nullptr) {
    for (int64_t row = 0; row < rows; ++row) sum->AddWord(Load<T>(array.buffers[1], offset + row));
    return;
  }
  for (int64_t row = 0; row < rows; ++row) {
    if (column.is_null(row)) {
      sum->AddNull();
    } else {
      sum->AddWord(Load<T>(array.buffers[1], offset + row));
    }
  }
}

uint64_t HashCell(const ColumnView& column, int64_t row, uint64_t salt);

uint64_t HashRange(const ColumnView& cells, ColumnView::Range range, uint64_t salt) {
  uint64_t hash = salt;
  for (int64_t i = range.begin; i < range.end; ++i)
    hash = Fold(hash + HashCell(cells, i, salt), kSecond);
  return hash;
}

// Any cell, nested or not, at the price of asking its type.
uint64_t HashCell(const ColumnView& column, int64_t row, uint64_t salt) {
  if (column.is_null(row)) return Fold(kNull + salt, kSecond);
  switch (column.type().id()) {
    case TypeId::kNull: return Fold(kNull + salt, kSecond);
    case TypeId::kBoolean: return Fold(salt + (column.GetBoolean(row) ? 1 : 0), kFirst);
    case TypeId::kFloat:
    case TypeId::kDouble:
      return Fold(salt + std::bit_cast<uint64_t>(column.GetDouble(row)), kFirst);
    case TypeId::kDecimal: {
      const Decimal128 value = column.GetDecimal(row);
      return Fold(Fold(salt + value.low, kFirst) + static_cast<uint64_t>(value.high), kSecond);
    }
    case TypeId::kString:
    case TypeId::kBinary: return HashText(column.GetString(row), salt);
    case TypeId::kStruct: {
      uint64_t hash = salt;
      for (size_t i = 0; i < column.type().fields().size(); ++i) {
        hash = Fold(hash + HashCell(column.child(static_cast<int>(i)), row, salt + i), kSecond);
      }
      return hash;
    }
    case TypeId::kArray: return HashRange(column.elements(), column.range(row), salt);
    case TypeId::kMap:
      return HashRange(column.keys(), column.range(row), salt) ^
             Fold(HashRange(column.elements(), column.range(row), salt), kFirst);
    case TypeId::kChoice: {
      const int member = column.choice(row);
      return HashCell(column.child(member), row, salt + static_cast<uint64_t>(member));
    }
    default: return Fold(salt + static_cast<uint64_t>(column.GetLong(row)), kFirst);
  }
}

void AddCells(const ColumnView& column, int64_t rows, ColumnSum* sum) {
  for (int64_t row = 0; row < rows; ++row) sum->Add(HashCell(column, row, sum->salt));
}

void AddColumn(const ColumnView& column, const ArrowArray& array, int64_t offset, int64_t rows,
               ColumnSum* sum) {
  switch (column.type().id()) {
    case TypeId::kByte: return AddFixed<uint8_t>(column, array, offset, rows, sum);
    case TypeId::kShort: return AddFixed<uint16_t>(column, array, offset, rows, sum);
    case TypeId::kInt:
    case TypeId::kFloat:
    case TypeId::kDate: return AddFixed<uint32_t>(column, array, offset, rows, sum);
    case TypeId::kLong:
    case TypeId::kDouble:
    case TypeId::kTime:
    case TypeId::kTimestamp:
    case TypeId::kTimestampNtz: return AddFixed<uint64_t>(column, array, offset, rows, sum);
    default: return AddCells(column, rows, sum);
  }
}

}  // namespace

void MemoryChecksum::Add(const RecordBatch& batch) {
  BatchView view(batch);
  if (batch.num_columns() == 0) low += static_cast<uint64_t>(batch.num_rows());
  for (int i = 0; i < batch.num_columns(); ++i) {
    const Field& field = batch.schema().field(i);
    const ArrowArray& array = *batch.array().children[i];
    ColumnSum sum{HashText(field.type.ToString(), HashText(field.name, kFirst))};
    AddColumn(view.column(i), array, batch.array().offset + array.offset, batch.num_rows(), &sum);
    low += sum.low;
    high += sum.high;
  }
}

}  // namespace tenon
