#include <arrow/array/array_base.h>
#include <arrow/array/array_primitive.h>
#include <arrow/array/concatenate.h>
#include <arrow/buffer.h>
#include <arrow/compute/api_vector.h>
#include <arrow/datum.h>

#include <string>
#include <utility>

#include "columnar/arrow/bridge.h"
#include "columnar/arrow/functions.h"

namespace tenon::columnar {
namespace {

// Text offsets of 32 bits: what two or more batches hold together may be too much for one.
Status TooMuchText(const std::string& column) {
  return Status::ResourceExhausted(
             "Column would hold more than 2 GiB of text in one batch: column=" + column)
      .WithHint("Use smaller batches.");
}

// Of each column the rows that Arrow's Filter or Take chooses.
template <typename Select>
Result<std::vector<Column>> SelectRows(const std::vector<Column>& columns, const Select& select) {
  std::vector<Column> selected;
  for (const Column& column : columns) {
    TENON_ASSIGN_OR_RETURN(std::shared_ptr<arrow::DataType> type, ToArrowType(column.type()));
    TENON_ASSIGN_OR_RETURN(std::shared_ptr<arrow::Array> array, ToArrow(column, type));
    arrow::Result<arrow::Datum> result = select(arrow::Datum(array));
    if (!result.ok()) return FromArrowStatus(result.status(), "Rows could not be selected");
    TENON_ASSIGN_OR_RETURN(Column one, FromArrow(column.type(), result->make_array()));
    selected.push_back(std::move(one));
  }
  return selected;
}

}  // namespace

Result<Column> arrow_module::Concatenate(const Field& field, const std::vector<Column>& parts) {
  TENON_ASSIGN_OR_RETURN(std::shared_ptr<arrow::DataType> type, ToArrowType(field.type));
  arrow::ArrayVector arrays;
  for (const Column& part : parts) {
    TENON_ASSIGN_OR_RETURN(std::shared_ptr<arrow::Array> array, ToArrow(part, type));
    arrays.push_back(std::move(array));
  }
  arrow::Result<std::shared_ptr<arrow::Array>> whole = arrow::Concatenate(arrays);
  if (whole.status().IsInvalid()) return TooMuchText(field.name);
  if (!whole.ok()) return FromArrowStatus(whole.status(), "Batches could not be put together");
  return FromArrow(field.type, *whole);
}

Result<std::vector<Column>> arrow_module::Filter(const std::vector<Column>& columns,
                                                 const uint8_t* keep_bitmap, int64_t rows) {
  const auto bits = std::make_shared<arrow::Buffer>(keep_bitmap, (rows + 7) / 8);
  const arrow::Datum mask(std::make_shared<arrow::BooleanArray>(rows, bits));
  return SelectRows(
      columns, [&](const arrow::Datum& values) { return arrow::compute::Filter(values, mask); });
}

Result<std::vector<Column>> arrow_module::TakeRows(const std::vector<Column>& columns,
                                                   std::span<const int64_t> indices) {
  const auto wrapped = arrow::Buffer::Wrap(indices.data(), indices.size());
  const arrow::Datum taken(
      std::make_shared<arrow::Int64Array>(static_cast<int64_t>(indices.size()), wrapped));
  const auto options = arrow::compute::TakeOptions::NoBoundsCheck();
  return SelectRows(columns, [&](const arrow::Datum& values) {
    return arrow::compute::Take(values, taken, options);
  });
}

}  // namespace tenon::columnar
