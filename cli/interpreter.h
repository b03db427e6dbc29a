// Hands a script to Python: finds the interpreter and becomes it.
#pragma once

#include "parse.h"

namespace tenon::cli {

// Replaces this process by `python -m tenon.run`. Returns only when that cannot be done: the exit code, with the error
// printed. REQUIRES: line.command runs by the interpreter and line has a script.
int RunScript(const CommandLine& line);

}  // namespace tenon::cli
