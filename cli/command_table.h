// Every command and option of `tenon`: the one table behind parsing, help, completion and --machine-help.
// Constant data; any thread.
#pragma once

#include <span>
#include <string_view>

namespace tenon::cli {

struct OptionSpec {
  std::string_view name;  // Without the two hyphens.
  // Shown in help and checked: SIZE, N, ROWS, NAME=VALUE; [N] may be left out and is joined by "="; empty: a flag.
  std::string_view value;
  std::string_view choices;  // "text|json"; empty: any value.
  std::string_view help;
  bool repeats = false;  // It may be given several times, and every value counts.
};

// Who does the work.
enum class Runs {
  kHere,         // This program, with libc alone.
  kInterpreter,  // Python, in this process's place: `-m tenon.run`.
  kLibrary,      // libtenon.so, opened now.
};

struct CommandSpec {
  std::string_view name;       // "run", "run list".
  std::string_view arguments;  // "SCRIPT [ARG…]".
  std::string_view summary;    // One line, no full stop.
  std::string_view description;
  std::span<const OptionSpec> options;
  int min_arguments;
  // kScript: one, and all that follows belongs to the script. kGroup: it is the beginning of others' names.
  int max_arguments;
  Runs runs;

  static constexpr int kScript = -1;
  static constexpr int kGroup = -2;
};

inline constexpr int kMaxOptions = 24;
inline constexpr int kMaxRepeats = 64;  // Values of all options that repeat.

std::span<const CommandSpec> Commands();
// Null when there is none of this name.
const CommandSpec* FindCommand(std::string_view name);
// True when `name` begins a longer name: "run" for "run list".
bool HasSubcommands(std::string_view name);
// The place of an option of this command by its name, or -1.
int FindOption(const CommandSpec& command, std::string_view name);

}  // namespace tenon::cli
