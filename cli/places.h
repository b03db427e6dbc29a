// Where things are: this executable, the job home, the library, the interpreter.
#pragma once

#include "text.h"

namespace tenon::cli {

// The folder of this executable, links resolved. Empty when the system does not tell.
Text ExecutableFolder();

bool FileExists(const char* path);
bool FolderExists(const char* path);
// The first path that this glob pattern matches; empty when none does.
Text FirstMatch(const char* pattern);

// The folder of the run state: `given` (may be null), else $TENON_HOME, else the nearest .tenon upward, else
// $XDG_DATA_HOME/tenon or ~/.local/share/tenon. Absolute; need not exist.
Text StateFolder(const char* given);

}  // namespace tenon::cli
