// Texts made from the command table: help, completion scripts, the list for programs. On stdout.
#pragma once

#include <string_view>

#include "command_table.h"

namespace tenon::cli {

void PrintOverview();
void PrintCommandHelp(const CommandSpec& command);
// A line `command NAME` or `option COMMAND --NAME` for each; a check compares docs/cli.md with it.
void PrintListing();
// False when there is no completion for this shell.
bool PrintCompletion(std::string_view shell);

}  // namespace tenon::cli
