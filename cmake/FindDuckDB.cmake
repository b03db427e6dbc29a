# DuckDB's C header and one shared library, which is opened with dlopen and never linked.
#
# Gives DuckDB::headers, DuckDB_LIBRARY (full path for tests and bundling), DuckDB_FOUND. Each symbol named in
# cmake/duckdb_symbols.txt must be exported, or configuring fails: the library is not an official SDK.

find_path(DuckDB_INCLUDE_DIR duckdb.h PATHS "${TENON_DEPS}/duckdb/include" NO_DEFAULT_PATH)
find_library(DuckDB_LIBRARY NAMES duckdb PATHS "${TENON_DEPS}/duckdb/lib" NO_DEFAULT_PATH)

if(DuckDB_LIBRARY)
  file(STRINGS "${CMAKE_CURRENT_LIST_DIR}/duckdb_symbols.txt" duckdb_needed REGEX "^duckdb_")
  execute_process(COMMAND "${CMAKE_NM}" -D --defined-only "${DuckDB_LIBRARY}"
    OUTPUT_VARIABLE duckdb_exports COMMAND_ERROR_IS_FATAL ANY)
  foreach(symbol IN LISTS duckdb_needed)
    if(NOT duckdb_exports MATCHES " T ${symbol}[@\n]")
      list(APPEND duckdb_missing "${symbol}")
    endif()
  endforeach()
  if(duckdb_missing)
    list(JOIN duckdb_missing " " duckdb_missing)
    message(FATAL_ERROR "DuckDB's library lacks symbols: ${duckdb_missing} library=${DuckDB_LIBRARY}\n"
      "Pin another version in tools/dev/pins.toml.")
  endif()
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(DuckDB REQUIRED_VARS DuckDB_LIBRARY DuckDB_INCLUDE_DIR)
mark_as_advanced(DuckDB_INCLUDE_DIR DuckDB_LIBRARY)
if(DuckDB_FOUND AND NOT TARGET DuckDB::headers)
  add_library(DuckDB::headers INTERFACE IMPORTED GLOBAL)
  set_target_properties(DuckDB::headers PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${DuckDB_INCLUDE_DIR}")
endif()
