// Between the door's batches and Arrow C++, without copying: the C Data Interface on both sides. Private to
// the module and its tests. Any thread, but a SchemaBridge is used by one at a time.
#pragma once

#include <arrow/type_fwd.h>

#include <memory>
#include <string_view>

#include "columnar/column.h"
#include "tenon/record_batch.h"
#include "tenon/result.h"

namespace tenon::columnar {

// The error of an Arrow call as ours: out of memory and full disks kResourceExhausted, a type that Arrow lacks
// kUnsupported, the rest `otherwise`. `doing` begins the text: "Batch could not be read back".
Status FromArrowStatus(const arrow::Status& status, std::string_view doing,
                       StatusCode otherwise = StatusCode::kInternal);

Result<std::shared_ptr<arrow::Schema>> ToArrowSchema(const Schema& schema);
Result<std::shared_ptr<arrow::DataType>> ToArrowType(const DataType& type);

// Shares the buffers. `type` is ToArrowType(column.type()).
Result<std::shared_ptr<arrow::Array>> ToArrow(const Column& column,
                                              const std::shared_ptr<arrow::DataType>& type);
// Shares the buffers. REQUIRES: `array` has the canonical layout of `type`.
Result<Column> FromArrow(const DataType& type, const std::shared_ptr<arrow::Array>& array);

// A view of a schema for as long as the schema stays: its release does nothing.
ArrowSchema Borrow(const ArrowSchema& schema);

// Converts batch after batch, and a schema only when its pointer changes.
class SchemaBridge {
 public:
  Result<std::shared_ptr<arrow::Schema>> ArrowSchemaOf(const SchemaPtr& schema);
  Result<std::shared_ptr<arrow::RecordBatch>> ToArrow(RecordBatch batch);
  // The batch is read while `batch` stays as it is; nothing is taken over.
  Result<std::shared_ptr<arrow::RecordBatch>> Borrowed(const RecordBatch& batch);
  // REQUIRES: the columns have the canonical layout of `schema`.
  static Result<RecordBatch> FromArrow(const arrow::RecordBatch& batch, SchemaPtr schema);

 private:
  SchemaPtr schema_;
  std::shared_ptr<arrow::Schema> arrow_schema_;
};

}  // namespace tenon::columnar

// As TENON_ASSIGN_OR_RETURN, for an arrow::Result; `doing` begins the error's text.
#define TENON_ASSIGN_OR_RETURN_ARROW(target, doing, ...)                                          \
  TENON_ASSIGN_OR_RETURN_ARROW_INNER(TENON_STATUS_JOIN(tenon_arrow_, __COUNTER__), target, doing, \
                                     (__VA_ARGS__))
#define TENON_ASSIGN_OR_RETURN_ARROW_INNER(result, target, doing, expression) \
  auto result = expression;                                                   \
  if (!result.ok()) return FromArrowStatus(result.status(), doing);           \
  target = *std::move(result)
