// Opens the libraries that lie beside libtenon.so and hold what few jobs need. Private to src/columnar; any thread.
#pragma once

#include <string_view>

#include "tenon/result.h"

namespace tenon::columnar {

// The type of the entry of each such library: extern "C".
using ModuleEntry = const void* (*)();

// What the C function `entry` of the library `file` returns, whose first member is an int: its version. The library
// stays open until the process ends. kNotFound (TN4004) lists every place where it was looked for and what was wrong
// there; `what` begins the text: "Parquet library".
Result<const void*> OpenModuleFile(std::string_view what, std::string_view file, const char* entry,
                                   int version);

}  // namespace tenon::columnar
