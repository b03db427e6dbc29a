#include "columnar/column_ops.h"

#include <algorithm>
#include <bit>
#include <memory>
#include <utility>

#include "columnar/buffers.h"

namespace tenon::columnar {
namespace {

using Bytes = std::shared_ptr<uint8_t>;

std::shared_ptr<ArrayNode> NewNode(int64_t rows, int64_t null_count, int buffer_count) {
  auto node = std::make_shared<ArrayNode>();
  node->length = rows;
  node->null_count = null_count;
  node->buffer_count = buffer_count;
  return node;
}

// Bytes of the widest buffer that `rows` nulls of this type need, children of the same length included.
int64_t WidestNullBuffer(const DataType& type, int64_t rows) {
  int64_t bytes = 16 + rows * 8;
  if (type.id() == TypeId::kDecimal) bytes = 16 + rows * 32;
  for (const Field& field : type.fields())
    bytes = std::max(bytes, WidestNullBuffer(field.type, rows));
  return bytes;
}

// Every buffer of a null column holds zeroes, so all of them are the same one.
NodePtr NullNode(const DataType& type, int64_t rows, const BufferRef& zeroes) {
  switch (type.id()) {
    case TypeId::kNull: return NewNode(rows, rows, 0);
    case TypeId::kString:
    case TypeId::kBinary: {
      auto node = NewNode(rows, rows, 3);
      node->buffers = {zeroes, zeroes, zeroes};
      return node;
    }
    case TypeId::kStruct: {
      auto node = NewNode(rows, rows, 1);
      node->buffers[0] = zeroes;
      for (const Field& field : type.fields())
        node->children.push_back(NullNode(field.type, rows, zeroes));
      return node;
    }
    case TypeId::kChoice: {
      auto node = NewNode(rows, 0, 1);
      node->buffers[0] = zeroes;
      for (const Field& field : type.fields())
        node->children.push_back(NullNode(field.type, rows, zeroes));
      return node;
    }
    case TypeId::kArray: {
      auto node = NewNode(rows, rows, 2);
      node->buffers = {zeroes, zeroes, {}};
      node->children = {NullNode(type.element(), 0, zeroes)};
      return node;
    }
    case TypeId::kMap: {
      auto entries = NewNode(0, 0, 1);
      entries->children = {NullNode(DataType::String(), 0, zeroes),
                           NullNode(type.element(), 0, zeroes)};
      auto node = NewNode(rows, rows, 2);
      node->buffers = {zeroes, zeroes, {}};
      node->children = {std::move(entries)};
      return node;
    }
    default: {
      auto node = NewNode(rows, rows, 2);
      node->buffers = {zeroes, zeroes, {}};
      return node;
    }
  }
}

// Validity bits of rows [offset, offset + rows) of a parent, or of all rows when `bits` is null.
struct ParentNulls {
  BufferRef bits;
  int64_t offset = 0;
};

// True when each null of the parent is a null of the child already.
bool HasParentNulls(const ArrayNode& child, const uint8_t* parent_bits, int64_t parent_offset) {
  if (HasNoNulls(child)) return CountBits(parent_bits, parent_offset, child.length) == child.length;
  const auto* bits = child.buffer<uint8_t>(0);
  for (int64_t done = 0; done < child.length; done += 64) {
    const int64_t count = std::min<int64_t>(64, child.length - done);
    const uint64_t mine = LoadBits(bits, child.offset + done, count);
    if ((mine & ~LoadBits(parent_bits, parent_offset + done, count)) != 0) return false;
  }
  return true;
}

NodePtr WithNulls(const DataType& type, const NodePtr& child, const ParentNulls& parent);

// The null rows of the parent must carry code 0 and be null in every member.
NodePtr ChoiceWithNulls(const DataType& type, const NodePtr& child, const ParentNulls& parent) {
  auto node = std::make_shared<ArrayNode>(*child);
  for (size_t k = 0; k < node->children.size(); ++k) {
    const NodePtr member = Narrowed(child->children[k], child->offset, child->length);
    node->children[k] = WithNulls(type.fields()[k].type, member, parent);
  }
  const auto* parent_bits = static_cast<const uint8_t*>(parent.bits.data);
  const auto* old_codes = child->buffer<uint8_t>(0) + child->offset;
  Bytes codes = AllocateBytes(child->length);
  for (int64_t row = 0; row < child->length; ++row) {
    codes.get()[row] = GetBit(parent_bits, parent.offset + row) ? old_codes[row] : uint8_t{0};
  }
  node->offset = 0;
  node->buffers[0] = Freeze(std::move(codes));
  return node;
}

// The child with the parent's nulls as well as its own. REQUIRES: the child has as many rows.
NodePtr WithNulls(const DataType& type, const NodePtr& child, const ParentNulls& parent) {
  const auto* parent_bits = static_cast<const uint8_t*>(parent.bits.data);
  if (parent_bits == nullptr || type.id() == TypeId::kNull) return child;
  if (type.id() == TypeId::kChoice) return ChoiceWithNulls(type, child, parent);
  if (HasParentNulls(*child, parent_bits, parent.offset)) return child;
  auto node = std::make_shared<ArrayNode>(*child);
  node->null_count = -1;
  if (HasNoNulls(*child) && child->offset == parent.offset) {
    node->buffers[0] = parent.bits;
    return node;
  }
  Bytes bits = AllocateValidity(child->offset, child->length);
  const auto* own = HasNoNulls(*child) ? nullptr : child->buffer<uint8_t>(0);
  for (int64_t done = 0; done < child->length; done += 64) {
    const int64_t count = std::min<int64_t>(64, child->length - done);
    uint64_t word = LoadBits(parent_bits, parent.offset + done, count);
    if (own != nullptr) word &= LoadBits(own, child->offset + done, count);
    StoreBits(bits.get(), child->offset + done, count, word);
  }
  node->buffers[0] = Freeze(std::move(bits));
  return node;
}

ParentNulls NullsOf(const ArrayNode& node) {
  if (HasNoNulls(node)) return {};
  return {node.buffers[0], node.offset};
}

// The parent's validity bits for a node that starts at offset 0.
BufferRef RebasedValidity(const ArrayNode& node) {
  if (HasNoNulls(node)) return {};
  if (node.offset == 0) return node.buffers[0];
  Bytes bits = AllocateValidity(0, node.length);
  for (int64_t done = 0; done < node.length; done += 64) {
    const int64_t count = std::min<int64_t>(64, node.length - done);
    StoreBits(bits.get(), done, count,
              LoadBits(node.buffer<uint8_t>(0), node.offset + done, count));
  }
  return Freeze(std::move(bits));
}

// The columns whose validity bits together tell where any of these has a value: a choice has none of its own.
std::vector<Column> WithMembers(const std::vector<Column>& columns) {
  std::vector<Column> all;
  for (const Column& column : columns) {
    if (column.type().id() != TypeId::kChoice) {
      all.push_back(column);
      continue;
    }
    for (size_t k = 0; k < column.type().fields().size(); ++k) {
      all.push_back(TakeMember(column, static_cast<int>(k)));
    }
  }
  return all;
}

// Bits that are set where any of these columns has a value; none when that is everywhere.
BufferRef AnyValue(const std::vector<Column>& given, int64_t rows, int64_t* nulls) {
  *nulls = 0;
  const std::vector<Column> columns = WithMembers(given);
  for (const Column& column : columns) {
    if (column.type().id() != TypeId::kNull && HasNoNulls(*column.node())) return {};
  }
  Bytes bits = AllocateValidity(0, rows);
  for (int64_t done = 0; done < rows; done += 64) {
    const int64_t count = std::min<int64_t>(64, rows - done);
    uint64_t word = 0;
    for (const Column& column : columns) {
      const ArrayNode& node = *column.node();
      if (column.type().id() != TypeId::kNull)
        word |= LoadBits(node.buffer<uint8_t>(0), node.offset + done, count);
    }
    *nulls += count - std::popcount(word);
    StoreBits(bits.get(), done, count, word);
  }
  return *nulls == 0 ? BufferRef{} : Freeze(std::move(bits));
}

std::shared_ptr<ArrayNode> StructNode(const std::vector<Column>& columns, int64_t rows) {
  auto node = NewNode(rows, 0, 1);
  node->children.reserve(columns.size());
  for (const Column& column : columns) node->children.push_back(column.node());
  return node;
}

// Code k in each row where member k has a value, 0 elsewhere.
BufferRef CodesOf(const std::vector<Column>& members, int64_t rows) {
  Bytes codes = AllocateZeroes(rows);
  for (size_t k = 1; k < members.size(); ++k) {
    const ArrayNode& node = *members[k].node();
    const bool all = HasNoNulls(node);
    for (int64_t row = 0; row < rows; ++row) {
      if (all || GetBit(node.buffer<uint8_t>(0), node.offset + row))
        codes.get()[row] = static_cast<uint8_t>(k);
    }
  }
  return Freeze(std::move(codes));
}

}  // namespace

Column NullColumn(const DataType& type, int64_t rows) {
  const BufferRef zeroes = Freeze(AllocateZeroes(WidestNullBuffer(type, rows)));
  return Column(type, NullNode(type, rows, zeroes));
}

Column SliceColumn(const Column& column, int64_t offset, int64_t rows) {
  return Column(column.type(), Narrowed(column.node(), offset, rows));
}

Column StoredField(const Column& structure, int index) {
  const ArrayNode& node = *structure.node();
  const auto at = static_cast<size_t>(index);
  return Column(structure.type().fields()[at].type,
                Narrowed(node.children[at], node.offset, node.length));
}

Column TakeField(const Column& structure, int index) {
  const Column field = StoredField(structure, index);
  return Column(field.type(), WithNulls(field.type(), field.node(), NullsOf(*structure.node())));
}

Column MakeStruct(std::vector<Field> fields, const std::vector<Column>& columns, int64_t rows) {
  return Column(DataType::Struct(std::move(fields)), StructNode(columns, rows));
}

Column WithFields(const Column& structure, std::vector<Field> fields,
                  const std::vector<Column>& columns) {
  const ArrayNode& old = *structure.node();
  std::shared_ptr<ArrayNode> node = StructNode(columns, old.length);
  node->buffers[0] = RebasedValidity(old);
  node->null_count = old.null_count;
  return Column(DataType::Struct(std::move(fields)), std::move(node));
}

Column TakeMember(const Column& choice, int index) {
  const ArrayNode& node = *choice.node();
  const auto at = static_cast<size_t>(index);
  return Column(choice.type().fields()[at].type,
                Narrowed(node.children[at], node.offset, node.length));
}

Column StructWherePresent(std::vector<Field> fields, const std::vector<Column>& columns,
                          int64_t rows) {
  std::shared_ptr<ArrayNode> node = StructNode(columns, rows);
  node->buffers[0] = AnyValue(columns, rows, &node->null_count);
  return Column(DataType::Struct(std::move(fields)), std::move(node));
}

Column MembersAsStruct(const Column& choice) {
  std::vector<Field> fields;
  std::vector<Column> members;
  for (size_t k = 0; k < choice.type().fields().size(); ++k) {
    members.push_back(TakeMember(choice, static_cast<int>(k)));
    fields.push_back({choice.type().fields()[k].name, members.back().type()});
  }
  return StructWherePresent(std::move(fields), members, choice.length());
}

Column MakeChoice(const DataType& type, const std::vector<Column>& members, int64_t rows) {
  std::shared_ptr<ArrayNode> node = StructNode(members, rows);
  node->buffers[0] = CodesOf(members, rows);
  return Column(type, std::move(node));
}

Column AsMember(const Column& column, const DataType& type, int index) {
  std::vector<Column> members;
  for (size_t k = 0; k < type.fields().size(); ++k) {
    const bool mine = static_cast<int>(k) == index;
    members.push_back(mine ? column : NullColumn(type.fields()[k].type, column.length()));
  }
  return MakeChoice(type, members, column.length());
}

Column StoredElements(const Column& array) {
  return Column(array.type().element(), array.node()->children[0]);
}

Column WithElements(const Column& array, const Column& elements) {
  auto node = std::make_shared<ArrayNode>(*array.node());
  node->children = {elements.node()};
  return Column(DataType::Array(elements.type()), std::move(node));
}

Column StoredKeys(const Column& map) {
  const ArrayNode& entries = *map.node()->children[0];
  return Column(DataType::String(), Narrowed(entries.children[0], entries.offset, entries.length));
}

Column StoredValues(const Column& map) {
  const ArrayNode& entries = *map.node()->children[0];
  return Column(map.type().element(),
                Narrowed(entries.children[1], entries.offset, entries.length));
}

Column WithValues(const Column& map, const Column& values) {
  const ArrayNode& old = *map.node()->children[0];
  auto entries = std::make_shared<ArrayNode>(old);
  entries->offset = 0;
  entries->null_count = 0;
  entries->buffers[0] = {};
  entries->children = {Narrowed(old.children[0], old.offset, old.length), values.node()};
  auto node = std::make_shared<ArrayNode>(*map.node());
  node->children = {std::move(entries)};
  return Column(DataType::Map(values.type()), std::move(node));
}

}  // namespace tenon::columnar
