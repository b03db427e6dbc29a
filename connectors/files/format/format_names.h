// Names of formats, as scripts give them.
#pragma once

#include <string>
#include <vector>

#include "tenon/status.h"

namespace tenon::files {

// The error for a format that is not among `mine`: kUnsupported for one that Glue knows, the nearest name for one
// that nobody knows. `verb`: "read" or "written".
Status WrongFormat(const std::string& format, const std::vector<std::string>& mine,
                   const char* verb);

}  // namespace tenon::files
