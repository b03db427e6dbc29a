#include "tenon/batch_builder.h"

#include <string>
#include <utility>

#include "door/column_state.h"
#include "door/owned_array.h"
#include "door/recycled_memory.h"

namespace tenon {
namespace {

constexpr int64_t kRowsBetweenProbes = 64;

}  // namespace

BatchBuilder::BatchBuilder(SchemaPtr schema, BatchLimits limits)
    : schema_(std::move(schema)), limits_(limits) {
  columns_.reserve(static_cast<size_t>(schema_->size()));
  const auto memory = std::make_shared<internal::RecycledMemory>();
  for (const Field& field : schema_->fields()) {
    columns_.emplace_back(field.type);
    columns_.back().state_->UseMemory(memory);
  }
}

BatchBuilder::~BatchBuilder() = default;
BatchBuilder::BatchBuilder(BatchBuilder&&) noexcept = default;
BatchBuilder& BatchBuilder::operator=(BatchBuilder&&) noexcept = default;

void BatchBuilder::ExpectRows(int64_t rows) {
  for (ColumnBuilder& column : columns_) column.state_->ExpectRows(rows);
}

void BatchBuilder::EndRow() {
  ++rows_;
  for (ColumnBuilder& column : columns_) {
    ColumnBuilder::State& state = *column.state_;
    if (state.length < rows_) state.AppendNull();
    if (state.length > rows_)
      state.Fail(StatusCode::kInternal, "Row has more than one cell for one place");
    if (state.large) {
      state.large = false;
      probe_at_ = rows_;
    }
  }
}

void BatchBuilder::FailCount(size_t values) {
  if (problem_.ok()) {
    problem_ = Status::Internal(
        "Row has more values than there are columns: values=" + std::to_string(values) +
        " columns=" + std::to_string(columns_.size()));
  }
}

bool BatchBuilder::full() const {
  if (rows_ >= limits_.max_rows) return true;
  if (rows_ < probe_at_) return false;
  int64_t bytes = 0;
  for (const ColumnBuilder& column : columns_) bytes += column.bytes();
  if (bytes >= limits_.max_bytes) return rows_ > 0;
  probe_at_ = rows_ + kRowsBetweenProbes;
  return false;
}

Status BatchBuilder::Problem() const {
  TENON_RETURN_IF_ERROR(problem_);
  for (size_t i = 0; i < columns_.size(); ++i) {
    const ColumnBuilder::State& state = *columns_[i].state_;
    const std::string& name = schema_->field(static_cast<int>(i)).name;
    TENON_RETURN_IF_ERROR(state.Problem(name));
    if (state.length != rows_) {
      return Status::Internal("Row has cells and was not ended: column=" + name)
          .WithHint("Call EndRow() after its last cell.");
    }
  }
  return Status::Ok();
}

Result<RecordBatch> BatchBuilder::Finish() {
  const Status problem = Problem();
  const int64_t rows = std::exchange(rows_, 0);
  probe_at_ = kRowsBetweenProbes;
  if (!problem.ok()) {
    // What the columns hold may not fit together: they start anew.
    *this = BatchBuilder(schema_, limits_);
    return problem;
  }
  std::vector<ArrowArray> arrays;
  arrays.reserve(columns_.size());
  for (ColumnBuilder& column : columns_) arrays.push_back(column.state_->Finish());
  internal::Buffer no_nulls;
  ArrowArray array = internal::MakeArray(rows, 0, true, {&no_nulls, 1}, std::move(arrays));
  return RecordBatch::Take(schema_, &array);
}

}  // namespace tenon
