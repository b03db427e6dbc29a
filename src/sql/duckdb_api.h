// DuckDB's C functions that this room uses, looked up in a library that is opened with dlopen on first need.
//
// Nothing links DuckDB: a job without a wide step never loads its 70 MB. The table is filled once in a process and then
// never changes, nor is the library unloaded. cmake/duckdb_symbols.txt lists the same names, and the build checks that
// the pinned library has them.
#pragma once

#include <duckdb.h>

#include <string>
#include <vector>

#include "tenon/result.h"

namespace tenon::sql {

struct DuckDbApi {
  decltype(&duckdb_bind_add_result_column) bind_add_result_column;
  decltype(&duckdb_bind_get_extra_info) bind_get_extra_info;
  decltype(&duckdb_bind_get_parameter) bind_get_parameter;
  decltype(&duckdb_bind_set_bind_data) bind_set_bind_data;
  decltype(&duckdb_bind_set_cardinality) bind_set_cardinality;
  decltype(&duckdb_bind_set_error) bind_set_error;
  decltype(&duckdb_close) close;
  decltype(&duckdb_column_count) column_count;
  decltype(&duckdb_column_logical_type) column_logical_type;
  decltype(&duckdb_connect) connect;
  decltype(&duckdb_create_config) create_config;
  decltype(&duckdb_create_data_chunk) create_data_chunk;
  decltype(&duckdb_create_decimal_type) create_decimal_type;
  decltype(&duckdb_create_list_type) create_list_type;
  decltype(&duckdb_create_logical_type) create_logical_type;
  decltype(&duckdb_create_map_type) create_map_type;
  decltype(&duckdb_create_struct_type) create_struct_type;
  decltype(&duckdb_create_table_function) create_table_function;
  decltype(&duckdb_create_union_type) create_union_type;
  decltype(&duckdb_data_chunk_from_arrow) data_chunk_from_arrow;
  decltype(&duckdb_data_chunk_get_size) data_chunk_get_size;
  decltype(&duckdb_data_chunk_get_vector) data_chunk_get_vector;
  decltype(&duckdb_data_chunk_set_size) data_chunk_set_size;
  decltype(&duckdb_data_chunk_to_arrow) data_chunk_to_arrow;
  decltype(&duckdb_decimal_scale) decimal_scale;
  decltype(&duckdb_decimal_width) decimal_width;
  decltype(&duckdb_destroy_arrow_converted_schema) destroy_arrow_converted_schema;
  decltype(&duckdb_destroy_arrow_options) destroy_arrow_options;
  decltype(&duckdb_destroy_config) destroy_config;
  decltype(&duckdb_destroy_data_chunk) destroy_data_chunk;
  decltype(&duckdb_destroy_error_data) destroy_error_data;
  decltype(&duckdb_destroy_logical_type) destroy_logical_type;
  decltype(&duckdb_destroy_pending) destroy_pending;
  decltype(&duckdb_destroy_prepare) destroy_prepare;
  decltype(&duckdb_destroy_result) destroy_result;
  decltype(&duckdb_destroy_table_function) destroy_table_function;
  decltype(&duckdb_destroy_value) destroy_value;
  decltype(&duckdb_disconnect) disconnect;
  decltype(&duckdb_error_data_error_type) error_data_error_type;
  decltype(&duckdb_error_data_has_error) error_data_has_error;
  decltype(&duckdb_error_data_message) error_data_message;
  decltype(&duckdb_execute_pending) execute_pending;
  decltype(&duckdb_free) free;
  decltype(&duckdb_function_get_bind_data) function_get_bind_data;
  decltype(&duckdb_function_get_init_data) function_get_init_data;
  decltype(&duckdb_function_get_local_init_data) function_get_local_init_data;
  decltype(&duckdb_function_set_error) function_set_error;
  decltype(&duckdb_get_int64) get_int64;
  decltype(&duckdb_get_type_id) get_type_id;
  decltype(&duckdb_init_get_bind_data) init_get_bind_data;
  decltype(&duckdb_init_get_column_count) init_get_column_count;
  decltype(&duckdb_init_get_column_index) init_get_column_index;
  decltype(&duckdb_init_set_init_data) init_set_init_data;
  decltype(&duckdb_init_set_max_threads) init_set_max_threads;
  decltype(&duckdb_interrupt) interrupt;
  decltype(&duckdb_library_version) library_version;
  decltype(&duckdb_open_ext) open_ext;
  decltype(&duckdb_pending_error) pending_error;
  decltype(&duckdb_pending_prepared_streaming) pending_prepared_streaming;
  decltype(&duckdb_prepare) prepare;
  decltype(&duckdb_prepare_error) prepare_error;
  decltype(&duckdb_query) query;
  decltype(&duckdb_register_table_function) register_table_function;
  decltype(&duckdb_result_error) result_error;
  decltype(&duckdb_result_error_type) result_error_type;
  decltype(&duckdb_result_get_arrow_options) result_get_arrow_options;
  decltype(&duckdb_schema_from_arrow) schema_from_arrow;
  decltype(&duckdb_set_config) set_config;
  decltype(&duckdb_stream_fetch_chunk) stream_fetch_chunk;
  decltype(&duckdb_table_function_add_parameter) table_function_add_parameter;
  decltype(&duckdb_table_function_set_bind) table_function_set_bind;
  decltype(&duckdb_table_function_set_extra_info) table_function_set_extra_info;
  decltype(&duckdb_table_function_set_function) table_function_set_function;
  decltype(&duckdb_table_function_set_init) table_function_set_init;
  decltype(&duckdb_table_function_set_local_init) table_function_set_local_init;
  decltype(&duckdb_table_function_set_name) table_function_set_name;
  decltype(&duckdb_table_function_supports_projection_pushdown) supports_projection_pushdown;
  decltype(&duckdb_to_arrow_schema) to_arrow_schema;
  decltype(&duckdb_vector_get_data) vector_get_data;
  decltype(&duckdb_vector_get_validity) vector_get_validity;
  decltype(&duckdb_vector_reference_vector) vector_reference_vector;
  decltype(&duckdb_vector_size) vector_size;
};

// Opens the first of `paths` that works. The first call decides for the process; later ones get its answer. kNotFound
// (TN4004) names every path and why it failed; a library that lacks a function is kUnsupported and names the functions.
// Any thread.
Result<const DuckDbApi*> LoadDuckDb(const std::vector<std::string>& paths);

// REQUIRES: LoadDuckDb has succeeded. For call-backs, whose handles can be read only through the library itself.
const DuckDbApi& LoadedDuckDb();

// Where the library is looked for: $TENON_DUCKDB, then libduckdb.so beside the library this code is in, then the
// system's own.
std::vector<std::string> DuckDbPaths();

}  // namespace tenon::sql
