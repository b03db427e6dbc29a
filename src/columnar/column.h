// One column of a batch as an immutable value: a type and buffers in that type's canonical layout.
//
//   std::vector<Column> columns = TakeColumns(std::move(batch));
//   columns.push_back(NullColumn(DataType::Int(), rows));
//   TENON_ASSIGN_OR_RETURN(RecordBatch wider, MakeBatch(wider_schema, columns, rows));
//
// Copies share buffers and cost a reference count; nothing is ever changed in place. A column outlives the batch
// it came from and keeps only its own buffers alive where the producer releases columns one by one. Any thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "tenon/record_batch.h"
#include "tenon/schema.h"

namespace tenon::columnar {

// Bytes that somebody keeps alive.
struct BufferRef {
  const void* data = nullptr;
  std::shared_ptr<const void> owner;
};

// The tree of buffers under a column: what ArrowArray holds, with shared instead of single ownership.
struct ArrayNode {
  int64_t length = 0;
  int64_t offset = 0;
  int64_t null_count = -1;  // -1: not counted.
  int buffer_count = 0;
  std::array<BufferRef, 3> buffers;
  std::vector<std::shared_ptr<const ArrayNode>> children;

  template <typename T>
  const T* buffer(int index) const {
    return static_cast<const T*>(buffers[static_cast<size_t>(index)].data);
  }
};
using NodePtr = std::shared_ptr<const ArrayNode>;

class Column {
 public:
  // Of type null, without rows.
  Column();
  // REQUIRES: `node` has the canonical layout of `type`.
  Column(DataType type, NodePtr node) : type_(std::move(type)), node_(std::move(node)) {}

  const DataType& type() const { return type_; }
  const NodePtr& node() const { return node_; }
  int64_t length() const { return node_->length; }
  // Rows that are null; a null row of a choice counts as well. May scan the validity bits.
  int64_t CountNulls() const;

 private:
  DataType type_;
  NodePtr node_;
};

// The columns of a canonical batch, which is used up. REQUIRES: batch.layout() == nullptr.
std::vector<Column> TakeColumns(RecordBatch batch);

// A batch of these columns. kInternal when their number or a length is not the schema's or `rows`.
// REQUIRES: each is of its field's type.
Result<RecordBatch> MakeBatch(SchemaPtr schema, const std::vector<Column>& columns, int64_t rows);

// The column as an Arrow array that the caller must release; shares the buffers.
void ExportColumn(const Column& column, ArrowArray* out);
// Takes `*array` over, which has the canonical layout of `type`.
Column ImportColumn(DataType type, ArrowArray* array);
// A view of an array for as long as the array stays: its release does nothing.
ArrowArray Borrow(const ArrowArray& array);

}  // namespace tenon::columnar
