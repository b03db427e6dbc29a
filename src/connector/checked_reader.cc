#include "connector/checked_reader.h"

#include "columnar/field_places.h"
#include "columnar/normalise.h"
#include "columnar/validate.h"
#include "tenon/column_view.h"

namespace tenon::connector {
namespace {

// A reader that gives nothing this often in a row will give nothing for ever.
constexpr int64_t kMaxEmptyBatches = 1'000'000;

bool HasNull(const Field& field, const ArrowArray& column, bool every_value) {
  if (column.null_count > 0) return true;
  if (!every_value || column.length <= 0) return false;
  const ColumnView view(field.type, column);
  for (int64_t row = 0; row < view.length(); ++row) {
    if (view.is_null(row)) return true;
  }
  return false;
}

}  // namespace

Result<std::optional<RecordBatch>> CheckedReader::Next() {
  if (failed_) {
    return Status::Internal("Reader was used after its error")
        .WithWhere("connector=" + contract_->connector());
  }
  if (ended_) return std::optional<RecordBatch>();
  auto next = contract_->Guard(contract_->Place("Next", label_.c_str()),
                               [this] { return reader_->Next(); });
  if (next.ok()) {
    if (Status status = host_->broken(); !status.ok()) {
      next = std::move(status);
    } else if (next->has_value()) {
      next = Checked(**std::move(next));
    } else {
      next = End();
    }
  }
  failed_ = !next.ok();
  return next;
}

Result<std::optional<RecordBatch>> CheckedReader::End() {
  ended_ = true;
  if (contract_->asks_again()) {
    auto again = contract_->Guard(contract_->Place("Next", label_.c_str()),
                                  [this] { return reader_->Next(); });
    if (!again.ok())
      return Broken("error-after-end", "error=" + std::string(again.status().message()));
    if (again->has_value())
      return Broken("batch-after-end", "rows=" + std::to_string((*again)->num_rows()));
  }
  return std::optional<RecordBatch>();
}

Result<std::optional<RecordBatch>> CheckedReader::Checked(RecordBatch batch) {
  if (batch.layout() != nullptr) {
    Result<RecordBatch> canonical = columnar::Normalise(std::move(batch));
    if (!canonical.ok()) return contract_->Clean(std::move(canonical).status(), label_);
    batch = *std::move(canonical);
  }
  const bool values = contract_->LooksAtValues(promises_->batches);
  TENON_RETURN_IF_ERROR(CheckShape(batch, values));
  TENON_RETURN_IF_ERROR(CheckSchema(batch));
  if (!promises_->not_null.empty()) TENON_RETURN_IF_ERROR(CheckNulls(batch, values));
  rows_ += batch.num_rows();
  if (promises_->facts && promises_->facts->limit && rows_ > *promises_->facts->limit) {
    return Broken("limit-exceeded", "limit=" + std::to_string(*promises_->facts->limit) +
                                        " rows=" + std::to_string(rows_));
  }
  empty_in_a_row_ = batch.num_rows() == 0 ? empty_in_a_row_ + 1 : 0;
  if (empty_in_a_row_ > kMaxEmptyBatches) {
    return Broken("endless-empty-batches", "batches=" + std::to_string(empty_in_a_row_));
  }
  return std::optional<RecordBatch>(std::move(batch));
}

Status CheckedReader::CheckShape(const RecordBatch& batch, bool values) {
  const ArrowArray& rows = batch.array();
  if (rows.length < 0) return Broken("negative-rows", "rows=" + std::to_string(rows.length));
  if (rows.n_children != batch.num_columns()) {
    return Broken("column-count", "columns=" + std::to_string(rows.n_children) +
                                      " schema_columns=" + std::to_string(batch.num_columns()));
  }
  for (int64_t i = 0; i < rows.n_children; ++i) {
    if (rows.children[i]->length < rows.length + rows.offset) {
      return Broken("unequal-lengths", "column=" + batch.schema().field(static_cast<int>(i)).name +
                                           " length=" + std::to_string(rows.children[i]->length) +
                                           " rows=" + std::to_string(rows.length));
    }
  }
  const Status valid = values ? columnar::ValidateFull(batch) : columnar::ValidateCheap(batch);
  if (!valid.ok()) return Broken("invalid-batch", valid.message());
  return Status::Ok();
}

Status CheckedReader::CheckSchema(const RecordBatch& batch) {
  if (batch.schema_ptr() == passed_) return Status::Ok();
  if (promises_->declared) {
    if (batch.schema_ptr() != promises_->declared) {
      const std::string difference = SchemaDifference(*promises_->declared, batch.schema());
      if (!difference.empty()) return Broken("schema-changed", difference);
    }
  } else if (promises_->facts && promises_->facts->columns) {
    const columnar::FieldPlaces wanted(*promises_->facts->columns, columnar::NameCase::kIgnored);
    for (const Field& field : batch.schema().fields()) {
      if (!wanted.Find(field.name)) return Broken("columns-ignored", "column=" + field.name);
    }
  }
  passed_ = batch.schema_ptr();
  return Status::Ok();
}

Status CheckedReader::CheckNulls(const RecordBatch& batch, bool values) const {
  for (const int column : promises_->not_null) {
    const Field& field = batch.schema().field(column);
    if (HasNull(field, *batch.array().children[column], values)) {
      return Broken("null-in-not-null-column", "column=" + field.name);
    }
  }
  return Status::Ok();
}

}  // namespace tenon::connector
