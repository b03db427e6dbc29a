# Third parties, each found once. Versions are pinned in tools/dev/pins.toml, which ./dev installs from.

if(NOT TENON_DEPS)
  if(DEFINED ENV{TENON_DEPS})
    set(TENON_DEPS "$ENV{TENON_DEPS}" CACHE PATH "" FORCE)
  else()
    set(TENON_DEPS "${PROJECT_SOURCE_DIR}/.deps" CACHE PATH "" FORCE)
  endif()
endif()
set(TENON_PYTHON "${TENON_DEPS}/venv/bin/python" CACHE FILEPATH "Python with the pinned packages")

find_package(Threads REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(simdjson 3.0 REQUIRED)
# Static, as are the other small C libraries below: every library of its own costs a start 0.2 ms, and nothing depends on
# a machine's version of it.
set(OPENSSL_USE_STATIC_LIBS TRUE)
find_package(OpenSSL 3.0 REQUIRED COMPONENTS Crypto)
# Headers alone: libcurl is opened when S3 is first used (src/object_store/aws/curl_api.h).
find_package(CURL 7.68 REQUIRED)
add_library(CURL::headers INTERFACE IMPORTED)
target_include_directories(CURL::headers SYSTEM INTERFACE ${CURL_INCLUDE_DIRS})
find_package(BZip2 1.0 REQUIRED)
find_package(Arrow REQUIRED)
find_package(DuckDB)
if(TENON_BUILD_TESTS)
  find_package(GTest 1.12 REQUIRED)
endif()
find_package(benchmark 1.7 QUIET)

# tenon_library(zstd zstd.h): an imported target tenon_zstd of a C library, from its archive where the machine has one.
function(tenon_library name header)
  find_path(TENON_${name}_INCLUDE ${header} REQUIRED)
  find_library(TENON_${name}_LIBRARY NAMES lib${name}.a ${name} REQUIRED)
  mark_as_advanced(TENON_${name}_INCLUDE TENON_${name}_LIBRARY)
  add_library(tenon_${name} INTERFACE IMPORTED GLOBAL)
  target_include_directories(tenon_${name} SYSTEM INTERFACE ${TENON_${name}_INCLUDE})
  target_link_libraries(tenon_${name} INTERFACE ${TENON_${name}_LIBRARY})
endfunction()
tenon_library(z zlib.h)
tenon_library(sqlite3 sqlite3.h)
tenon_library(zstd zstd.h)
tenon_library(snappy snappy-c.h)
tenon_library(lz4 lz4frame.h)
