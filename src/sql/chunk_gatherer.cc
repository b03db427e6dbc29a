#include "sql/chunk_gatherer.h"

#include <numeric>
#include <string>
#include <utility>

#include "columnar/memory.h"
#include "columnar/normalise.h"
#include "columnar/slice.h"

namespace tenon::sql {
namespace {

bool IsNested(const DataType& type) {
  return !type.fields().empty() || type.id() == TypeId::kStruct;
}

Status Refusal(const DuckDbApi& api, duckdb_error_data error, std::string_view what) {
  if (error == nullptr) return Status::Ok();
  Status status;
  if (api.error_data_has_error(error)) {
    status = Status::Internal("DuckDB gave no " + std::string(what) + ": " +
                              std::string(api.error_data_message(error)));
  }
  api.destroy_error_data(&error);
  return status;
}

// A plain column's vectors are read as what its type says.
Status CheckType(const DuckDbApi& api, const Field& field, duckdb_logical_type given) {
  TENON_ASSIGN_OR_RETURN(const LogicalType wanted, ToLogicalType(api, field.type, field.name));
  const bool decimal = field.type.id() == TypeId::kDecimal;
  if (field.type.id() == TypeId::kNull) return Status::Ok();  // Its vectors are not read.
  if (api.get_type_id(given) == api.get_type_id(wanted.get()) &&
      (!decimal || (api.decimal_width(given) == field.type.precision() &&
                    api.decimal_scale(given) == field.type.scale()))) {
    return Status::Ok();
  }
  return Status::Internal("DuckDB gave a column of another type: column=" + field.name +
                          " type=" + field.type.ToString() +
                          " given=" + std::to_string(api.get_type_id(given)));
}

}  // namespace

ChunkGatherer::ChunkGatherer(const DuckDbApi& api, SchemaPtr schema)
    : api_(api), schema_(std::move(schema)) {}

ChunkGatherer::~ChunkGatherer() {
  if (options_ != nullptr) api_.destroy_arrow_options(&options_);
}

Status ChunkGatherer::Open(duckdb_result& result) {
  if (static_cast<int>(api_.column_count(&result)) != schema_->size()) {
    return Status::Internal("DuckDB gave another number of columns: columns=" +
                            std::to_string(api_.column_count(&result)) +
                            " wanted=" + std::to_string(schema_->size()));
  }
  options_ = api_.result_get_arrow_options(&result);
  const auto memory = std::make_shared<internal::RecycledMemory>();
  std::vector<Field> nested;
  for (int i = 0; i < schema_->size(); ++i) {
    const Field& field = schema_->field(i);
    LogicalType given(api_, api_.column_logical_type(&result, static_cast<idx_t>(i)));
    if (IsNested(field.type)) {
      nested_.push_back(i);
      nested_types_.push_back(std::move(given));
      nested.push_back(field);
      continue;
    }
    TENON_RETURN_IF_ERROR(CheckType(api_, field, given.get()));
    plain_.push_back(i);
    plain_columns_.emplace_back(api_, field.type, memory);
  }
  nested_schema_ = std::make_shared<const Schema>(std::move(nested));
  return Status::Ok();
}

Status ChunkGatherer::Add(duckdb_data_chunk chunk) {
  const auto rows = static_cast<int64_t>(api_.data_chunk_get_size(chunk));
  if (rows == 0) return Status::Ok();
  for (size_t i = 0; i < plain_.size(); ++i) {
    TENON_RETURN_IF_ERROR(plain_columns_[i].Append(
        api_.data_chunk_get_vector(chunk, static_cast<idx_t>(plain_[i])), rows));
  }
  if (!nested_.empty()) TENON_RETURN_IF_ERROR(AddNested(chunk, rows));
  rows_ += rows;
  return Status::Ok();
}

bool ChunkGatherer::full(BatchLimits limits) const {
  if (rows_ >= limits.max_rows) return true;
  int64_t bytes = nested_bytes_;
  for (const VectorColumn& column : plain_columns_) bytes += column.bytes();
  return bytes >= limits.max_bytes;
}

Result<std::optional<RecordBatch>> ChunkGatherer::Finish() {
  if (rows_ == 0) return std::nullopt;
  const int64_t rows = std::exchange(rows_, 0);
  std::vector<columnar::Column> columns(static_cast<size_t>(schema_->size()));
  for (size_t i = 0; i < plain_.size(); ++i)
    columns[static_cast<size_t>(plain_[i])] = plain_columns_[i].Finish();
  if (!nested_.empty()) {
    TENON_ASSIGN_OR_RETURN(RecordBatch nested,
                           columnar::Concatenate(std::exchange(nested_parts_, {})));
    nested_bytes_ = 0;
    std::vector<columnar::Column> parts = columnar::TakeColumns(std::move(nested));
    for (size_t i = 0; i < nested_.size(); ++i)
      columns[static_cast<size_t>(nested_[i])] = std::move(parts[i]);
  }
  TENON_ASSIGN_OR_RETURN(RecordBatch batch, columnar::MakeBatch(schema_, columns, rows));
  return std::optional<RecordBatch>(std::move(batch));
}

// The caller releases it.
Result<ArrowSchema> ChunkGatherer::NestedLayout() {
  std::vector<duckdb_logical_type> types;
  std::vector<const char*> names;
  for (size_t i = 0; i < nested_.size(); ++i) {
    types.push_back(nested_types_[i].get());
    names.push_back(nested_schema_->field(static_cast<int>(i)).name.c_str());
  }
  ArrowSchema layout{};
  TENON_RETURN_IF_ERROR(Refusal(
      api_, api_.to_arrow_schema(options_, types.data(), names.data(), types.size(), &layout),
      "schema"));
  return layout;
}

Status ChunkGatherer::AddNested(duckdb_data_chunk chunk, int64_t rows) {
  std::vector<duckdb_logical_type> types;
  for (const LogicalType& type : nested_types_) types.push_back(type.get());
  duckdb_data_chunk part = api_.create_data_chunk(types.data(), types.size());
  for (size_t i = 0; i < nested_.size(); ++i) {
    api_.vector_reference_vector(api_.data_chunk_get_vector(part, i),
                                 api_.data_chunk_get_vector(chunk, static_cast<idx_t>(nested_[i])));
  }
  api_.data_chunk_set_size(part, static_cast<idx_t>(rows));
  ArrowArray array{};
  Status status = Refusal(api_, api_.data_chunk_to_arrow(options_, part, &array), "batch");
  api_.destroy_data_chunk(&part);
  TENON_RETURN_IF_ERROR(std::move(status));
  TENON_ASSIGN_OR_RETURN(ArrowSchema layout, NestedLayout());
  TENON_ASSIGN_OR_RETURN(RecordBatch foreign, RecordBatch::TakeForeign(&layout, &array));
  TENON_ASSIGN_OR_RETURN(RecordBatch batch, columnar::Normalise(std::move(foreign)));
  // DuckDB's names are ours by position, and its types equal: only the schema object changes.
  std::vector<int> all(nested_.size());
  std::iota(all.begin(), all.end(), 0);
  nested_bytes_ += columnar::BufferBytes(batch);
  nested_parts_.push_back(std::move(batch).Project(all, nested_schema_));
  return Status::Ok();
}

}  // namespace tenon::sql
