// Hands a command to libtenon.so, opened now: loading it costs ten times what this program does.
#pragma once

#include "parse.h"

namespace tenon::cli {

// Opens the library and calls its tenon_cli_main with the command's words, options as --name=value, the state folder
// resolved. Gives its exit code; kExitEnvironment with every place named when it is not found.
int RunInLibrary(const CommandLine& line);

}  // namespace tenon::cli
