// A command line, taken apart by the command table. Points into argv, which must outlive it.
#pragma once

#include <span>
#include <string_view>

#include "command_table.h"

namespace tenon::cli {

struct CommandLine {
  const CommandSpec* command = nullptr;
  // One per option of the command: null when it was not given, "" for a flag.
  const char* values[kMaxOptions] = {};
  // Those of options that repeat, in order, by the option's place.
  struct Repeat {
    int place;
    const char* value;
  };
  Repeat repeats[kMaxRepeats] = {};
  int repeat_count = 0;
  // Positional arguments; for a script command: the script, then what belongs to it, in order.
  const char** arguments = nullptr;
  int argument_count = 0;
  bool help = false;

  // The value of an option, or null. REQUIRES: the command has it.
  const char* Value(std::string_view option) const;
};

// Fills `line` from argv without the program's name; `room` has space for `words.size()` pointers.
// False: wrong use; the error was printed and the exit code is 2.
bool ParseCommandLine(std::span<char* const> words, const char** room, CommandLine* line);

// "512MiB", "2GB", "1500000000", "4g" as bytes (KB = 1000, KiB = K = 1024); -1 when it is no size.
long ParseSize(std::string_view text);

}  // namespace tenon::cli
