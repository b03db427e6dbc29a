// `tenon copy`.
#pragma once

#include <cstdio>
#include <string>

#include "entry.h"

namespace tenon::cli {

// Copies, tells what was done, and gives the exit code.
int Copy(const Request& request, FILE* out, FILE* err);

// "copy-" and 12 hex digits: the job that a copy from here to there is, whatever its other options.
std::string CopyJobName(const std::string& source, const std::string& target);

}  // namespace tenon::cli
