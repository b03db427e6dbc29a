// What `tenon` says about errors: `error[TNnnnn]: text`, then `where:` and `hint:` lines, on stderr.
#pragma once

#include <string_view>

namespace tenon::cli {

// Exit codes, the same for every command; docs/cli.md lists them.
inline constexpr int kExitOk = 0;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitEnvironment = 4;

// Numbers of the errors this program gives itself; src/base/error_catalog.cc explains each.
inline constexpr int kErrUnknownCommand = 1101;
inline constexpr int kErrUnknownFlag = 1102;
inline constexpr int kErrFlagValue = 1103;
inline constexpr int kErrArguments = 1104;
inline constexpr int kErrScriptMissing = 1105;
inline constexpr int kErrInterpreterMissing = 4002;
inline constexpr int kErrLibraryMissing = 4004;

// Colours for stderr: a terminal, and no NO_COLOR; or CLICOLOR_FORCE.
bool ColourWanted();

// Prints the error; gives `exit_code` back, to be returned.
int Fail(int exit_code, int number, std::string_view message, std::string_view where,
         std::string_view hint);
void Warn(std::string_view message, std::string_view hint);

}  // namespace tenon::cli
