#include "columnar/list_rows.h"

#include <array>
#include <cstring>
#include <memory>
#include <span>
#include <utility>

#include "columnar/buffers.h"
#include "columnar/column_ops.h"
#include "columnar/slice.h"

namespace tenon::columnar {
namespace {

// So many numbers are written at once, past the end of a short list: as many as the zeroes behind a buffer take.
constexpr int64_t kAtOnce = 8;
constexpr std::array<int32_t, kAtOnce> kPlaces = {0, 1, 2, 3, 4, 5, 6, 7};

// The ranges of elements that rows have.
struct Ranges {
  int64_t begin = 0, end = 0;  // Of all rows, hidden elements among them.
  int64_t elements = 0;        // That a row has.
  int64_t lists = 0;           // That are not empty.
};

Ranges RangesOf(const ArrayNode& node) {
  const int32_t* offsets = node.buffer<int32_t>(1) + node.offset;
  Ranges ranges{.begin = offsets[0], .end = offsets[node.length]};
  const bool no_nulls = HasNoNulls(node);
  for (int64_t row = 0; row < node.length; ++row) {
    const int64_t length = offsets[row + 1] - offsets[row];
    if (length == 0 || (!no_nulls && IsNull(node, row))) continue;
    ranges.elements += length;
    ++ranges.lists;
  }
  return ranges;
}

std::shared_ptr<ArrayNode> FixedNode(int64_t length, std::shared_ptr<uint8_t> values) {
  auto node = std::make_shared<ArrayNode>();
  node->length = length;
  node->null_count = 0;
  node->buffer_count = 2;
  node->buffers[1] = Freeze(std::move(values));
  return node;
}

// The rows' ids, and the owners and places of their elements. `taken`, if any, gets the elements that rows have.
void Number(const ArrayNode& node, const Ranges& ranges, int64_t first_id, ListRows* rows,
            std::vector<int64_t>* taken) {
  const int32_t* offsets = node.buffer<int32_t>(1) + node.offset;
  const bool no_nulls = HasNoNulls(node);
  const auto bytes = [](int64_t count, size_t width) {
    return AllocateBytes(count * static_cast<int64_t>(width));
  };
  std::shared_ptr<uint8_t> id_bytes = bytes(node.length, sizeof(int64_t));
  std::shared_ptr<uint8_t> owner_bytes = bytes(ranges.elements, sizeof(int64_t));
  std::shared_ptr<uint8_t> place_bytes = bytes(ranges.elements, sizeof(int32_t));
  std::shared_ptr<uint8_t> valid = AllocateZeroes(BytesForBits(node.length));
  auto* ids = reinterpret_cast<int64_t*>(id_bytes.get());
  auto* owners = reinterpret_cast<int64_t*>(owner_bytes.get());
  auto* places = reinterpret_cast<int32_t*>(place_bytes.get());
  int64_t id = first_id;
  for (int64_t row = 0; row < node.length; ++row) {
    const int64_t length = offsets[row + 1] - offsets[row];
    ids[row] = 0;
    if (length == 0 || (!no_nulls && IsNull(node, row))) continue;
    ids[row] = id;
    SetBit(valid.get(), row);
    for (int64_t i = 0; i < kAtOnce; ++i) owners[i] = id;
    std::memcpy(places, kPlaces.data(), sizeof(kPlaces));
    for (int64_t i = kAtOnce; i < length; ++i) {
      owners[i] = id;
      places[i] = static_cast<int32_t>(i);
    }
    for (int64_t i = 0; taken != nullptr && i < length; ++i) taken->push_back(offsets[row] + i);
    owners += length;
    places += length;
    ++id;
  }
  std::shared_ptr<ArrayNode> id_node = FixedNode(node.length, std::move(id_bytes));
  id_node->null_count = node.length - ranges.lists;
  id_node->buffers[0] = Freeze(std::move(valid));
  rows->ids = Column(DataType::Long(), std::move(id_node));
  rows->owners = Column(DataType::Long(), FixedNode(ranges.elements, std::move(owner_bytes)));
  rows->places = Column(DataType::Int(), FixedNode(ranges.elements, std::move(place_bytes)));
  rows->next_id = id;
}

std::vector<Column> StoredBelow(const Column& column) {
  if (column.type().id() == TypeId::kArray) return {StoredElements(column)};
  return {StoredKeys(column), StoredValues(column)};
}

Result<Column> Take(const Column& column, std::span<const int64_t> places) {
  const auto schema = std::make_shared<const Schema>(std::vector<Field>{{"c", column.type()}});
  TENON_ASSIGN_OR_RETURN(RecordBatch batch, MakeBatch(schema, {column}, column.length()));
  TENON_ASSIGN_OR_RETURN(batch, TakeRows(std::move(batch), places));
  return TakeColumns(std::move(batch)).front();
}

}  // namespace

Result<ListRows> SpreadLists(const Column& column, int64_t first_id) {
  const ArrayNode& node = *column.node();
  const Ranges ranges = RangesOf(node);
  ListRows rows;
  rows.elements = ranges.elements;
  const bool hidden = ranges.elements != ranges.end - ranges.begin;
  std::vector<int64_t> taken;
  Number(node, ranges, first_id, &rows, hidden ? &taken : nullptr);
  for (const Column& stored : StoredBelow(column)) {
    if (hidden) {
      TENON_ASSIGN_OR_RETURN(rows.values.emplace_back(), Take(stored, taken));
    } else {
      rows.values.push_back(SliceColumn(stored, ranges.begin, ranges.elements));
    }
  }
  return rows;
}

}  // namespace tenon::columnar
