# tenon_room(NAME base [DEPS door ...] [PACKAGES pkg::target ...]
#            [TEST_DEPS room ...] [TEST_PACKAGES pkg::target ...] [DOOR_ONLY] [TSAN] [OPTIMISED])
#
# One folder, one room: its *.cc become the static library tenon_<NAME>, its *_test.cc the program <NAME>_test, known to
# ctest under the label <NAME>. DEPS are rooms, PACKAGES are targets of third parties; both are seen by whoever
# links the room. A folder without sources is a library of headers.
#
#   DOOR_ONLY  the room sees include/ and its own folder: it proves that the door suffices.
#   TSAN       the room's tests also run under ThreadSanitizer in `./dev test`.
#   OPTIMISED  tests spend long in the room's code: sanitizer builds compile it with -O1. Other rooms they compile with
#              -O0, which saves a third of the time.
#
# `headers_alone` compiles each header by itself, unless a source that includes it first proves that it can stand alone.

add_custom_target(headers_alone)
add_custom_target(all_tests)
define_property(GLOBAL PROPERTY TENON_ROOMS BRIEF_DOCS "Names of all rooms, for libtenon.so")

function(tenon_room)
  cmake_parse_arguments(PARSE_ARGV 0 room "DOOR_ONLY;TSAN;OPTIMISED" "NAME" "DEPS;PACKAGES;TEST_DEPS;TEST_PACKAGES")
  if(NOT room_NAME OR room_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "tenon_room needs NAME and knows no such word: ${room_UNPARSED_ARGUMENTS}")
  endif()
  set(library tenon_${room_NAME})
  file(GLOB sources CONFIGURE_DEPENDS *.cc)
  file(GLOB tests CONFIGURE_DEPENDS *_test.cc)
  file(GLOB headers CONFIGURE_DEPENDS *.h)
  list(REMOVE_ITEM sources ${tests})
  list(TRANSFORM room_DEPS PREPEND tenon_)
  list(TRANSFORM room_TEST_DEPS PREPEND tenon_)

  if(sources)
    add_library(${library} STATIC ${sources})
    set(scope PUBLIC)
    target_link_libraries(${library} PRIVATE tenon_flags)
    if(TENON_SANITIZE AND NOT room_OPTIMISED)
      target_compile_options(${library} PRIVATE -O0)
    endif()
  else()
    add_library(${library} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_link_libraries(${library} ${scope} ${room_DEPS} ${room_PACKAGES})
  if(room_DOOR_ONLY)
    target_include_directories(${library} ${scope} "${PROJECT_SOURCE_DIR}/include")
  else()
    target_include_directories(${library} ${scope}
      "${PROJECT_SOURCE_DIR}/include" "${PROJECT_SOURCE_DIR}/src" "${PROJECT_SOURCE_DIR}")
  endif()
  set_property(GLOBAL APPEND PROPERTY TENON_ROOMS ${room_NAME})

  if(room_NAME STREQUAL "door")
    file(GLOB door_headers CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/include/tenon/*.h")
    list(APPEND headers ${door_headers})
  endif()
  tenon_headers_alone(${room_NAME} ${headers})

  if(TENON_BUILD_TESTS AND tests)
    tenon_test(${room_NAME}_test SOURCES ${tests} LABEL ${room_NAME}
      LIBRARIES ${library} ${room_TEST_DEPS} ${room_TEST_PACKAGES})
    if(room_TSAN)
      set_property(GLOBAL APPEND PROPERTY TENON_TSAN_ROOMS ${room_NAME})
    endif()
  endif()
endfunction()

# A GoogleTest program: tenon_test(NAME SOURCES file ... LABEL word LIBRARIES target ...).
function(tenon_test name)
  cmake_parse_arguments(PARSE_ARGV 1 test "" "LABEL" "SOURCES;LIBRARIES")
  add_executable(${name} ${test_SOURCES})
  target_include_directories(${name} PRIVATE
    "${PROJECT_SOURCE_DIR}/include" "${PROJECT_SOURCE_DIR}/src" "${PROJECT_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE ${test_LIBRARIES} tenon_flags tenon_testing GTest::gmock_main)
  if(TENON_SANITIZE)
    # The sanitizers watch the code under test. Watching GoogleMock's templates too doubles the time to compile a test.
    target_compile_options(${name} PRIVATE -O0)
    if(TENON_SANITIZE MATCHES "undefined")
      target_compile_options(${name} PRIVATE -fno-sanitize=null,alignment,vptr)
    endif()
  endif()
  add_dependencies(all_tests ${name})
  set_property(GLOBAL APPEND PROPERTY TENON_TESTS "${test_LABEL} ${name} $<TARGET_FILE:${name}>")
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS "${test_LABEL}" ENVIRONMENT
    "ARROW_DEFAULT_MEMORY_POOL=system;TSAN_OPTIONS=ignore_noninstrumented_modules=1")
endfunction()

# Writes build/<preset>/tests.txt, which ./dev reads: `label target program` lines, then `tsan label` lines.
# Called when every room is known.
function(tenon_list_tests)
  get_property(tests GLOBAL PROPERTY TENON_TESTS)
  get_property(tsan_rooms GLOBAL PROPERTY TENON_TSAN_ROOMS)
  list(TRANSFORM tsan_rooms PREPEND "tsan ")
  list(JOIN tests "\n" lines)
  list(JOIN tsan_rooms "\n" tsan_lines)
  file(GENERATE OUTPUT "${PROJECT_BINARY_DIR}/tests.txt" CONTENT "${lines}\n${tsan_lines}\n")
endfunction()

# TRUE in `result` when a source of the room includes the header before anything else: that source proves already that
# the header stands alone.
function(tenon_header_is_first header result)
  cmake_path(GET header STEM LAST_ONLY stem)
  set(${result} FALSE PARENT_SCOPE)
  set(source "${CMAKE_CURRENT_SOURCE_DIR}/${stem}.cc")
  if(EXISTS "${source}")
    file(STRINGS "${source}" includes REGEX "^#include" LIMIT_COUNT 1)
    if(includes MATCHES "^#include \"([^\"]*/)?${stem}[.]h\"$")
      set(${result} TRUE PARENT_SCOPE)
    endif()
  endif()
endfunction()

# One generated file per other header that includes nothing else, compiled without code or debug information.
function(tenon_headers_alone name)
  set(units)
  foreach(header IN LISTS ARGN)
    cmake_path(RELATIVE_PATH header BASE_DIRECTORY "${PROJECT_SOURCE_DIR}" OUTPUT_VARIABLE relative)
    string(REGEX REPLACE "^(include|src)/" "" spelled "${relative}")
    if(relative MATCHES "^connectors/[^/]+/")
      cmake_path(GET header FILENAME spelled)  # A connector names its own headers by file name.
    endif()
    tenon_header_is_first("${header}" is_first)
    if(is_first)
      continue()
    endif()
    string(MAKE_C_IDENTIFIER "${relative}" unit)
    set(unit "${CMAKE_CURRENT_BINARY_DIR}/headers_alone/${unit}.cc")
    file(CONFIGURE OUTPUT "${unit}" CONTENT "#include \"@spelled@\"\n#include \"@spelled@\"  // Twice.\n" @ONLY)
    list(APPEND units "${unit}")
  endforeach()
  if(units)
    add_library(${name}_headers OBJECT EXCLUDE_FROM_ALL ${units})
    if(CMAKE_CURRENT_SOURCE_DIR MATCHES "/connectors/")
      target_include_directories(${name}_headers PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}")
    endif()
    target_compile_options(${name}_headers PRIVATE -O0 -g0 -fno-sanitize=all)
    target_link_libraries(${name}_headers PRIVATE tenon_flags tenon_${name})
    add_dependencies(headers_alone ${name}_headers)
  endif()
endfunction()
