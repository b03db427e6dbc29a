#include "columnar/validate.h"

#include <string>
#include <utility>

#include "columnar/arrow_library.h"
#include "columnar/buffers.h"
#include "columnar/column_ops.h"

namespace tenon::columnar {
namespace {

// The place of a column in its batch, put into words only when a rule is broken.
struct Place {
  const Place* parent;
  std::string_view name;

  std::string ToString() const {
    return parent != nullptr ? parent->ToString() + "." + std::string(name) : std::string(name);
  }
};

Status Broken(const Place& place, std::string rule) {
  return Status::Internal("Column breaks the batch contract: column=" + place.ToString() +
                          " rule=" + rule);
}

struct Shape {
  int64_t buffers;
  int64_t children;
};

Shape ShapeOf(const DataType& type) {
  switch (type.id()) {
    case TypeId::kNull: return {0, 0};
    case TypeId::kString:
    case TypeId::kBinary: return {3, 0};
    case TypeId::kStruct:
    case TypeId::kChoice: return {1, static_cast<int64_t>(type.fields().size())};
    case TypeId::kArray:
    case TypeId::kMap: return {2, 1};
    default: return {2, 0};
  }
}

Status CheckCounts(const ArrowArray& array, const Shape& shape, const Place& place) {
  if (array.release == nullptr) return Broken(place, "released already");
  if (array.length < 0 || array.offset < 0) return Broken(place, "length or offset is negative");
  if (array.null_count < -1 || array.null_count > array.length)
    return Broken(place,
                  "null count is not -1 to length: null_count=" + std::to_string(array.null_count));
  if (array.n_buffers != shape.buffers || (shape.buffers > 0 && array.buffers == nullptr))
    return Broken(place, "wrong number of buffers: buffers=" + std::to_string(array.n_buffers) +
                             " wanted=" + std::to_string(shape.buffers));
  if (array.n_children != shape.children || (shape.children > 0 && array.children == nullptr))
    return Broken(place, "wrong number of children: children=" + std::to_string(array.n_children) +
                             " wanted=" + std::to_string(shape.children));
  if (array.dictionary != nullptr) return Broken(place, "has a dictionary");
  return Status::Ok();
}

Status CheckOffsets(const ArrowArray& array, int64_t elements, const Place& place) {
  if (array.length == 0) return Status::Ok();
  const auto* offsets = static_cast<const int32_t*>(array.buffers[1]);
  const int32_t first = offsets[array.offset], last = offsets[array.offset + array.length];
  if (first < 0 || last < first) return Broken(place, "offsets descend");
  if (elements >= 0 && last > elements)
    return Broken(place, "offsets end beyond the elements: end=" + std::to_string(last) +
                             " elements=" + std::to_string(elements));
  if (elements < 0 && last > 0 && array.buffers[2] == nullptr)
    return Broken(place, "text buffer is missing");
  return Status::Ok();
}

Status CheckNode(const DataType& type, const ArrowArray& array, const Place& place);

Status CheckRowsBelow(const DataType& type, const ArrowArray& array, const Place& place) {
  for (size_t i = 0; i < type.fields().size(); ++i) {
    const Place below{&place, type.fields()[i].name};
    const ArrowArray& child = *array.children[i];
    TENON_RETURN_IF_ERROR(CheckNode(type.fields()[i].type, child, below));
    if (child.length < array.offset + array.length)
      return Broken(below, "fewer rows than its parent: rows=" + std::to_string(child.length) +
                               " parent=" + std::to_string(array.offset + array.length));
  }
  return Status::Ok();
}

Status CheckEntries(const DataType& type, const ArrowArray& array, const Place& place) {
  const Place below{&place, "entries"};
  const ArrowArray& entries = *array.children[0];
  TENON_RETURN_IF_ERROR(CheckCounts(entries, {1, 2}, below));
  const DataType entry =
      DataType::Struct({{"key", DataType::String(), false}, {"value", type.element()}});
  TENON_RETURN_IF_ERROR(CheckRowsBelow(entry, entries, below));
  return CheckOffsets(array, entries.length, place);
}

Status CheckNode(const DataType& type, const ArrowArray& array, const Place& place) {
  const Shape shape = ShapeOf(type);
  TENON_RETURN_IF_ERROR(CheckCounts(array, shape, place));
  if (type.id() == TypeId::kNull) return Status::Ok();
  if (type.id() != TypeId::kChoice && array.null_count > 0 && array.buffers[0] == nullptr)
    return Broken(place,
                  "has nulls but no validity bits: null_count=" + std::to_string(array.null_count));
  const bool needs_data = shape.buffers > 1 || type.id() == TypeId::kChoice;
  if (needs_data && array.length > 0 && array.buffers[shape.buffers > 1 ? 1 : 0] == nullptr)
    return Broken(place, "value buffer is missing");
  switch (type.id()) {
    case TypeId::kString:
    case TypeId::kBinary: return CheckOffsets(array, -1, place);
    case TypeId::kStruct:
    case TypeId::kChoice: return CheckRowsBelow(type, array, place);
    case TypeId::kArray: {
      TENON_RETURN_IF_ERROR(CheckNode(type.element(), *array.children[0], {&place, "element"}));
      return CheckOffsets(array, array.children[0]->length, place);
    }
    case TypeId::kMap: return CheckEntries(type, array, place);
    default: return Status::Ok();
  }
}

// What Arrow does not check of a choice: it has no rule for unselected slots.
Status CheckChoice(const Column& choice, const Place& place) {
  const ArrayNode& node = *choice.node();
  const auto* codes = node.buffer<int8_t>(0) + node.offset;
  const auto members = static_cast<int64_t>(node.children.size());
  for (int64_t row = 0; row < node.length; ++row) {
    if (codes[row] < 0 || codes[row] >= members)
      return Broken(place, "choice code does not exist: row=" + std::to_string(row) +
                               " code=" + std::to_string(codes[row]));
    int with_value = -1;
    for (int64_t k = 0; k < members; ++k) {
      const NodePtr& member = node.children[static_cast<size_t>(k)];
      if (IsNull(*member, node.offset + row)) continue;
      if (k != codes[row])
        return Broken(place, "unselected slot of a choice has a value: row=" + std::to_string(row) +
                                 " member=" + choice.type().fields()[static_cast<size_t>(k)].name);
      with_value = static_cast<int>(k);
    }
    if (with_value < 0 && codes[row] != 0)
      return Broken(place, "null row of a choice does not carry code 0: row=" +
                               std::to_string(row) + " code=" + std::to_string(codes[row]));
  }
  return Status::Ok();
}

Status CheckValues(const Column& column, const Place& place);

Status CheckField(const Column& parent, int index, const Place& place) {
  const Field& field = parent.type().fields()[static_cast<size_t>(index)];
  const Place below{&place, field.name};
  const Column child =
      parent.type().id() == TypeId::kChoice ? TakeMember(parent, index) : TakeField(parent, index);
  TENON_RETURN_IF_ERROR(CheckValues(child, below));
  // A null of the parent is a null of the field; only further ones break the field's promise.
  if (parent.type().id() == TypeId::kStruct && !field.nullable &&
      child.CountNulls() > parent.CountNulls())
    return Broken(below, "is declared without nulls but has some");
  return Status::Ok();
}

// Choices and promises of no nulls, at any depth.
Status CheckValues(const Column& column, const Place& place) {
  switch (column.type().id()) {
    case TypeId::kChoice: TENON_RETURN_IF_ERROR(CheckChoice(column, place)); [[fallthrough]];
    case TypeId::kStruct:
      for (int i = 0; i < static_cast<int>(column.type().fields().size()); ++i)
        TENON_RETURN_IF_ERROR(CheckField(column, i, place));
      return Status::Ok();
    case TypeId::kArray: return CheckValues(StoredElements(column), {&place, "element"});
    case TypeId::kMap: return CheckValues(StoredValues(column), {&place, "value"});
    default: return Status::Ok();
  }
}

Status CheckColumnFully(const Field& field, const ArrowArray& array) {
  const Place place{nullptr, field.name};
  TENON_ASSIGN_OR_RETURN(const ArrowModule* arrow, ArrowLibrary());
  const Status status = arrow->validate_column(field.type, array);
  if (status.code() == StatusCode::kDataError) return Broken(place, std::string(status.message()));
  TENON_RETURN_IF_ERROR(status);
  ArrowArray view = Borrow(array);
  const Column column = ImportColumn(field.type, &view);
  TENON_RETURN_IF_ERROR(CheckValues(column, place));
  if (!field.nullable && column.CountNulls() > 0)
    return Broken(place, "is declared without nulls but has some");
  return Status::Ok();
}

}  // namespace

Status ValidateCheap(const RecordBatch& batch) {
  const ArrowArray& root = batch.array();
  if (root.null_count > 0)
    return Status::Internal("Batch has null rows: null_count=" + std::to_string(root.null_count));
  for (int i = 0; i < batch.num_columns(); ++i) {
    const Field& field = batch.schema().field(i);
    const Place place{nullptr, field.name};
    TENON_RETURN_IF_ERROR(CheckNode(field.type, *root.children[i], place));
    if (root.children[i]->length < root.offset + root.length)
      return Broken(place,
                    "fewer rows than its batch: rows=" + std::to_string(root.children[i]->length) +
                        " batch=" + std::to_string(root.offset + root.length));
  }
  return Status::Ok();
}

Status ValidateFull(const RecordBatch& batch) {
  if (batch.layout() != nullptr)
    return Status::Internal("Batch is not in the canonical layout: schema=" +
                            batch.schema().ToString());
  TENON_RETURN_IF_ERROR(ValidateCheap(batch));
  for (int i = 0; i < batch.num_columns(); ++i) {
    TENON_RETURN_IF_ERROR(CheckColumnFully(batch.schema().field(i), *batch.array().children[i]));
  }
  return Status::Ok();
}

}  // namespace tenon::columnar
