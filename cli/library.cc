#include "library.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "places.h"
#include "report.h"

namespace tenon::cli {
namespace {

// The folders that may hold libtenon.so, seen from this executable: a build folder, a wheel, itself.
constexpr const char* kPlaces[] = {"/python/tenon/libtenon.so",
                                   "/../lib*/python3*/site-packages/tenon/libtenon.so",
                                   "/libtenon.so", "/../lib/libtenon.so"};

void* OpenLibrary(Text& looked) {
  Text here = ExecutableFolder();
  for (const char* place : kPlaces) {
    Text pattern;
    pattern << here.view() << place;
    looked << (looked.empty() ? "" : ", ") << pattern.view();
    Text path = FirstMatch(pattern.c_str());
    if (path.empty()) continue;
    // Lazily: most functions of the libraries below it are never called.
    if (void* library = dlopen(path.c_str(), RTLD_LAZY | RTLD_LOCAL)) return library;
    looked << " (" << dlerror() << ")";
  }
  return nullptr;
}

}  // namespace

int RunInLibrary(const CommandLine& line) {
  Text looked;
  void* library = OpenLibrary(looked);
  void* entry = library ? dlsym(library, "tenon_cli_main") : nullptr;
  if (!entry) {
    return Fail(kExitEnvironment, kErrLibraryMissing,
                "Library of tenon cannot be opened: file=libtenon.so", looked.view(),
                "Install it again: pip install --force-reinstall tenon-etl.");
  }
  static constexpr int kWords = 3 + kMaxOptions + kMaxRepeats + 1;
  char* words[kWords + 4] = {};
  int n = 0;
  auto add = [&](const char* word) { words[n++] = strdup(word); };
  auto add_option = [&](const OptionSpec& option, const char* value) {
    Text word;
    word << "--" << option.name;
    if (option.value == "SIZE") {
      word << "=" << ParseSize(value);
    } else if (!option.value.empty()) {
      word << "=" << value;
    }
    add(word.c_str());
  };
  add("tenon");
  std::string_view name = line.command->name;
  while (!name.empty()) {
    Text word;
    word << TakeUntil(&name, ' ');
    add(word.c_str());
  }
  Text state;
  state << "--state="
        << StateFolder(line.command->name == "help" ? nullptr : line.Value("state")).view();
  add(state.c_str());
  for (size_t i = 0; i < line.command->options.size(); ++i) {
    const OptionSpec& option = line.command->options[i];
    if (!line.values[i] || option.name == "state" || option.repeats) continue;
    add_option(option, line.values[i]);
  }
  for (int i = 0; i < line.repeat_count; ++i) {
    add_option(line.command->options[static_cast<size_t>(line.repeats[i].place)],
               line.repeats[i].value);
  }
  add("--");
  for (int i = 0; i < line.argument_count; ++i) add(line.arguments[i]);
  return reinterpret_cast<int (*)(int, char**)>(entry)(n, words);
}

}  // namespace tenon::cli
