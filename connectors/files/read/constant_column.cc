#include "connectors/files/read/constant_column.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "columnar/column_ops.h"

namespace tenon::files {
namespace {

using columnar::ArrayNode;
using columnar::Column;

template <typename Value>
columnar::BufferRef Own(std::vector<Value> values) {
  auto owner = std::make_shared<const std::vector<Value>>(std::move(values));
  const void* const data = owner->data();
  return {data, std::move(owner)};
}

template <typename Value>
columnar::BufferRef Repeated(Value value, int64_t rows) {
  return Own(std::vector<Value>(static_cast<size_t>(std::max<int64_t>(rows, 1)), value));
}

Column StringColumn(const std::string& text, int64_t rows) {
  std::vector<int32_t> offsets(static_cast<size_t>(rows) + 1);
  std::vector<char> bytes;
  bytes.reserve(text.size() * static_cast<size_t>(rows) + 1);
  for (size_t row = 0; row < static_cast<size_t>(rows); ++row) {
    bytes.insert(bytes.end(), text.begin(), text.end());
    offsets[row + 1] = static_cast<int32_t>(bytes.size());
  }
  if (bytes.empty()) bytes.push_back('\0');  // A buffer of nothing still has an address.
  auto node = std::make_shared<ArrayNode>();
  node->length = rows;
  node->null_count = 0;
  node->buffer_count = 3;
  node->buffers[1] = Own(std::move(offsets));
  node->buffers[2] = Own(std::move(bytes));
  return {DataType::String(), std::move(node)};
}

}  // namespace

Column ConstantColumn(const Literal& value, int64_t rows) {
  if (value.is_null()) return columnar::NullColumn(value.type, rows);
  if (const auto* text = std::get_if<std::string>(&value.value)) return StringColumn(*text, rows);
  auto node = std::make_shared<ArrayNode>();
  node->length = rows;
  node->null_count = 0;
  node->buffer_count = 2;
  if (const auto* real = std::get_if<double>(&value.value)) {
    node->buffers[1] = Repeated(*real, rows);
  } else {
    const int64_t whole = std::get<int64_t>(value.value);
    const bool narrow = value.type.id() == TypeId::kInt || value.type.id() == TypeId::kDate;
    node->buffers[1] = narrow ? Repeated(static_cast<int32_t>(whole), rows) : Repeated(whole, rows);
  }
  return {value.type, std::move(node)};
}

}  // namespace tenon::files
