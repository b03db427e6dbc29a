#include "columnar/list_rows.h"

#include <algorithm>
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
// Rows whose validity is one byte.
constexpr int64_t kByte = 8;

// The ranges of elements that rows have.
struct Ranges {
  int64_t begin = 0, end = 0;  // Of all rows, hidden elements among them.
  int64_t elements = 0;        // That a row has.
};

Ranges RangesOf(const ArrayNode& node) {
  const int32_t* offsets = node.buffer<int32_t>(1) + node.offset;
  Ranges ranges{.begin = offsets[0], .end = offsets[node.length]};
  ranges.elements = ranges.end - ranges.begin;
  if (HasNoNulls(node)) return ranges;
  for (int64_t row = 0; row < node.length; ++row) {
    if (IsNull(node, row)) ranges.elements -= offsets[row + 1] - offsets[row];
  }
  return ranges;
}

// Where the numbers go next.
struct Cursor {
  int64_t* ids;
  int64_t* owners;
  int32_t* places;
  int64_t id;
};

// Eight rows, or fewer, whose offsets begin at `offsets`; bit i of `not_null`: row i is not null. Returns the bits of
// those that have a list. Without a branch for each row: whether a list is empty cannot be foretold.
uint32_t NumberRows(const int32_t* offsets, int64_t rows, uint32_t not_null, Cursor* cursor) {
  Cursor at = *cursor;
  uint32_t lists = 0;
  const auto number = [&](int i) {
    const int32_t stored = offsets[i + 1] - offsets[i];
    const uint32_t there = static_cast<uint32_t>(stored != 0) & (not_null >> i & 1);
    const int32_t length = stored & -static_cast<int32_t>(there);
    at.ids[i] = at.id & -static_cast<int64_t>(there);
    lists |= there << i;
    for (int64_t k = 0; k < kAtOnce; ++k) at.owners[k] = at.id;
    std::memcpy(at.places, kPlaces.data(), sizeof(kPlaces));
    for (int32_t k = kAtOnce; k < length; ++k) {
      at.owners[k] = at.id;
      at.places[k] = k;
    }
    at.owners += length;
    at.places += length;
    at.id += there;
  };
  if (rows == kByte) {
    [&]<int... kRow>(std::integer_sequence<int, kRow...>) { (number(kRow), ...); }
    (std::make_integer_sequence<int, kByte>());
  } else {
    for (int i = 0; i < static_cast<int>(rows); ++i) number(i);
  }
  at.ids += rows;
  *cursor = at;
  return lists;
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
  Cursor cursor{reinterpret_cast<int64_t*>(id_bytes.get()),
                reinterpret_cast<int64_t*>(owner_bytes.get()),
                reinterpret_cast<int32_t*>(place_bytes.get()), first_id};
  for (int64_t first = 0; first < node.length; first += kByte) {
    const int64_t count = std::min(kByte, node.length - first);
    const auto not_null = static_cast<uint32_t>(
        no_nulls ? ~uint64_t{0} : LoadBits(node.buffer<uint8_t>(0), node.offset + first, count));
    const uint32_t lists = NumberRows(offsets + first, count, not_null, &cursor);
    valid.get()[first / 8] = static_cast<uint8_t>(lists);
  }
  for (int64_t row = 0; taken != nullptr && row < node.length; ++row) {
    if (!no_nulls && IsNull(node, row)) continue;
    for (int64_t i = offsets[row]; i < offsets[row + 1]; ++i) taken->push_back(i);
  }
  std::shared_ptr<ArrayNode> id_node = FixedNode(node.length, std::move(id_bytes));
  id_node->null_count = node.length - (cursor.id - first_id);
  id_node->buffers[0] = Freeze(std::move(valid));
  rows->ids = Column(DataType::Long(), std::move(id_node));
  rows->owners = Column(DataType::Long(), FixedNode(ranges.elements, std::move(owner_bytes)));
  rows->places = Column(DataType::Int(), FixedNode(ranges.elements, std::move(place_bytes)));
  rows->next_id = cursor.id;
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
