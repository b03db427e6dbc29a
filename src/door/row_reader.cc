#include "tenon/row_reader.h"

#include <utility>

namespace tenon {
namespace {

constexpr int64_t kRowsBetweenStopChecks = 1024;

}  // namespace

RowReader::RowReader(SchemaPtr schema, const TaskContext& context)
    : context_(context), rows_(std::move(schema), context.limits()) {}

Result<std::optional<RecordBatch>> RowReader::Next() {
  if (ended_) return std::nullopt;
  rows_.set_limits(context_.limits());
  while (!rows_.full()) {
    const int64_t row = rows_.num_rows();
    if (row % kRowsBetweenStopChecks == 0) TENON_RETURN_IF_ERROR(context_.CheckCancelled());
    TENON_ASSIGN_OR_RETURN(const bool more, NextRow(rows_));
    if (!more) {
      ended_ = true;
      if (rows_.num_rows() == 0) return std::nullopt;
      break;
    }
    if (rows_.num_rows() != row + 1) {
      return Status::Internal("NextRow returned true and did not append exactly one row: rows=" +
                              std::to_string(rows_.num_rows() - row));
    }
  }
  TENON_ASSIGN_OR_RETURN(RecordBatch batch, rows_.Finish());
  return batch;
}

}  // namespace tenon
