// Turns the tree of one batch into Arrow arrays: rows without a value are filled, tags become
// validity bits, whole numbers get their width, and a node with several kinds becomes a sparse
// union.
#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "columnar/column_ops.h"
#include "connectors/files/buffers/arrow_arrays.h"
#include "connectors/files/json/json_tree.h"

namespace tenon::files {

namespace {

struct Column {
  DataType type;
  ArrowArray array{};
};

}  // namespace

class JsonBatchMaker {
 public:
  explicit JsonBatchMaker(JsonTree& tree) : tree_(tree), pool_(tree.pool_) {}

  Result<RecordBatch> Make(SchemaCache& schemas) {
    std::vector<Field> fields;
    ArrayParts parts{.length = tree_.rows_};
    parts.buffers.push_back({});
    AddFields(*tree_.root_.fields, tree_.rows_, fields, parts.children);
    ArrowArray array = MakeArrowArray(pool_, std::move(parts));
    return RecordBatch::Take(schemas.Intern(Schema(std::move(fields))), &array);
  }

 private:
  // Which cells are there: where `tags` says `tag`, or all of them when `tags` is null.
  struct Presence {
    const uint8_t* tags = nullptr;
    uint8_t tag = 0;
  };

  void AddFields(JsonFields& from, int32_t rows, std::vector<Field>& fields,
                 std::vector<ArrowArray>& arrays) {
    const bool may_drift = !from.closed && from.list.size() > kMostFields / 10;
    if (may_drift) from.rows_before += rows;
    for (const auto& field : from.list) {
      if (field->node.first_row < 0 && !from.closed) continue;
      if (may_drift) field->cells_before += JsonTree::CellsOf(field->node);
      Column column = MakeColumn(field->node, rows);
      fields.push_back({.name = field->name, .type = std::move(column.type)});
      arrays.push_back(column.array);
    }
  }

  Column MakeColumn(JsonNode& node, int32_t rows) {
    if (tree_.taken_back_) FindKindsAgain(node);
    const bool declared = node.declared.id() != TypeId::kNull;
    if (node.kinds == 0) {
      Column nulls{node.declared};
      columnar::ExportColumn(columnar::NullColumn(nulls.type, rows), &nulls.array);
      return nulls;
    }
    if (node.state != kTagged && node.length < rows) tree_.MakeTagged(node);
    if (node.state == kTagged) {
      FillTags(node, rows);
    } else {
      node.slots[node.state - 1].filled = node.length;
    }
    const bool one_kind = (node.kinds & (node.kinds - 1)) == 0;
    const bool two_widths =
        (node.kinds & 1 << kInteger) != 0 && node.widths == (kFits32 | kNeeds64);
    if (!declared && (!one_kind || two_widths)) return MakeChoice(node, rows, two_widths);
    const auto kind = static_cast<Kind>(std::countr_zero(node.kinds));
    const Presence present{node.state == kTagged ? node.tags.data() : nullptr, TagOf(kind)};
    return declared ? MakeDeclared(node, kind, rows, present)
                    : MakeMember(node, kind, rows, present);
  }

  // REQUIRES: as MakeMember, and `kind` is the only one of the node.
  Column MakeDeclared(JsonNode& node, Kind kind, int32_t rows, const Presence& present) {
    const DataType& type = node.declared;
    switch (type.id()) {
      case TypeId::kByte: return Narrowed<int64_t, int8_t>(node, kind, rows, present);
      case TypeId::kShort: return Narrowed<int64_t, int16_t>(node, kind, rows, present);
      case TypeId::kInt:
      case TypeId::kDate: return Narrowed<int64_t, int32_t>(node, kind, rows, present);
      case TypeId::kFloat: return Narrowed<double, float>(node, kind, rows, present);
      case TypeId::kString:
      case TypeId::kBinary: return MakeStrings(node, rows, present, type);
      case TypeId::kBoolean:
      case TypeId::kArray:
      case TypeId::kMap:
      case TypeId::kStruct: return MakeMember(node, kind, rows, present);
      default: return MakeFixed(node, kind, rows, present, type);
    }
  }

  template <typename From, typename To>
  Column Narrowed(JsonNode& node, Kind kind, int32_t rows, const Presence& present) {
    ArrayParts parts{.length = rows};
    AddValidity(parts, present);
    const Buffer wide = TakeSlots(node, kind, rows);
    Buffer narrow = pool_->Take(static_cast<size_t>(rows) * sizeof(To));
    const auto* __restrict from = wide.as<From>();
    auto* __restrict to = narrow.as<To>();
    for (int32_t row = 0; row < rows; ++row) to[row] = static_cast<To>(from[row]);
    parts.buffers.push_back(std::move(narrow));
    return {node.declared, MakeArrowArray(pool_, std::move(parts))};
  }

  void FillTags(JsonNode& node, int32_t rows) {
    if (rows > node.tag_room) {
      pool_->Grow(node.tags, static_cast<size_t>(node.length), static_cast<size_t>(rows));
      node.tag_room = rows;
    }
    JsonTree::FillGap(node, rows);
    node.length = rows;
  }

  // After rows were taken back, kinds and widths may name values that are gone.
  static void FindKindsAgain(JsonNode& node) {
    uint8_t kinds = 0;
    for (int32_t row = 0; row < node.length; ++row) {
      const uint8_t tag = node.state == kTagged ? node.tags.data()[row] : node.state;
      if (tag != kNoTag) kinds |= static_cast<uint8_t>(1 << (tag - 1));
    }
    node.kinds = kinds;
    node.widths = 0;
    if ((kinds & 1 << kInteger) == 0) return;
    const auto* values = node.slots[kInteger].buffer.as<int64_t>();
    for (int32_t row = 0; row < node.length; ++row) {
      if (node.state == kTagged && node.tags.data()[row] != TagOf(kInteger)) continue;
      node.widths |= values[row] == static_cast<int32_t>(values[row]) ? kFits32 : kNeeds64;
    }
  }

  Column MakeChoice(JsonNode& node, int32_t rows, bool two_widths) {
    // The member of each row + 1, in the order of type names: int stands before long.
    std::vector<DataType> members;
    ArrayParts parts{.length = rows};
    Buffer cells = pool_->Take(static_cast<size_t>(rows));
    std::vector<std::pair<Kind, uint8_t>> kinds;  // With the tag of its (first) cells.
    uint8_t cell_of_tag[kKinds + 1] = {};
    uint8_t next_cell = 1;
    for (int kind = 0; kind < kKinds; ++kind) {
      if ((node.kinds & 1 << kind) == 0) continue;
      cell_of_tag[kind + 1] = next_cell;
      kinds.emplace_back(static_cast<Kind>(kind), next_cell);
      next_cell = static_cast<uint8_t>(next_cell + (kind == kInteger && two_widths ? 2 : 1));
    }
    for (int32_t row = 0; row < rows; ++row) {
      cells.data()[row] = cell_of_tag[node.state == kTagged ? node.tags.data()[row] : node.state];
    }
    const uint8_t short_cell = cell_of_tag[TagOf(kInteger)];
    if (two_widths) MarkLongs(node, rows, short_cell, cells.data());
    for (const auto& [kind, cell] : kinds) {
      if (kind == kInteger && two_widths) {
        AddMember(NarrowCopy(node, rows, {cells.data(), cell}), members, parts);
        ClearOthers(node, rows, static_cast<uint8_t>(cell + 1), cells.data());
        AddMember(MakeLongs(node, rows, {cells.data(), static_cast<uint8_t>(cell + 1)}), members,
                  parts);
      } else {
        AddMember(MakeMember(node, kind, rows, {cells.data(), cell}), members, parts);
      }
    }
    // A null row carries the first member's code.
    for (int32_t row = 0; row < rows; ++row) {
      const uint8_t cell = cells.data()[row];
      cells.data()[row] = cell == 0 ? 0 : static_cast<uint8_t>(cell - 1);
    }
    parts.buffers.push_back(std::move(cells));
    Result<DataType> type = DataType::Choice(std::move(members));
    return {std::move(type).value(), MakeArrowArray(pool_, std::move(parts))};
  }

  static void AddMember(Column column, std::vector<DataType>& members, ArrayParts& parts) {
    members.push_back(std::move(column.type));
    parts.children.push_back(column.array);
  }

  static void MarkLongs(const JsonNode& node, int32_t rows, uint8_t short_cell, uint8_t* cells) {
    const auto* values = node.slots[kInteger].buffer.as<int64_t>();
    for (int32_t row = 0; row < rows; ++row) {
      if (cells[row] == short_cell && values[row] != static_cast<int32_t>(values[row]))
        ++cells[row];
    }
  }

  static void ClearOthers(JsonNode& node, int32_t rows, uint8_t cell, const uint8_t* cells) {
    auto* values = node.slots[kInteger].buffer.as<int64_t>();
    for (int32_t row = 0; row < rows; ++row) {
      if (cells[row] != cell) values[row] = 0;
    }
  }

  // The first buffer and null count of parts for cells that are there as `present` says.
  void AddValidity(ArrayParts& parts, const Presence& present) {
    if (present.tags == nullptr) {
      parts.buffers.push_back({});
      return;
    }
    Buffer bits = pool_->Take(static_cast<size_t>(parts.length + 7) / 8);
    parts.null_count =
        parts.length - PackEqual(present.tags, present.tag, parts.length, bits.data());
    if (parts.null_count == 0) {
      pool_->Give(std::move(bits));
      bits = Buffer();
    }
    parts.buffers.push_back(std::move(bits));
  }

  // REQUIRES: node.length == rows in the dense state, or tags for all rows.
  Column MakeMember(JsonNode& node, Kind kind, int32_t rows, const Presence& present) {
    switch (kind) {
      case kInteger:
        return node.widths == kFits32 ? NarrowCopy(node, rows, present)
                                      : MakeLongs(node, rows, present);
      case kDouble: return MakeFixed(node, kind, rows, present, DataType::Double());
      case kDecimal: return MakeFixed(node, kind, rows, present, DataType::Decimal(38, 0));
      case kBoolean: return MakeBooleans(node, rows, present);
      case kMap: return MakeMap(node, rows, present);
      case kString: return MakeStrings(node, rows, present, DataType::String());
      case kArray: return MakeList(node, rows, present);
      case kStruct: return MakeStruct(node, rows, present);
    }
    return {};
  }

  Buffer TakeSlots(JsonNode& node, Kind kind, int32_t rows) {
    if (rows > 0) tree_.EnsureRoom(node, kind, rows - 1);
    tree_.FillHoles(node, kind, rows);
    node.slots[kind].room = 0;
    return std::exchange(node.slots[kind].buffer, Buffer());
  }

  Column MakeFixed(JsonNode& node, Kind kind, int32_t rows, const Presence& present,
                   DataType type) {
    ArrayParts parts{.length = rows};
    AddValidity(parts, present);
    parts.buffers.push_back(TakeSlots(node, kind, rows));
    return {std::move(type), MakeArrowArray(pool_, std::move(parts))};
  }

  Column MakeLongs(JsonNode& node, int32_t rows, const Presence& present) {
    return MakeFixed(node, kInteger, rows, present, DataType::Long());
  }

  // An int column of the whole numbers that fit one; the 64-bit values stay.
  Column NarrowCopy(JsonNode& node, int32_t rows, const Presence& present) {
    ArrayParts parts{.length = rows};
    AddValidity(parts, present);
    if (rows > 0) tree_.EnsureRoom(node, kInteger, rows - 1);
    tree_.FillHoles(node, kInteger, rows);
    Buffer narrow = pool_->Take(static_cast<size_t>(rows) * 4);
    const auto* __restrict from = node.slots[kInteger].buffer.as<int64_t>();
    auto* __restrict to = narrow.as<int32_t>();
    for (int32_t row = 0; row < rows; ++row) to[row] = static_cast<int32_t>(from[row]);
    if (node.widths == (kFits32 | kNeeds64)) {
      for (int32_t row = 0; row < rows; ++row) {
        if (present.tags[row] != present.tag) to[row] = 0;
      }
    }
    parts.buffers.push_back(std::move(narrow));
    return {DataType::Int(), MakeArrowArray(pool_, std::move(parts))};
  }

  Column MakeBooleans(JsonNode& node, int32_t rows, const Presence& present) {
    ArrayParts parts{.length = rows};
    AddValidity(parts, present);
    Buffer bytes = TakeSlots(node, kBoolean, rows);
    Buffer bits = pool_->Take(static_cast<size_t>(rows + 7) / 8);
    PackEqual(bytes.data(), 1, rows, bits.data());
    pool_->Give(std::move(bytes));
    parts.buffers.push_back(std::move(bits));
    return {DataType::Boolean(), MakeArrowArray(pool_, std::move(parts))};
  }

  Column MakeStrings(JsonNode& node, int32_t rows, const Presence& present, DataType type) {
    ArrayParts parts{.length = rows};
    AddValidity(parts, present);
    parts.buffers.push_back(TakeSlots(node, kString, rows));
    parts.buffers.push_back(std::exchange(node.text, Buffer()));
    return {std::move(type), MakeArrowArray(pool_, std::move(parts))};
  }

  Column MakeList(JsonNode& node, int32_t rows, const Presence& present) {
    ArrayParts parts{.length = rows};
    AddValidity(parts, present);
    parts.buffers.push_back(TakeSlots(node, kArray, rows));
    Column element = MakeColumn(*node.element, node.elements);
    parts.children.push_back(element.array);
    return {DataType::Array(std::move(element.type)), MakeArrowArray(pool_, std::move(parts))};
  }

  Column MakeMap(JsonNode& node, int32_t rows, const Presence& present) {
    ArrayParts parts{.length = rows};
    AddValidity(parts, present);
    parts.buffers.push_back(TakeSlots(node, kMap, rows));
    JsonEntries& from = *node.entries;
    ArrayParts entries{.length = from.count};
    entries.buffers.push_back({});
    Column keys = from.count == 0 ? NoKeys() : MakeColumn(from.keys, from.count);
    Column values = MakeColumn(from.values, from.count);
    entries.children = {keys.array, values.array};
    parts.children.push_back(MakeArrowArray(pool_, std::move(entries)));
    return {DataType::Map(std::move(values.type)), MakeArrowArray(pool_, std::move(parts))};
  }

  static Column NoKeys() {
    Column keys{DataType::String()};
    columnar::ExportColumn(columnar::NullColumn(keys.type, 0), &keys.array);
    return keys;
  }

  Column MakeStruct(JsonNode& node, int32_t rows, const Presence& present) {
    ArrayParts parts{.length = rows};
    AddValidity(parts, present);
    std::vector<Field> fields;
    AddFields(*node.fields, rows, fields, parts.children);
    return {DataType::Struct(std::move(fields)), MakeArrowArray(pool_, std::move(parts))};
  }

  JsonTree& tree_;
  std::shared_ptr<BufferPool> pool_;
};

Result<RecordBatch> JsonTree::Finish(SchemaCache& schemas) {
  FollowNote();
  Result<RecordBatch> batch = JsonBatchMaker(*this).Make(schemas);
  Reset(root_);
  root_rows_.width = 0;
  rows_ = 0;
  expected_rows_ = 0;
  bytes_ = 0;
  taken_back_ = false;
  AddKnownColumns();
  return batch;
}

}  // namespace tenon::files
