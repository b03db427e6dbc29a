#include "columnar/column.h"

#include <algorithm>
#include <bit>
#include <string>
#include <utility>

#include "columnar/buffers.h"

namespace tenon::columnar {
namespace {

// An array that was taken over, released with its last buffer.
struct HeldArray {
  ArrowArray array;
  explicit HeldArray(ArrowArray taken) : array(taken) {}
  HeldArray(const HeldArray&) = delete;
  HeldArray& operator=(const HeldArray&) = delete;
  ~HeldArray() {
    if (array.release != nullptr) array.release(&array);
  }
};

std::shared_ptr<ArrayNode> ImportNode(const ArrowArray& array,
                                      const std::shared_ptr<const void>& owner) {
  auto node = std::make_shared<ArrayNode>();
  node->length = array.length;
  node->offset = array.offset;
  node->null_count = array.null_count;
  node->buffer_count = static_cast<int>(std::min<int64_t>(array.n_buffers, 3));
  for (int i = 0; i < node->buffer_count; ++i) {
    if (array.buffers[i] != nullptr)
      node->buffers[static_cast<size_t>(i)] = {array.buffers[i], owner};
  }
  node->children.reserve(static_cast<size_t>(array.n_children));
  for (int64_t i = 0; i < array.n_children; ++i) {
    node->children.push_back(ImportNode(*array.children[i], owner));
  }
  return node;
}

// What the private_data of an exported array owns. Children hold their own, so that they can be moved out.
struct ExportedArray {
  NodePtr node;
  std::array<const void*, 3> buffers;
  std::vector<ArrowArray> children;
  std::vector<ArrowArray*> child_pointers;
};

void ReleaseChildren(std::vector<ArrowArray>& children) {
  for (ArrowArray& child : children) {
    if (child.release != nullptr) child.release(&child);
  }
}

void ReleaseExported(ArrowArray* array) {
  auto* exported = static_cast<ExportedArray*>(array->private_data);
  ReleaseChildren(exported->children);
  delete exported;  // Tidy: the end of a C struct
  array->release = nullptr;
}

void ExportNode(const NodePtr& node, ArrowArray* out) {
  auto exported = std::make_unique<ExportedArray>();
  exported->node = node;
  for (size_t i = 0; i < 3; ++i) exported->buffers[i] = node->buffers[i].data;
  *out = {};
  out->length = node->length;
  out->offset = node->offset;
  out->null_count = node->null_count;
  out->n_buffers = node->buffer_count;
  out->buffers = exported->buffers.data();
  if (!node->children.empty()) {
    exported->children.resize(node->children.size());
    exported->child_pointers.reserve(node->children.size());
    for (size_t i = 0; i < node->children.size(); ++i) {
      ExportNode(node->children[i], &exported->children[i]);
      exported->child_pointers.push_back(&exported->children[i]);
    }
    out->n_children = static_cast<int64_t>(node->children.size());
    out->children = exported->child_pointers.data();
  }
  out->release = ReleaseExported;
  out->private_data = exported.release();
}

struct ExportedRoot {
  const void* no_validity = nullptr;
  std::vector<ArrowArray> columns;
  std::vector<ArrowArray*> pointers;
};

void ReleaseRoot(ArrowArray* array) {
  auto* root = static_cast<ExportedRoot*>(array->private_data);
  ReleaseChildren(root->columns);
  delete root;  // Tidy: the end of a C struct
  array->release = nullptr;
}

const NodePtr& EmptyNode() {
  static const NodePtr empty = std::make_shared<const ArrayNode>();
  return empty;
}

// A row of a choice is null when no member has a value there.
int64_t CountChoiceNulls(const Column& choice) {
  const ArrayNode& node = *choice.node();
  int64_t nulls = 0;
  for (int64_t done = 0; done < node.length; done += 64) {
    const int64_t count = std::min<int64_t>(64, node.length - done);
    uint64_t set = 0;
    for (const NodePtr& member : node.children) {
      const auto* bits = member->buffer<uint8_t>(0);
      const int64_t from = member->offset + node.offset + done;
      set |= HasNoNulls(*member) ? ~uint64_t{0} : LoadBits(bits, from, count);
    }
    if (count < 64) set |= ~uint64_t{0} << count;
    nulls += std::popcount(~set);
  }
  return nulls;
}

}  // namespace

Column::Column() : node_(EmptyNode()) {}

int64_t Column::CountNulls() const {
  if (type_.id() == TypeId::kNull) return length();
  if (type_.id() == TypeId::kChoice) return CountChoiceNulls(*this);
  if (HasNoNulls(*node_)) return 0;
  if (node_->null_count >= 0) return node_->null_count;
  return length() - CountBits(node_->buffer<uint8_t>(0), node_->offset, length());
}

std::vector<Column> TakeColumns(RecordBatch batch) {
  const SchemaPtr schema = batch.schema_ptr();
  ArrowArray root = std::move(batch).Release();
  std::vector<Column> columns;
  columns.reserve(static_cast<size_t>(schema->size()));
  for (int i = 0; i < schema->size(); ++i) {
    // Each column is moved out, so that it can go before the others do.
    auto held = std::make_shared<HeldArray>(*root.children[i]);
    root.children[i]->release = nullptr;
    const ArrowArray& array = held->array;
    NodePtr node = ImportNode(array, std::move(held));
    columns.emplace_back(schema->field(i).type, Narrowed(node, root.offset, root.length));
  }
  if (root.release != nullptr) root.release(&root);
  return columns;
}

Result<RecordBatch> MakeBatch(SchemaPtr schema, const std::vector<Column>& columns, int64_t rows) {
  auto root = std::make_unique<ExportedRoot>();
  root->columns.resize(columns.size());
  root->pointers.reserve(columns.size());
  for (size_t i = 0; i < columns.size(); ++i) {
    ExportNode(columns[i].node(), &root->columns[i]);
    root->pointers.push_back(&root->columns[i]);
  }
  ArrowArray array{};
  array.length = rows;
  array.n_buffers = 1;
  array.buffers = &root->no_validity;
  array.n_children = static_cast<int64_t>(columns.size());
  array.children = root->pointers.empty() ? nullptr : root->pointers.data();
  array.release = ReleaseRoot;
  array.private_data = root.release();
  return RecordBatch::Take(std::move(schema), &array);
}

void ExportColumn(const Column& column, ArrowArray* out) { ExportNode(column.node(), out); }

Column ImportColumn(DataType type, ArrowArray* array) {
  auto held = std::make_shared<HeldArray>(std::exchange(*array, ArrowArray{}));
  const ArrowArray& taken = held->array;
  return Column(std::move(type), ImportNode(taken, std::move(held)));
}

ArrowArray Borrow(const ArrowArray& array) {
  ArrowArray view = array;
  view.release = [](ArrowArray* self) { self->release = nullptr; };
  return view;
}

}  // namespace tenon::columnar
