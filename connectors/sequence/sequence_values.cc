#include "sequence_values.h"

#include <charconv>
#include <cstring>
#include <limits>
#include <string_view>

namespace tenon::sequence {
namespace {

constexpr int64_t kDays = 20000;
constexpr int64_t kMicrosPerSecond = 1000000;
constexpr int64_t kMicrosPerDay = 86400 * kMicrosPerSecond;
// The seconds that a timestamp can still take.
constexpr int64_t kMostSeconds =
    (std::numeric_limits<int64_t>::max() - kFirstTimestamp) / kMicrosPerSecond;

void AppendText(std::string_view prefix, int64_t number, ColumnBuilder& column) {
  char text[32];
  std::memcpy(text, prefix.data(), prefix.size());
  const char* end = std::to_chars(text + prefix.size(), text + sizeof(text), number).ptr;
  column.Append(std::string_view(text, static_cast<size_t>(end - text)));
}

void AppendBytes(int64_t row, ColumnBuilder& column) {
  char bytes[8];
  for (int i = 0; i < 8; ++i)
    bytes[i] = static_cast<char>(static_cast<uint64_t>(row) >> (8 * i) & 0xFF);
  column.Append(std::string_view(bytes, sizeof(bytes)));
}

void AppendDecimal(const DataType& type, int64_t row, ColumnBuilder& column) {
  constexpr int kDigitsOfALong = 18;
  int64_t value = row;
  if (type.precision() <= kDigitsOfALong) {
    int64_t modulus = 1;
    for (int digit = 0; digit < type.precision(); ++digit) modulus *= 10;
    value %= modulus;
  }
  column.Append(Decimal128{0, static_cast<uint64_t>(value)});
}

void AppendArray(const DataType& type, int64_t row, ColumnBuilder& column) {
  for (int64_t i = 0; i < row % 3; ++i) AppendValue(type.element(), row + i, column.element());
  column.EndArray();
}

void AppendStruct(const DataType& type, int64_t row, ColumnBuilder& column) {
  int index = 0;
  for (const Field& field : type.fields()) AppendValue(field.type, row, column.field(index++));
  column.EndStruct();
}

void AppendMap(const DataType& type, int64_t row, ColumnBuilder& column) {
  AppendText("k", row % 3, column.key());
  AppendValue(type.element(), row, column.value());
  column.EndMap();
}

void AppendChoice(const DataType& type, int64_t row, ColumnBuilder& column) {
  const auto members = static_cast<int64_t>(type.fields().size());
  const int member = static_cast<int>(row % members);
  AppendValue(type.fields()[static_cast<size_t>(member)].type, row, column.member(member));
  column.EndChoice(member);
}

}  // namespace

void AppendValue(const DataType& type, int64_t row, ColumnBuilder& column) {
  switch (type.id()) {
    case TypeId::kNull: return column.AppendNull();
    case TypeId::kBoolean: return column.Append(row % 2 == 1);
    case TypeId::kByte: return column.Append(row & std::numeric_limits<int8_t>::max());
    case TypeId::kShort: return column.Append(row & std::numeric_limits<int16_t>::max());
    case TypeId::kInt: return column.Append(row & std::numeric_limits<int32_t>::max());
    case TypeId::kLong: return column.Append(row);
    case TypeId::kFloat: return column.Append(static_cast<double>(row & 0xFFFF) / 4);
    case TypeId::kDouble: return column.Append(static_cast<double>(row) / 4);
    case TypeId::kDecimal: return AppendDecimal(type, row, column);
    case TypeId::kString: return AppendText("row-", row, column);
    case TypeId::kBinary: return AppendBytes(row, column);
    case TypeId::kDate: return column.Append(row % kDays);
    case TypeId::kTime: return column.Append(row % kMicrosPerDay);
    case TypeId::kTimestamp:
    case TypeId::kTimestampNtz:
      return column.Append(kFirstTimestamp + row % kMostSeconds * kMicrosPerSecond);
    case TypeId::kStruct: return AppendStruct(type, row, column);
    case TypeId::kArray: return AppendArray(type, row, column);
    case TypeId::kMap: return AppendMap(type, row, column);
    case TypeId::kChoice: return AppendChoice(type, row, column);
  }
}

}  // namespace tenon::sequence
