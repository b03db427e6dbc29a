// `tenon`: thin on purpose. It knows the commands, answers help, completion, version and wrong use by itself with libc
// alone (1 ms), and starts Python or libtenon.so only for the commands that need them.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "help.h"
#include "interpreter.h"
#include "library.h"
#include "parse.h"
#include "report.h"
#include "suggest.h"
#include "text.h"

namespace tenon::cli {
namespace {

bool IsErrorNumber(std::string_view word) {
  return word.size() > 2 && (word[0] == 'T' || word[0] == 't') &&
         (word[1] == 'N' || word[1] == 'n') && word.find_first_not_of("0123456789", 2) == word.npos;
}

int RunHelp(const CommandLine& line) {
  if (line.Value("machine")) {
    PrintListing();
    return kExitOk;
  }
  if (line.argument_count == 0) {
    PrintOverview();
    return kExitOk;
  }
  if (IsErrorNumber(line.arguments[0])) return RunInLibrary(line);
  Text name;
  name << line.arguments[0];
  if (line.argument_count > 1) name << " " << line.arguments[1];
  if (const CommandSpec* command = FindCommand(name.view())) {
    PrintCommandHelp(*command);
    return kExitOk;
  }
  Suggestion near(name.view());
  for (const CommandSpec& command : Commands()) near.Offer(command.name);
  Text message, hint;
  message << "Command is not known: command=" << name.view();
  if (!near.best().empty()) hint << "Did you mean " << near.best() << "? ";
  hint << "`tenon help` lists all commands.";
  return Fail(kExitUsage, kErrUnknownCommand, message.view(), "", hint.view());
}

int RunHere(const CommandLine& line) {
  if (line.command->name == "version") {
    printf("tenon %s\n", TENON_VERSION);
    return kExitOk;
  }
  if (line.command->name == "help") return RunHelp(line);
  if (line.command->max_arguments == CommandSpec::kGroup) {
    PrintCommandHelp(*line.command);
    return kExitUsage;
  }
  if (PrintCompletion(line.arguments[0])) return kExitOk;
  Text message;
  message << "Shell is not known: shell=" << line.arguments[0];
  return Fail(kExitUsage, kErrFlagValue, message.view(), "", "It takes: bash, zsh, fish.");
}

int Run(std::span<char* const> words) {
  std::string_view first = words.empty() ? "" : words[0];
  if (first.empty() || first == "--help" || first == "-h") {
    PrintOverview();
    return words.empty() ? kExitUsage : kExitOk;
  }
  char version[] = "version";
  char* as_version[] = {version};
  if (first == "--version" || first == "-V") words = as_version;
  const char** room = static_cast<const char**>(calloc(words.size() + 1, sizeof(char*)));
  CommandLine line;
  int exit_code = kExitUsage;
  if (room && ParseCommandLine(words, room, &line)) {
    if (line.help) {
      PrintCommandHelp(*line.command);
      exit_code = kExitOk;
    } else if (line.command->runs == Runs::kInterpreter) {
      exit_code = RunScript(line);
    } else if (line.command->runs == Runs::kLibrary) {
      exit_code = RunInLibrary(line);
    } else {
      exit_code = RunHere(line);
    }
  }
  free(room);
  return exit_code;
}

}  // namespace
}  // namespace tenon::cli

int main(int argc, char** argv) {
  const int exit_code = tenon::cli::Run(
      std::span<char* const>(argv + 1, static_cast<size_t>(argc > 0 ? argc - 1 : 0)));
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  // All is ended and written but for streams. What libraries would tidy up now, the system takes back at once.
  fflush(nullptr);
  _exit(exit_code);
#endif
  return exit_code;
}
