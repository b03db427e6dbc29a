#include "sql/duckdb_api.h"

#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>

#include "base/error_catalog.h"

namespace tenon::sql {
namespace {

// Looks functions up in one library and keeps the names of those that are not there.
class Lookup {
 public:
  explicit Lookup(void* library) : library_(library) {}

  template <typename Function>
  void operator()(const char* name, Function* out) {
    *out = reinterpret_cast<Function>(dlsym(library_, name));
    if (*out == nullptr) missing_ += (missing_.empty() ? "" : ", ") + std::string(name);
  }
  const std::string& missing() const { return missing_; }

 private:
  void* library_;
  std::string missing_;
};

void FindFunctionsToK(Lookup& look, DuckDbApi& api) {
  look("duckdb_bind_add_result_column", &api.bind_add_result_column);
  look("duckdb_bind_get_extra_info", &api.bind_get_extra_info);
  look("duckdb_bind_get_parameter", &api.bind_get_parameter);
  look("duckdb_bind_set_bind_data", &api.bind_set_bind_data);
  look("duckdb_bind_set_cardinality", &api.bind_set_cardinality);
  look("duckdb_bind_set_error", &api.bind_set_error);
  look("duckdb_close", &api.close);
  look("duckdb_column_count", &api.column_count);
  look("duckdb_column_logical_type", &api.column_logical_type);
  look("duckdb_connect", &api.connect);
  look("duckdb_create_config", &api.create_config);
  look("duckdb_create_data_chunk", &api.create_data_chunk);
  look("duckdb_create_decimal_type", &api.create_decimal_type);
  look("duckdb_create_list_type", &api.create_list_type);
  look("duckdb_create_logical_type", &api.create_logical_type);
  look("duckdb_create_map_type", &api.create_map_type);
  look("duckdb_create_struct_type", &api.create_struct_type);
  look("duckdb_create_table_function", &api.create_table_function);
  look("duckdb_create_union_type", &api.create_union_type);
  look("duckdb_data_chunk_from_arrow", &api.data_chunk_from_arrow);
  look("duckdb_data_chunk_get_size", &api.data_chunk_get_size);
  look("duckdb_data_chunk_get_vector", &api.data_chunk_get_vector);
  look("duckdb_data_chunk_set_size", &api.data_chunk_set_size);
  look("duckdb_data_chunk_to_arrow", &api.data_chunk_to_arrow);
  look("duckdb_decimal_scale", &api.decimal_scale);
  look("duckdb_decimal_width", &api.decimal_width);
  look("duckdb_destroy_arrow_converted_schema", &api.destroy_arrow_converted_schema);
  look("duckdb_destroy_arrow_options", &api.destroy_arrow_options);
  look("duckdb_destroy_config", &api.destroy_config);
  look("duckdb_destroy_data_chunk", &api.destroy_data_chunk);
  look("duckdb_destroy_error_data", &api.destroy_error_data);
  look("duckdb_destroy_logical_type", &api.destroy_logical_type);
  look("duckdb_destroy_pending", &api.destroy_pending);
  look("duckdb_destroy_prepare", &api.destroy_prepare);
  look("duckdb_destroy_result", &api.destroy_result);
  look("duckdb_destroy_table_function", &api.destroy_table_function);
  look("duckdb_destroy_value", &api.destroy_value);
  look("duckdb_disconnect", &api.disconnect);
  look("duckdb_error_data_error_type", &api.error_data_error_type);
  look("duckdb_error_data_has_error", &api.error_data_has_error);
}

void FindTheOthers(Lookup& look, DuckDbApi& api) {
  look("duckdb_error_data_message", &api.error_data_message);
  look("duckdb_execute_pending", &api.execute_pending);
  look("duckdb_free", &api.free);
  look("duckdb_function_get_bind_data", &api.function_get_bind_data);
  look("duckdb_function_get_init_data", &api.function_get_init_data);
  look("duckdb_function_get_local_init_data", &api.function_get_local_init_data);
  look("duckdb_function_set_error", &api.function_set_error);
  look("duckdb_get_int64", &api.get_int64);
  look("duckdb_get_type_id", &api.get_type_id);
  look("duckdb_init_get_bind_data", &api.init_get_bind_data);
  look("duckdb_init_get_column_count", &api.init_get_column_count);
  look("duckdb_init_get_column_index", &api.init_get_column_index);
  look("duckdb_init_set_init_data", &api.init_set_init_data);
  look("duckdb_init_set_max_threads", &api.init_set_max_threads);
  look("duckdb_interrupt", &api.interrupt);
  look("duckdb_library_version", &api.library_version);
  look("duckdb_open_ext", &api.open_ext);
  look("duckdb_pending_error", &api.pending_error);
  look("duckdb_pending_prepared_streaming", &api.pending_prepared_streaming);
  look("duckdb_prepare", &api.prepare);
  look("duckdb_prepare_error", &api.prepare_error);
  look("duckdb_query", &api.query);
  look("duckdb_register_table_function", &api.register_table_function);
  look("duckdb_result_error", &api.result_error);
  look("duckdb_result_error_type", &api.result_error_type);
  look("duckdb_result_get_arrow_options", &api.result_get_arrow_options);
  look("duckdb_schema_from_arrow", &api.schema_from_arrow);
  look("duckdb_set_config", &api.set_config);
  look("duckdb_stream_fetch_chunk", &api.stream_fetch_chunk);
  look("duckdb_table_function_add_parameter", &api.table_function_add_parameter);
  look("duckdb_table_function_set_bind", &api.table_function_set_bind);
  look("duckdb_table_function_set_extra_info", &api.table_function_set_extra_info);
  look("duckdb_table_function_set_function", &api.table_function_set_function);
  look("duckdb_table_function_set_init", &api.table_function_set_init);
  look("duckdb_table_function_set_local_init", &api.table_function_set_local_init);
  look("duckdb_table_function_set_name", &api.table_function_set_name);
  look("duckdb_table_function_supports_projection_pushdown", &api.supports_projection_pushdown);
  look("duckdb_to_arrow_schema", &api.to_arrow_schema);
  look("duckdb_vector_get_data", &api.vector_get_data);
  look("duckdb_vector_get_validity", &api.vector_get_validity);
  look("duckdb_vector_reference_vector", &api.vector_reference_vector);
  look("duckdb_vector_size", &api.vector_size);
}

Result<DuckDbApi> Open(const std::vector<std::string>& paths) {
  std::string reasons;
  for (const std::string& path : paths) {
    void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
      reasons += (reasons.empty() ? "" : "; ") + std::string(dlerror());
      continue;
    }
    DuckDbApi api;
    Lookup look(library);
    FindFunctionsToK(look, api);
    FindTheOthers(look, api);
    if (!look.missing().empty()) {
      return Status::Unsupported("DuckDB's library lacks functions: library=" + path +
                                 " functions=" + look.missing())
          .WithNumber(base::kErrLibraryNotLoaded)
          .WithHint("Use the version that tenon doctor names, or unset TENON_DUCKDB.");
    }
    return api;
  }
  return Status::NotFound("DuckDB's library could not be loaded: " + reasons)
      .WithNumber(base::kErrLibraryNotLoaded)
      .WithHint("Put libduckdb.so beside libtenon.so, or name it in TENON_DUCKDB.");
}

// The first call decides for the process.
const Result<DuckDbApi>& Loaded(const std::vector<std::string>& paths) {
  static const Result<DuckDbApi> loaded = Open(paths);
  return loaded;
}

}  // namespace

std::vector<std::string> DuckDbPaths() {
  std::vector<std::string> paths;
  if (const char* given = std::getenv("TENON_DUCKDB"); given != nullptr && *given != 0) {
    paths.emplace_back(given);
  }
  Dl_info here;
  if (dladdr(reinterpret_cast<void*>(&DuckDbPaths), &here) != 0 && here.dli_fname != nullptr) {
    paths.push_back(
        (std::filesystem::path(here.dli_fname).parent_path() / "libduckdb.so").string());
  }
  paths.emplace_back("libduckdb.so");
  return paths;
}

Result<const DuckDbApi*> LoadDuckDb(const std::vector<std::string>& paths) {
  const Result<DuckDbApi>& loaded = Loaded(paths);
  if (!loaded.ok()) return loaded.status();
  return &*loaded;
}

const DuckDbApi& LoadedDuckDb() { return *Loaded({}); }

}  // namespace tenon::sql
