#include "columnar/checksum.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <vector>

#include "columnar/buffers.h"
#include "columnar/column_ops.h"

namespace tenon::columnar {
namespace {

// The finaliser of MurmurHash3: every bit of the input reaches every bit of the output.
uint64_t Mix(uint64_t value) {
  value ^= value >> 33;
  value *= 0xff51afd7ed558ccdULL;
  value ^= value >> 33;
  value *= 0xc4ceb9fe1a85ec53ULL;
  return value ^ (value >> 33);
}

constexpr uint64_t kBooleanSeed = 0x51a3, kRealSeed = 0x51b7, kTextSeed = 0x51c9,
                   kListSeed = 0x51db, kStructSeed = 0x51ed;

uint64_t HashBytes(std::string_view bytes, uint64_t seed) {
  uint64_t hash = Mix(seed ^ bytes.size());
  while (!bytes.empty()) {
    uint64_t word = 0;
    const size_t here = std::min<size_t>(8, bytes.size());
    std::memcpy(&word, bytes.data(), here);
    hash = Mix(hash * 0x9e3779b97f4a7c15ULL + word);
    bytes.remove_prefix(here);
  }
  return hash;
}

uint64_t HashReal(double value) {
  uint64_t bits = 0;
  if (std::isnan(value)) value = std::nan("");  // All of them are one.
  std::memcpy(&bits, &value, sizeof(bits));
  return Mix(bits + kRealSeed);
}

uint64_t HashWhole(int64_t value) { return Mix(static_cast<uint64_t>(value) + 1); }

bool CellIsNull(const DataType& type, const ArrayNode& node, int64_t row) {
  return type.id() == TypeId::kNull || (type.id() != TypeId::kChoice && IsNull(node, row));
}

uint64_t HashCell(const DataType& type, const ArrayNode& node, int64_t row);

// Named parts whose order does not count; a null one counts like an absent one.
uint64_t HashNamed(uint64_t name, const DataType& type, const ArrayNode& node, int64_t row) {
  if (CellIsNull(type, node, row)) return 0;
  const uint64_t value = HashCell(type, node, row);
  return value == 0 ? 0 : Mix(name ^ value);
}

uint64_t HashStruct(const DataType& type, const ArrayNode& node, int64_t at) {
  uint64_t sum = kStructSeed;
  for (size_t i = 0; i < node.children.size(); ++i) {
    sum += HashNamed(HashBytes(type.fields()[i].name, kStructSeed), type.fields()[i].type,
                     *node.children[i], at);
  }
  return Mix(sum);
}

uint64_t HashChoice(const DataType& type, const ArrayNode& node, int64_t at) {
  const auto code = static_cast<size_t>(node.buffer<uint8_t>(0)[at]);
  const DataType& member = type.fields()[code].type;
  return CellIsNull(member, *node.children[code], at) ? 0
                                                      : HashCell(member, *node.children[code], at);
}

uint64_t HashList(const DataType& type, const ArrayNode& node, int64_t at) {
  const auto* offsets = node.buffer<int32_t>(1);
  uint64_t hash = kListSeed;
  for (int64_t i = offsets[at]; i < offsets[at + 1]; ++i) {
    hash = Mix(hash + 1 + HashNamed(kListSeed, type.element(), *node.children[0], i));
  }
  return Mix(hash);
}

uint64_t HashMap(const DataType& type, const ArrayNode& node, int64_t at) {
  const auto* offsets = node.buffer<int32_t>(1);
  const ArrayNode& entries = *node.children[0];
  uint64_t sum = kStructSeed;
  for (int64_t i = offsets[at]; i < offsets[at + 1]; ++i) {
    const int64_t entry = entries.offset + i;
    const uint64_t key = HashCell(DataType::String(), *entries.children[0], entry);
    sum += Mix(key + HashNamed(key, type.element(), *entries.children[1], entry));
  }
  return Mix(sum);
}

// REQUIRES: not null. 0 only for a choice without a value.
uint64_t HashCell(const DataType& type, const ArrayNode& node, int64_t row) {
  const int64_t at = node.offset + row;
  switch (type.id()) {
    case TypeId::kNull: return 0;
    case TypeId::kBoolean: return Mix(kBooleanSeed + (GetBit(node.buffer<uint8_t>(1), at) ? 1 : 0));
    case TypeId::kByte: return HashWhole(node.buffer<int8_t>(1)[at]);
    case TypeId::kShort: return HashWhole(node.buffer<int16_t>(1)[at]);
    case TypeId::kInt:
    case TypeId::kDate: return HashWhole(node.buffer<int32_t>(1)[at]);
    case TypeId::kLong:
    case TypeId::kTime:
    case TypeId::kTimestamp:
    case TypeId::kTimestampNtz: return HashWhole(node.buffer<int64_t>(1)[at]);
    case TypeId::kFloat: return HashReal(node.buffer<float>(1)[at]);
    case TypeId::kDouble: return HashReal(node.buffer<double>(1)[at]);
    case TypeId::kDecimal: {
      const int64_t width = type.precision() > 38 ? 32 : 16;
      return HashBytes({node.buffer<char>(1) + at * width, static_cast<size_t>(width)},
                       kRealSeed + static_cast<uint64_t>(type.scale()));
    }
    case TypeId::kString:
    case TypeId::kBinary: {
      const auto* offsets = node.buffer<int32_t>(1);
      return HashBytes(
          {node.buffer<char>(2) + offsets[at], static_cast<size_t>(offsets[at + 1] - offsets[at])},
          kTextSeed);
    }
    case TypeId::kStruct: return HashStruct(type, node, at);
    case TypeId::kChoice: return HashChoice(type, node, at);
    case TypeId::kArray: return HashList(type, node, at);
    case TypeId::kMap: return HashMap(type, node, at);
  }
  return 0;
}

}  // namespace

void RowChecksum::Add(const RecordBatch& batch) {
  const auto rows = static_cast<size_t>(batch.num_rows());
  std::vector<uint64_t> hashes(rows, 0);
  for (int i = 0; i < batch.num_columns(); ++i) {
    const Field& field = batch.schema().field(i);
    ArrowArray view = *batch.array().children[i];
    view.release = [](ArrowArray* self) { self->release = nullptr; };
    const Column column =
        SliceColumn(ImportColumn(field.type, &view), batch.array().offset, batch.num_rows());
    const uint64_t name = HashBytes(field.name, kStructSeed);
    for (size_t row = 0; row < rows; ++row) {
      hashes[row] += HashNamed(name, field.type, *column.node(), static_cast<int64_t>(row));
    }
  }
  for (const uint64_t hash : hashes) {
    const uint64_t low = Mix(hash + 0x9e3779b97f4a7c15ULL);
    low_ += low;
    high_ += Mix(hash ^ 0xc2b2ae3d27d4eb4fULL) + (low_ < low ? 1 : 0);
  }
  rows_ += rows;
}

void RowChecksum::Merge(const RowChecksum& other) {
  low_ += other.low_;
  high_ += other.high_ + (low_ < other.low_ ? 1 : 0);
  rows_ += other.rows_;
}

std::string RowChecksum::ToString() const {
  std::array<char, 40> text;
  std::snprintf(text.data(), text.size(), "%016llx%016llx", static_cast<unsigned long long>(high_),
                static_cast<unsigned long long>(low_));
  return std::string(text.data()) + "/" + std::to_string(rows_);
}

}  // namespace tenon::columnar
