#include "columnar/slice.h"

#include <string>
#include <utility>

#include "columnar/arrow_library.h"
#include "columnar/buffers.h"
#include "columnar/column_ops.h"

namespace tenon::columnar {
namespace {

Status CheckRange(int64_t offset, int64_t rows, int64_t length) {
  if (offset >= 0 && rows >= 0 && offset <= length - rows) return Status::Ok();
  return Status::Internal("Slice is outside of its batch: offset=" + std::to_string(offset) +
                          " rows=" + std::to_string(rows) + " batch=" + std::to_string(length));
}

Result<RecordBatch> SliceColumns(const SchemaPtr& schema, const std::vector<Column>& columns,
                                 int64_t offset, int64_t rows) {
  std::vector<Column> sliced;
  sliced.reserve(columns.size());
  for (const Column& column : columns) sliced.push_back(SliceColumn(column, offset, rows));
  return MakeBatch(schema, sliced, rows);
}

Status CheckSameSchema(const std::vector<RecordBatch>& batches) {
  const SchemaPtr& first = batches[0].schema_ptr();
  for (const RecordBatch& batch : batches) {
    if (batch.schema_ptr() == first || batch.schema() == *first) continue;
    return Status::Internal("Batches of different schemas cannot be put together: first=" +
                            first->ToString() + " other=" + batch.schema().ToString());
  }
  return Status::Ok();
}

Result<Column> ConcatenateColumn(const Field& field, const std::vector<Column>& parts) {
  TENON_ASSIGN_OR_RETURN(const ArrowModule* arrow, ArrowLibrary());
  return arrow->concatenate(field, parts);
}

}  // namespace

Result<RecordBatch> Slice(const SharedBatch& batch, int64_t offset, int64_t rows) {
  TENON_RETURN_IF_ERROR(CheckRange(offset, rows, batch.num_rows()));
  return SliceColumns(batch.schema_ptr(), batch.columns(), offset, rows);
}

Result<RecordBatch> Slice(RecordBatch batch, int64_t offset, int64_t rows) {
  TENON_RETURN_IF_ERROR(CheckRange(offset, rows, batch.num_rows()));
  if (rows == batch.num_rows()) return batch;
  const SchemaPtr schema = batch.schema_ptr();
  return SliceColumns(schema, TakeColumns(std::move(batch)), offset, rows);
}

Result<RecordBatch> Concatenate(std::vector<RecordBatch> batches) {
  if (batches.empty()) return RecordBatch();
  if (batches.size() == 1) return std::move(batches[0]);
  TENON_RETURN_IF_ERROR(CheckSameSchema(batches));
  const SchemaPtr schema = batches[0].schema_ptr();
  int64_t rows = 0;
  std::vector<std::vector<Column>> parts(static_cast<size_t>(schema->size()));
  for (RecordBatch& batch : batches) {
    rows += batch.num_rows();
    std::vector<Column> columns = TakeColumns(std::move(batch));
    for (size_t i = 0; i < columns.size(); ++i) parts[i].push_back(std::move(columns[i]));
  }
  std::vector<Column> whole;
  for (int i = 0; i < schema->size(); ++i) {
    TENON_ASSIGN_OR_RETURN(Column column,
                           ConcatenateColumn(schema->field(i), parts[static_cast<size_t>(i)]));
    whole.push_back(std::move(column));
    parts[static_cast<size_t>(i)].clear();
  }
  return MakeBatch(schema, whole, rows);
}

Result<RecordBatch> Filter(RecordBatch batch, const std::vector<uint8_t>& keep_bitmap) {
  const int64_t rows = batch.num_rows();
  if (static_cast<int64_t>(keep_bitmap.size()) < BytesForBits(rows)) {
    return Status::Internal("Filter has fewer bits than its batch has rows: bits=" +
                            std::to_string(keep_bitmap.size() * 8) +
                            " rows=" + std::to_string(rows));
  }
  const int64_t kept = CountBits(keep_bitmap.data(), 0, rows);
  if (kept == rows) return batch;
  if (kept == 0) return Slice(std::move(batch), 0, 0);
  TENON_ASSIGN_OR_RETURN(const ArrowModule* arrow, ArrowLibrary());
  const SchemaPtr schema = batch.schema_ptr();
  TENON_ASSIGN_OR_RETURN(const std::vector<Column> columns,
                         arrow->filter(TakeColumns(std::move(batch)), keep_bitmap.data(), rows));
  return MakeBatch(schema, columns, kept);
}

Result<RecordBatch> TakeRows(RecordBatch batch, std::span<const int64_t> indices) {
  for (int64_t index : indices) {
    if (index < 0 || index >= batch.num_rows()) {
      return Status::Internal("Row is not in the batch: row=" + std::to_string(index) +
                              " rows=" + std::to_string(batch.num_rows()));
    }
  }
  TENON_ASSIGN_OR_RETURN(const ArrowModule* arrow, ArrowLibrary());
  const SchemaPtr schema = batch.schema_ptr();
  TENON_ASSIGN_OR_RETURN(const std::vector<Column> columns,
                         arrow->take_rows(TakeColumns(std::move(batch)), indices));
  return MakeBatch(schema, columns, static_cast<int64_t>(indices.size()));
}

namespace {

// A row of a choice is null where its selected member is.
bool HasValue(const Column& column, int64_t row) {
  const ArrayNode& node = *column.node();
  if (column.type().id() == TypeId::kNull) return false;
  if (column.type().id() != TypeId::kChoice) return !IsNull(node, row);
  const auto code = static_cast<size_t>(node.buffer<uint8_t>(0)[node.offset + row]);
  return !IsNull(*node.children[code], node.offset + row);
}

}  // namespace

Result<Column> MergeColumns(const std::vector<Column>& columns) {
  if (columns.size() == 1) return columns[0];
  if (columns.empty()) return Status::Internal("No columns to merge: columns=0");
  const DataType& type = columns[0].type();
  const int64_t rows = columns[0].length();
  std::vector<int64_t> indices(static_cast<size_t>(rows), 0);
  for (size_t k = 0; k < columns.size(); ++k) {
    if (columns[k].type() != type || columns[k].length() != rows) {
      return Status::Internal("Columns to merge differ: first=" + type.ToString() +
                              " other=" + columns[k].type().ToString());
    }
    for (int64_t row = 0; row < rows; ++row) {
      if (HasValue(columns[k], row))
        indices[static_cast<size_t>(row)] = static_cast<int64_t>(k) * rows + row;
    }
  }
  // A row without any value must not find one at index 0.
  for (int64_t row = 0; row < rows; ++row) {
    int64_t& index = indices[static_cast<size_t>(row)];
    if (index == 0) index = row;
  }
  TENON_ASSIGN_OR_RETURN(Column all, ConcatenateColumn({"value", type}, columns));
  const auto schema = std::make_shared<const Schema>(std::vector<Field>{{"value", type}});
  TENON_ASSIGN_OR_RETURN(RecordBatch batch, MakeBatch(schema, {all}, all.length()));
  TENON_ASSIGN_OR_RETURN(RecordBatch taken, TakeRows(std::move(batch), indices));
  return TakeColumns(std::move(taken))[0];
}

}  // namespace tenon::columnar
