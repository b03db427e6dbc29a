// Where an option points.
#pragma once

#include <string>
#include <string_view>

#include "tenon/result.h"

namespace tenon::object_store {

// An absolute local path from an option: plain, or a file: URL. kUnsupported: another store's URL.
Result<std::string> LocalPath(std::string_view given);

}  // namespace tenon::object_store
