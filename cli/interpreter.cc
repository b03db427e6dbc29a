#include "interpreter.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "places.h"
#include "report.h"
#include "suggest.h"

extern char** environ;

namespace tenon::cli {
namespace {

constexpr char kInstall[] =
    "Install it with: pip install tenon-etl. $TENON_PYTHON names another interpreter.";

bool IsExecutable(const Text& path) {
  return FileExists(path.c_str()) && access(path.c_str(), X_OK) == 0;
}

Text Joined(std::string_view folder, std::string_view name) {
  Text out;
  out << folder << "/" << name;
  return out;
}

// The first python3 of $PATH; empty when there is none.
Text OnPath(Text& looked) {
  const char* path = getenv("PATH");
  for (std::string_view rest = path ? path : ""; !rest.empty();) {
    Text candidate = Joined(TakeUntil(&rest, ':'), "python3");
    if (IsExecutable(candidate)) return candidate;
  }
  looked << ", python3 on PATH";
  return Text();
}

// A candidate that is named must be there: falling through to another would run the job with other packages.
Text FindInterpreter(const Text& here, Text& looked) {
  const char* named = getenv("TENON_PYTHON");
  if (named && *named) {
    Text path;
    path << named;
    looked << "$TENON_PYTHON=" << named;
    return IsExecutable(path) ? static_cast<Text&&>(path) : Text();
  }
  const char* environment = getenv("VIRTUAL_ENV");
  if (environment && *environment) {
    Text path = Joined(environment, "bin/python3");
    looked << "$VIRTUAL_ENV/bin/python3=" << path.view();
    return IsExecutable(path) ? static_cast<Text&&>(path) : Text();
  }
  Text beside = Joined(here.view(), "python3");
  looked << beside.view();
  if (IsExecutable(beside)) return beside;
  return OnPath(looked);
}

// Whether this interpreter can import the package: by the usual place first, which costs nothing, else by asking it.
bool HasPackage(const Text& interpreter, Text& looked) {
  std::string_view folder = interpreter.view();
  while (!folder.empty() && folder.back() != '/') folder.remove_suffix(1);
  Text pattern;
  pattern << folder << "../lib*/python3*/site-packages/tenon/run.py";
  if (!FirstMatch(pattern.c_str()).empty()) return true;
  looked << ", " << pattern.view();
  char word_c[] = "-c";
  char program[] = "import importlib.util as u, sys; sys.exit(u.find_spec('tenon') is None)";
  Text name;
  name << interpreter.view();
  char* argv[] = {const_cast<char*>(name.c_str()), word_c, program, nullptr};
  pid_t child = 0;
  if (posix_spawn(&child, interpreter.c_str(), nullptr, nullptr, argv, environ) != 0) return false;
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return true;
  looked << ", sys.path of " << interpreter.view();
  return false;
}

// A build folder has the package beside the executable; it goes before everything else that is installed.
bool PutBuildFolderOnPath(const Text& here) {
  Text package = Joined(here.view(), "python");
  if (!FileExists(Joined(package.view(), "tenon/run.py").c_str())) return false;
  const char* before = getenv("PYTHONPATH");
  if (before && *before) package << ":" << before;
  setenv("PYTHONPATH", package.c_str(), 1);
  return true;
}

// The file beside `path` whose name is nearest to its own; empty when none is near.
Text NearestFile(std::string_view path) {
  std::string_view name_wanted = path, folder = path;
  while (!folder.empty() && folder.back() != '/') folder.remove_suffix(1);
  name_wanted.remove_prefix(folder.size());
  Text place, nearest;
  place << (folder.empty() ? std::string_view(".") : folder);
  DIR* const files = opendir(place.c_str());
  if (!files) return nearest;
  Text names;  // The names, each with a slash behind it: they outlive the folder.
  while (const dirent* file = readdir(files)) {
    const std::string_view name = file->d_name;
    if (name.ends_with(".py")) names << name << "/";
  }
  closedir(files);
  Suggestion near(name_wanted);
  for (std::string_view rest = names.view(); !rest.empty();) near.Offer(TakeUntil(&rest, '/'));
  if (!near.best().empty()) nearest << folder << near.best();
  return nearest;
}

int ReportMissingScript(const CommandLine& line) {
  Text message, hint, word;
  if (FolderExists(line.arguments[0])) {
    message << "Script is a folder: path=" << line.arguments[0];
    hint << "Name the script in it: tenon " << line.command->name << " " << line.arguments[0]
         << "/SCRIPT.py";
    return Fail(kExitUsage, kErrScriptMissing, message.view(), "", hint.view());
  }
  message << "Script is not there: path=" << line.arguments[0];
  Suggestion near(line.arguments[0]);
  for (const CommandSpec& command : Commands()) {
    std::string_view rest = command.name;
    if (TakeUntil(&rest, ' ') == line.command->name && !rest.empty()) near.Offer(rest);
  }
  if (!near.best().empty())
    hint << "Did you mean tenon " << line.command->name << " " << near.best() << "?";
  const Text file = NearestFile(line.arguments[0]);
  if (hint.empty() && !file.empty()) hint << "Did you mean " << file.view() << "?";
  if (hint.empty()) hint << "Relative paths start from the folder you are in.";
  return Fail(kExitUsage, kErrScriptMissing, message.view(), "", hint.view());
}

int Become(const Text& interpreter, const CommandLine& line) {
  static constexpr size_t kFixed = 8;
  size_t room = kFixed + line.command->options.size() + static_cast<size_t>(line.argument_count);
  char** words = static_cast<char**>(calloc(room, sizeof(char*)));
  if (!words) return kExitEnvironment;
  size_t n = 0;
  auto add = [&](const char* word) { words[n++] = strdup(word); };
  add(interpreter.c_str());
  add("-m");
  add("tenon.run");
  if (line.command->name == "explain") add("--explain");
  Text state;
  state << "--state=" << StateFolder(line.Value("state")).view();
  add(state.c_str());
  for (size_t i = 0; i < line.command->options.size(); ++i) {
    const OptionSpec& option = line.command->options[i];
    if (!line.values[i] || option.name == "state") continue;
    Text word;
    word << "--" << option.name;
    if (option.value == "SIZE") {
      word << "=" << ParseSize(line.values[i]);
    } else if (!option.value.empty()) {
      word << "=" << line.values[i];
    }
    add(word.c_str());
  }
  add("--");
  for (int i = 0; i < line.argument_count; ++i) add(line.arguments[i]);
  // The current folder must not shadow the standard library before the script's own path is set.
  setenv("PYTHONSAFEPATH", "1", 1);
  // Ctrl-C while Python starts would end in a traceback of its own modules: it waits until tenon.run can answer it.
  sigset_t interrupt;
  sigemptyset(&interrupt);
  sigaddset(&interrupt, SIGINT);
  sigprocmask(SIG_BLOCK, &interrupt, nullptr);
  execv(interpreter.c_str(), words);
  Text message;
  message << "Interpreter cannot be started: path=" << interpreter.view()
          << " reason=" << strerror(errno);
  return Fail(kExitEnvironment, kErrInterpreterMissing, message.view(), "", kInstall);
}

struct Exclusion {
  const char* one;
  const char* other;
  const char* hint;
};
constexpr Exclusion kExclusions[] = {
    {"resume", "again", "--resume finishes the cut run, --again starts anew."},
    {"treat-as-written", "write-anyway",
     "--treat-as-written skips the call, --write-anyway writes its rows beside those that are there."},
    {"again", "treat-as-written", "--again finishes nothing: every sink is written."},
    {"again", "write-anyway", "--again finishes nothing: every sink is written."},
    {"again", "accept-changed", "--again finishes nothing: every source is read as it is."},
};

int CheckExclusion(const CommandLine& line) {
  for (const Exclusion& each : kExclusions) {
    if (FindOption(*line.command, each.one) < 0 || FindOption(*line.command, each.other) < 0)
      continue;
    if (!line.Value(each.one) || !line.Value(each.other)) continue;
    Text message;
    message << "Options exclude each other: option=--" << each.one << " option=--" << each.other;
    return Fail(kExitUsage, kErrFlagValue, message.view(), "", each.hint);
  }
  return kExitOk;
}

}  // namespace

int RunScript(const CommandLine& line) {
  if (int exit_code = CheckExclusion(line); exit_code != kExitOk) return exit_code;
  if (!FileExists(line.arguments[0])) return ReportMissingScript(line);
  Text here = ExecutableFolder();
  Text looked;
  Text interpreter = FindInterpreter(here, looked);
  if (interpreter.empty()) {
    return Fail(kExitEnvironment, kErrInterpreterMissing, "Python is missing", looked.view(),
                kInstall);
  }
  if (!PutBuildFolderOnPath(here) && !HasPackage(interpreter, looked)) {
    Text message;
    message << "Package tenon is missing: interpreter=" << interpreter.view();
    return Fail(kExitEnvironment, kErrInterpreterMissing, message.view(), looked.view(), kInstall);
  }
  return Become(interpreter, line);
}

}  // namespace tenon::cli
