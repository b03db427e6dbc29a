#include "columnar/arrow/bridge.h"

#include <arrow/array/array_base.h>
#include <arrow/c/bridge.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <string>
#include <utility>

namespace tenon::columnar {

Status FromArrowStatus(const arrow::Status& status, std::string_view doing, StatusCode otherwise) {
  const std::string text = std::string(doing) + ": reason=" + status.message();
  if (status.IsOutOfMemory() || status.IsCapacityError()) return Status::ResourceExhausted(text);
  if (status.IsNotImplemented()) return Status::Unsupported(text);
  return {otherwise, text};
}

Result<std::shared_ptr<arrow::Schema>> ToArrowSchema(const Schema& schema) {
  ArrowSchema exported;
  ExportSchema(schema, &exported);
  TENON_ASSIGN_OR_RETURN_ARROW(std::shared_ptr<arrow::Schema> imported, "Schema has no Arrow form",
                               arrow::ImportSchema(&exported));
  return imported;
}

Result<std::shared_ptr<arrow::DataType>> ToArrowType(const DataType& type) {
  TENON_ASSIGN_OR_RETURN(std::shared_ptr<arrow::Schema> schema,
                         ToArrowSchema(Schema({{"value", type}})));
  return schema->field(0)->type();
}

Result<std::shared_ptr<arrow::Array>> ToArrow(const Column& column,
                                              const std::shared_ptr<arrow::DataType>& type) {
  ArrowArray exported;
  ExportColumn(column, &exported);
  TENON_ASSIGN_OR_RETURN_ARROW(std::shared_ptr<arrow::Array> array, "Column has no Arrow form",
                               arrow::ImportArray(&exported, type));
  return array;
}

Result<Column> FromArrow(const DataType& type, const std::shared_ptr<arrow::Array>& array) {
  ArrowArray exported;
  const arrow::Status status = arrow::ExportArray(*array, &exported);
  if (!status.ok()) return FromArrowStatus(status, "Column could not be exported");
  return ImportColumn(type, &exported);
}

ArrowSchema Borrow(const ArrowSchema& schema) {
  ArrowSchema view = schema;
  view.release = [](ArrowSchema* self) { self->release = nullptr; };
  return view;
}

Result<std::shared_ptr<arrow::Schema>> SchemaBridge::ArrowSchemaOf(const SchemaPtr& schema) {
  if (schema != schema_ || schema_ == nullptr) {
    TENON_ASSIGN_OR_RETURN(arrow_schema_, ToArrowSchema(*schema));
    schema_ = schema;
  }
  return arrow_schema_;
}

Result<std::shared_ptr<arrow::RecordBatch>> SchemaBridge::ToArrow(RecordBatch batch) {
  TENON_ASSIGN_OR_RETURN(std::shared_ptr<arrow::Schema> schema, ArrowSchemaOf(batch.schema_ptr()));
  ArrowArray array = std::move(batch).Release();
  TENON_ASSIGN_OR_RETURN_ARROW(std::shared_ptr<arrow::RecordBatch> imported,
                               "Batch has no Arrow form", arrow::ImportRecordBatch(&array, schema));
  return imported;
}

Result<std::shared_ptr<arrow::RecordBatch>> SchemaBridge::Borrowed(const RecordBatch& batch) {
  TENON_ASSIGN_OR_RETURN(std::shared_ptr<arrow::Schema> schema, ArrowSchemaOf(batch.schema_ptr()));
  ArrowArray array = Borrow(batch.array());
  TENON_ASSIGN_OR_RETURN_ARROW(std::shared_ptr<arrow::RecordBatch> imported,
                               "Batch has no Arrow form", arrow::ImportRecordBatch(&array, schema));
  return imported;
}

Result<RecordBatch> SchemaBridge::FromArrow(const arrow::RecordBatch& batch, SchemaPtr schema) {
  ArrowArray exported;
  const arrow::Status status = arrow::ExportRecordBatch(batch, &exported);
  if (!status.ok()) return FromArrowStatus(status, "Batch could not be exported");
  return RecordBatch::Take(std::move(schema), &exported);
}

}  // namespace tenon::columnar
