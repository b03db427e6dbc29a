#include "columnar/parquet/column_encoding.h"

#include <arrow/array/array_base.h>
#include <arrow/array/array_binary.h>
#include <arrow/type.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <functional>
#include <limits>
#include <string_view>
#include <vector>

namespace tenon::columnar {
namespace {

constexpr int64_t kLeastRows = 1000;
constexpr size_t kMostRows = 65536;
// Differences are stored in runs of this many values, each run with its own number of bits.
constexpr size_t kRun = 32;

// How many different numbers there are.
size_t CountDistinct(const std::vector<uint64_t>& values) {
  std::vector<uint64_t> slots(std::bit_ceil(values.size() * 2 + 1), 0);
  const size_t mask = slots.size() - 1;
  size_t distinct = 0;
  bool zero = false;
  for (const uint64_t value : values) {
    if (value == 0) {
      zero = true;
      continue;
    }
    size_t at = (value * 0x9e3779b97f4a7c15u) >> 20 & mask;
    while (slots[at] != 0 && slots[at] != value) at = (at + 1) & mask;
    distinct += slots[at] == 0 ? 1 : 0;
    slots[at] = value;
  }
  return distinct + (zero ? 1 : 0);
}

// Bits a value takes as differences.
double DeltaBits(const std::vector<uint64_t>& values) {
  double bits = 0;
  for (size_t begin = 1; begin < values.size(); begin += kRun) {
    const size_t end = std::min(begin + kRun, values.size());
    int64_t least = std::numeric_limits<int64_t>::max(), most = std::numeric_limits<int64_t>::min();
    for (size_t i = begin; i < end; ++i) {
      const auto delta = static_cast<int64_t>(values[i] - values[i - 1]);
      least = std::min(least, delta);
      most = std::max(most, delta);
    }
    const auto range = static_cast<uint64_t>(most) - static_cast<uint64_t>(least);
    bits += static_cast<double>(std::bit_width(range)) * static_cast<double>(end - begin) + 8;
  }
  return bits / static_cast<double>(values.size());
}

// Bits a value takes as an index, with its share of the dictionary.
double DictionaryBits(size_t distinct, size_t rows, double width_bits) {
  return std::bit_width(distinct) +
         static_cast<double>(distinct) / static_cast<double>(rows) * width_bits;
}

template <typename T>
std::vector<uint64_t> Numbers(const arrow::Array& array, int stride) {
  std::vector<uint64_t> values;
  const auto* bytes = array.data()->buffers[1]->data();
  for (int64_t i = 0; i < array.length() && values.size() < kMostRows; ++i) {
    if (array.IsNull(i)) continue;
    T value;
    std::memcpy(&value, bytes + (array.offset() + i) * stride, sizeof(T));
    values.push_back(static_cast<uint64_t>(static_cast<int64_t>(value)));
  }
  return values;
}

std::vector<uint64_t> Hashes(const arrow::BinaryArray& array) {
  std::vector<uint64_t> values;
  for (int64_t i = 0; i < array.length() && values.size() < kMostRows; ++i)
    if (!array.IsNull(i)) values.push_back(std::hash<std::string_view>()(array.GetView(i)));
  return values;
}

ColumnEncoding OfWhole(const std::vector<uint64_t>& values, double width_bits) {
  const double delta = DeltaBits(values);
  const double words = DictionaryBits(CountDistinct(values), values.size(), width_bits);
  return delta < 0.9 * std::min(words, width_bits) ? ColumnEncoding::kDelta
                                                   : ColumnEncoding::kDictionary;
}

// Half of the values being different, a dictionary is longer than what it stands for.
ColumnEncoding OfOther(const std::vector<uint64_t>& values) {
  return CountDistinct(values) * 2 > values.size() ? ColumnEncoding::kPlain
                                                   : ColumnEncoding::kDictionary;
}

}  // namespace

ColumnEncoding ChooseEncoding(const arrow::Array& first_rows) {
  if (first_rows.length() - first_rows.null_count() < kLeastRows)
    return ColumnEncoding::kDictionary;
  switch (first_rows.type_id()) {
    case arrow::Type::INT32:
    case arrow::Type::DATE32: return OfWhole(Numbers<int32_t>(first_rows, 4), 32);
    case arrow::Type::INT64:
    case arrow::Type::TIME64:
    case arrow::Type::TIMESTAMP: return OfWhole(Numbers<int64_t>(first_rows, 8), 64);
    case arrow::Type::DECIMAL128: {
      const int precision =
          static_cast<const arrow::Decimal128Type&>(*first_rows.type()).precision();
      // Decimals of 18 digits are stored as whole numbers, whose bytes come first.
      if (precision <= 18)
        return OfWhole(Numbers<int64_t>(first_rows, 16), precision <= 9 ? 32 : 64);
      return OfOther(Numbers<int64_t>(first_rows, 16));
    }
    case arrow::Type::FLOAT: return OfOther(Numbers<int32_t>(first_rows, 4));
    case arrow::Type::DOUBLE: return OfOther(Numbers<int64_t>(first_rows, 8));
    case arrow::Type::STRING:
    case arrow::Type::BINARY:
      return OfOther(Hashes(static_cast<const arrow::BinaryArray&>(first_rows)));
    default: return ColumnEncoding::kDictionary;
  }
}

}  // namespace tenon::columnar
