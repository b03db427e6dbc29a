#include <arrow/array/array_base.h>
#include <arrow/c/bridge.h>
#include <arrow/type.h>

#include <memory>

#include "columnar/arrow/bridge.h"
#include "columnar/arrow/functions.h"

namespace tenon::columnar {

Status arrow_module::ValidateColumn(const DataType& type, const ArrowArray& array) {
  TENON_ASSIGN_OR_RETURN(std::shared_ptr<arrow::DataType> arrow_type, ToArrowType(type));
  ArrowArray view = Borrow(array);
  TENON_ASSIGN_OR_RETURN_ARROW(std::shared_ptr<arrow::Array> imported, "Column has no Arrow form",
                               arrow::ImportArray(&view, arrow_type));
  const arrow::Status status = imported->ValidateFull();
  return status.ok() ? Status::Ok() : Status::DataError(status.message());
}

}  // namespace tenon::columnar
