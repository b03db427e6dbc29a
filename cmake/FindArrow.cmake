# Arrow C++: the system's package when it is 26 or newer, else the pinned pyarrow wheel, whose folder holds complete headers
# and lib*.so.<soversion>, but neither CMake files nor unversioned links.
#
# Gives Arrow::arrow, Arrow::compute, Arrow::acero, Arrow::dataset, Arrow::parquet; Arrow_VERSION,
# Arrow_LIBRARY_DIR (the folder of the shared libraries).

find_package(Arrow 26 CONFIG QUIET)
if(TARGET Arrow::arrow_shared)
  find_package(Parquet CONFIG REQUIRED)
  find_package(ArrowCompute CONFIG REQUIRED)
  find_package(ArrowDataset CONFIG REQUIRED)
  add_library(Arrow::arrow ALIAS Arrow::arrow_shared)
  add_library(Arrow::parquet ALIAS Parquet::parquet_shared)
  add_library(Arrow::compute ALIAS ArrowCompute::arrow_compute_shared)
  add_library(Arrow::acero ALIAS ArrowAcero::arrow_acero_shared)
  add_library(Arrow::dataset ALIAS ArrowDataset::arrow_dataset_shared)
  get_target_property(Arrow_LIBRARY Arrow::arrow_shared LOCATION)
  cmake_path(GET Arrow_LIBRARY PARENT_PATH Arrow_LIBRARY_DIR)
  return()
endif()

execute_process(
  COMMAND "${TENON_PYTHON}" -c
    "import importlib.util, os; print(os.path.dirname(importlib.util.find_spec('pyarrow').origin))"
  OUTPUT_VARIABLE Arrow_LIBRARY_DIR OUTPUT_STRIP_TRAILING_WHITESPACE
  ERROR_VARIABLE arrow_error RESULT_VARIABLE arrow_result)
if(NOT arrow_result EQUAL 0)
  message(FATAL_ERROR "No Arrow C++: neither a system package nor pyarrow in ${TENON_PYTHON}.\n"
    "Run ./dev build: it installs what is missing.\n${arrow_error}")
endif()
file(STRINGS "${Arrow_LIBRARY_DIR}/include/arrow/util/config.h" arrow_config
  REGEX "define ARROW_(VERSION_STRING|SO_VERSION) ")
string(REGEX MATCH "ARROW_VERSION_STRING \"([0-9.]+)\"" _ "${arrow_config}")
set(Arrow_VERSION "${CMAKE_MATCH_1}")
string(REGEX MATCH "ARROW_SO_VERSION \"([0-9]+)\"" _ "${arrow_config}")
set(arrow_so_version "${CMAKE_MATCH_1}")

foreach(name arrow arrow_compute arrow_acero arrow_dataset parquet)
  string(REGEX REPLACE "^arrow_" "" target "${name}")
  set(file "lib${name}.so.${arrow_so_version}")
  if(NOT EXISTS "${Arrow_LIBRARY_DIR}/${file}")
    message(FATAL_ERROR "The pyarrow wheel lacks ${file}: folder=${Arrow_LIBRARY_DIR}")
  endif()
  if(NOT TARGET Arrow::${target})
    add_library(Arrow::${target} SHARED IMPORTED GLOBAL)
    set_target_properties(Arrow::${target} PROPERTIES
      IMPORTED_LOCATION "${Arrow_LIBRARY_DIR}/${file}"
      IMPORTED_SONAME "${file}"
      INTERFACE_INCLUDE_DIRECTORIES "${Arrow_LIBRARY_DIR}/include")
  endif()
endforeach()
set_property(TARGET Arrow::compute Arrow::parquet APPEND PROPERTY INTERFACE_LINK_LIBRARIES Arrow::arrow)
set_property(TARGET Arrow::acero APPEND PROPERTY INTERFACE_LINK_LIBRARIES Arrow::compute)
set_property(TARGET Arrow::dataset APPEND PROPERTY INTERFACE_LINK_LIBRARIES Arrow::acero Arrow::parquet)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Arrow
  REQUIRED_VARS Arrow_LIBRARY_DIR VERSION_VAR Arrow_VERSION)
