#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "text.h"

namespace tenon::cli {
namespace {

bool IsSet(const char* name) {
  const char* value = getenv(name);
  return value && *value;
}

void WriteAll(std::string_view text) {
  fflush(stdout);
  while (!text.empty()) {
    ssize_t written = write(STDERR_FILENO, text.data(), text.size());
    if (written <= 0) return;
    text.remove_prefix(static_cast<size_t>(written));
  }
}

void AppendLine(Text& out, std::string_view name, std::string_view text) {
  if (!text.empty()) out << "  " << name << ": " << text << "\n";
}

}  // namespace

bool ColourWanted() {
  if (IsSet("NO_COLOR")) return false;
  const char* force = getenv("CLICOLOR_FORCE");
  if (force && *force && std::string_view(force) != "0") return true;
  return isatty(STDERR_FILENO);
}

int Fail(int exit_code, int number, std::string_view message, std::string_view where,
         std::string_view hint) {
  bool colour = ColourWanted();
  Text out;
  out << (colour ? "\x1b[1;31m" : "") << "error[TN" << number << "]" << (colour ? "\x1b[0m" : "")
      << ": " << message << "\n";
  AppendLine(out, "where", where);
  AppendLine(out, "hint", hint);
  WriteAll(out.view());
  return exit_code;
}

void Warn(std::string_view message, std::string_view hint) {
  bool colour = ColourWanted();
  Text out;
  out << (colour ? "\x1b[1;33m" : "") << "warning" << (colour ? "\x1b[0m" : "") << ": " << message
      << "\n";
  AppendLine(out, "hint", hint);
  WriteAll(out.view());
}

}  // namespace tenon::cli
