# tenon_plugin(NAME source ...): a connector as a library of its own, lib<NAME>.so, that shows nothing but its entry point.
#
# Inside Tenon's own build it links the target tenon_door. Elsewhere set TENON_SDK to the folder of `cmake --install …
# --component sdk`, which holds include/, lib/libtenon_door.a and share/tenon/plugin.map.
function(tenon_plugin name)
  add_library(${name} MODULE ${ARGN})
  set_target_properties(${name} PROPERTIES CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON)
  if(TARGET tenon_door)
    target_link_libraries(${name} PRIVATE tenon_door)
    set(map "${PROJECT_SOURCE_DIR}/src/door/plugin.map")
  else()
    target_include_directories(${name} PRIVATE "${TENON_SDK}/include")
    target_link_libraries(${name} PRIVATE "${TENON_SDK}/lib/libtenon_door.a")
    set(map "${TENON_SDK}/share/tenon/plugin.map")
  endif()
  target_link_options(${name} PRIVATE "-Wl,--version-script=${map}")
endfunction()
