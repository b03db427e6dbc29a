#include "sql/input_function.h"

#include <string>
#include <vector>

#include "sql/batch_slice.h"
#include "sql/logical_type.h"

namespace tenon::sql {
namespace {

// What the call-backs reach through DuckDB: the table of functions and the inputs.
struct Extra {
  const DuckDbApi* api;
  InputTable* inputs;
  duckdb_connection connection;
};

struct Bound {
  const DuckDbApi* api;
  duckdb_connection connection;
  std::shared_ptr<Input> input;
};

struct Global {
  std::vector<int> columns;  // Those asked for, by position in the input's schema.
};

// One DuckDB thread's place in the input: the batch it works on.
struct Local {
  explicit Local(const DuckDbApi* api) : api(api) {}
  ~Local() {
    if (chunk != nullptr) api->destroy_data_chunk(&chunk);
    if (converted != nullptr) api->destroy_arrow_converted_schema(&converted);
  }
  const DuckDbApi* api;
  std::shared_ptr<const RecordBatch> batch;
  int64_t next_row = 0;
  duckdb_data_chunk chunk = nullptr;  // What the output refers to until the next call.
  duckdb_arrow_converted_schema converted = nullptr;
};

constexpr idx_t kMaxInputThreads = 64;

template <typename T>
void Destroy(void* data) {
  const std::unique_ptr<T> object(static_cast<T*>(data));
}

template <typename T>
void* Give(std::unique_ptr<T> object) {
  return object.release();
}

// Takes the error out of DuckDB's object.
Status TakeError(const DuckDbApi& api, duckdb_error_data error) {
  if (error == nullptr) return Status::Ok();
  Status status;
  if (api.error_data_has_error(error)) {
    status =
        Status::Internal("DuckDB refused a batch: " + std::string(api.error_data_message(error)));
  }
  api.destroy_error_data(&error);
  return status;
}

Status ConvertSchema(const Bound& bound, const std::vector<int>& columns, Local& local) {
  std::vector<Field> fields;
  for (int column : columns) fields.push_back(bound.input->schema()->field(column));
  ArrowSchema schema{};
  ExportSchema(Schema(std::move(fields)), &schema);
  Status status = TakeError(
      *bound.api, bound.api->schema_from_arrow(bound.connection, &schema, &local.converted));
  if (schema.release != nullptr) schema.release(&schema);
  return status;
}

// The next slice of the thread's batch into `output`; no rows at the end.
Status ReadSlice(const Bound& bound, const Global& global, Local& local, duckdb_data_chunk output) {
  while (local.batch == nullptr || local.next_row == local.batch->num_rows()) {
    TENON_ASSIGN_OR_RETURN(local.batch, bound.input->Next());
    local.next_row = 0;
    if (local.batch == nullptr) {
      bound.api->data_chunk_set_size(output, 0);
      return Status::Ok();
    }
  }
  const int64_t rows = std::min<int64_t>(static_cast<int64_t>(bound.api->vector_size()),
                                         local.batch->num_rows() - local.next_row);
  if (!global.columns.empty()) {
    if (local.converted == nullptr)
      TENON_RETURN_IF_ERROR(ConvertSchema(bound, global.columns, local));
    ArrowArray slice = SliceColumns(local.batch, global.columns, local.next_row, rows);
    if (local.chunk != nullptr) bound.api->destroy_data_chunk(&local.chunk);
    Status status = TakeError(
        *bound.api,
        bound.api->data_chunk_from_arrow(bound.connection, &slice, local.converted, &local.chunk));
    if (slice.release != nullptr) slice.release(&slice);
    TENON_RETURN_IF_ERROR(std::move(status));
    for (size_t i = 0; i < global.columns.size(); ++i) {
      bound.api->vector_reference_vector(bound.api->data_chunk_get_vector(output, i),
                                         bound.api->data_chunk_get_vector(local.chunk, i));
    }
  }
  bound.api->data_chunk_set_size(output, static_cast<idx_t>(rows));
  local.next_row += rows;
  return Status::Ok();
}

Status BindColumns(duckdb_bind_info info, const Extra& extra) {
  const DuckDbApi& api = *extra.api;
  duckdb_value parameter = api.bind_get_parameter(info, 0);
  const int64_t number = api.get_int64(parameter);
  api.destroy_value(&parameter);
  std::shared_ptr<Input> input = extra.inputs->Find(number);
  if (input == nullptr) return Status::Internal("A query names an input that is not there");
  for (int i = 0; i < input->schema()->size(); ++i) {
    const Field& field = input->schema()->field(i);
    TENON_ASSIGN_OR_RETURN(LogicalType type, ToLogicalType(api, field.type, field.name));
    api.bind_add_result_column(info, ("c" + std::to_string(i)).c_str(), type.get());
  }
  // Of two inputs, the smaller is to be kept in memory.
  if (const auto rows = input->rows())
    api.bind_set_cardinality(info, static_cast<idx_t>(*rows), true);
  api.bind_set_bind_data(info, Give(std::make_unique<Bound>(Bound{&api, extra.connection, input})),
                         Destroy<Bound>);
  return Status::Ok();
}

void Bind(duckdb_bind_info info) {
  const DuckDbApi& api = LoadedDuckDb();
  const auto& extra = *static_cast<const Extra*>(api.bind_get_extra_info(info));
  Status status = BindColumns(info, extra);
  if (!status.ok()) api.bind_set_error(info, status.ToString().c_str());
}

void Init(duckdb_init_info info) {
  const DuckDbApi& api = LoadedDuckDb();
  auto global = std::make_unique<Global>();
  for (idx_t i = 0; i < api.init_get_column_count(info); ++i) {
    global->columns.push_back(static_cast<int>(api.init_get_column_index(info, i)));
  }
  api.init_set_max_threads(info, kMaxInputThreads);
  api.init_set_init_data(info, Give(std::move(global)), Destroy<Global>);
}

void InitLocal(duckdb_init_info info) {
  const DuckDbApi& api = LoadedDuckDb();
  api.init_set_init_data(info, Give(std::make_unique<Local>(&api)), Destroy<Local>);
}

void Read(duckdb_function_info info, duckdb_data_chunk output) {
  const DuckDbApi& api = LoadedDuckDb();
  const auto& bound = *static_cast<const Bound*>(api.function_get_bind_data(info));
  const auto& global = *static_cast<const Global*>(api.function_get_init_data(info));
  auto& local = *static_cast<Local*>(api.function_get_local_init_data(info));
  Status status = ReadSlice(bound, global, local, output);
  if (!status.ok()) api.function_set_error(info, status.ToString().c_str());
}

}  // namespace

Result<std::shared_ptr<const RecordBatch>> Input::Next() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!status_.ok()) return status_;
  if (ended_) return std::shared_ptr<const RecordBatch>();
  Result<std::optional<RecordBatch>> next = stream_->Next();
  if (!next.ok()) {
    status_ = next.status();
    return status_;
  }
  if (!next->has_value()) {
    ended_ = true;
    return std::shared_ptr<const RecordBatch>();
  }
  return std::make_shared<const RecordBatch>(*std::move(*next));
}

Status Input::status() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return status_;
}

int64_t InputTable::Add(std::shared_ptr<Input> input) {
  const std::lock_guard<std::mutex> lock(mutex_);
  inputs_.emplace(next_, std::move(input));
  return next_++;
}

void InputTable::Remove(int64_t number) {
  const std::lock_guard<std::mutex> lock(mutex_);
  inputs_.erase(number);
}

std::shared_ptr<Input> InputTable::Find(int64_t number) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = inputs_.find(number);
  return found == inputs_.end() ? nullptr : found->second;
}

Status RegisterInputFunction(const DuckDbApi& api, duckdb_connection connection,
                             InputTable& inputs) {
  duckdb_table_function function = api.create_table_function();
  api.table_function_set_name(function, "tenon_input");
  LogicalType number(api, api.create_logical_type(DUCKDB_TYPE_BIGINT));
  api.table_function_add_parameter(function, number.get());
  api.table_function_set_extra_info(
      function, Give(std::make_unique<Extra>(Extra{&api, &inputs, connection})), Destroy<Extra>);
  api.table_function_set_bind(function, Bind);
  api.table_function_set_init(function, Init);
  api.table_function_set_local_init(function, InitLocal);
  api.table_function_set_function(function, Read);
  api.supports_projection_pushdown(function, true);
  const duckdb_state state = api.register_table_function(connection, function);
  api.destroy_table_function(&function);
  if (state != DuckDBSuccess) return Status::Internal("DuckDB refused the input function");
  return Status::Ok();
}

}  // namespace tenon::sql
