#include "narrate.h"

#include <unistd.h>

#include <cstdlib>
#include <string>

#include "base/error_catalog.h"

namespace tenon::cli {

bool ColourWanted(FILE* stream) {
  if (const char* no = std::getenv("NO_COLOR"); no && *no) return false;
  if (const char* force = std::getenv("CLICOLOR_FORCE");
      force && *force && std::string_view(force) != "0")
    return true;
  return isatty(fileno(stream));
}

void Print(FILE* stream, std::string_view text) { fwrite(text.data(), 1, text.size(), stream); }

int Fail(const Status& status, FILE* err) {
  std::string label =
      status.number() > 0 ? "error[" + base::ErrorName(status.number()) + "]" : "error";
  if (ColourWanted(err)) label = "\x1b[1;31m" + label + "\x1b[0m";
  std::string text = label + ": " + std::string(status.message()) + "\n";
  if (!status.where().empty()) text += "  where: " + std::string(status.where()) + "\n";
  if (!status.hint().empty()) text += "  hint: " + std::string(status.hint()) + "\n";
  Print(err, text);
  return static_cast<int>(base::ExitCodeOf(status));
}

}  // namespace tenon::cli
