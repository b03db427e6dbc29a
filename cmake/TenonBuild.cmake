# How every file is compiled and linked: language, warnings, sanitizers, cache, linker.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
# A shared library of ours exports only what is marked: plug-ins each carry their own copy of the door.
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)

add_library(tenon_flags INTERFACE)
target_compile_options(tenon_flags INTERFACE
  -Wall -Wextra -Werror
  # Designated initialisers leave members at their defaults on purpose.
  -Wno-missing-field-initializers
  # g++ 12 reports std::string's own operator+ (GCC bug 105651) and optional's storage under sanitizers.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
  # No build folder in binaries and messages: equal results, and cache hits, in every checkout.
  -ffile-prefix-map=${PROJECT_SOURCE_DIR}=.)
if(TENON_DCHECKS)
  target_compile_definitions(tenon_flags INTERFACE TENON_DCHECKS=1)
endif()
if(TENON_FAILPOINTS)
  target_compile_definitions(tenon_flags INTERFACE TENON_FAILPOINTS=1)
endif()
if(TENON_SANITIZE)
  add_compile_options(-fsanitize=${TENON_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${TENON_SANITIZE})
endif()

find_program(CCACHE_PROGRAM ccache)
find_program(LLD_PROGRAM ld.lld)
mark_as_advanced(CCACHE_PROGRAM LLD_PROGRAM)
if(CCACHE_PROGRAM)
  # Paths below the checkout are hashed as relative ones, so that two checkouts share what they compile.
  set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1
    ${CCACHE_PROGRAM})
  set(CMAKE_C_COMPILER_LAUNCHER ${CMAKE_CXX_COMPILER_LAUNCHER})
endif()
if(LLD_PROGRAM)
  add_link_options(-fuse-ld=lld)
endif()
add_link_options(-Wl,--as-needed)
