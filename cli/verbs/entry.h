// The door of libtenon.so for the `tenon` executable. The executable has parsed and checked the command line.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tenon::cli {

// A checked command: its words, its options as --name=value, its arguments.
struct Request {
  std::string command;  // "run list"
  std::string state_folder;
  bool json = false;
  std::vector<std::pair<std::string, std::string>> options;  // Others, in order; "" of a flag.
  std::vector<std::string> arguments;

  // Of the option of this name, or null.
  const std::string* Find(std::string_view option) const;
};

// REQUIRES: argv as the executable makes it: "tenon", words of the command, --state=DIR, other options as --name=value
// (sizes as bytes) or --name, "--", arguments.
Request ParseRequest(int argc, const char* const* argv);

// Runs it: results to `out`, errors to `err`. Gives the exit code.
int Answer(const Request& request, FILE* out, FILE* err);

}  // namespace tenon::cli

extern "C" __attribute__((visibility("default"))) int tenon_cli_main(int argc, char** argv);
