#include "entry.h"

#include <unistd.h>

#include <cstdlib>

#include "base/error_catalog.h"
#include "connectors/builtin.h"
#include "doctor.h"
#include "run_table.h"
#include "tenon/job.h"

namespace tenon::cli {
namespace {

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

JobSettings SettingsOf(const Request& request) {
  JobSettings settings;
  settings.name = request.arguments.empty() ? "" : request.arguments[0];
  settings.state_folder = request.state_folder;
  settings.connectors = BuiltinConnectors();
  settings.crash_reports = true;  // Settling calls connectors, in a process that does nothing else.
  return settings;
}

int ListRuns(const Request& request, FILE* out, FILE* err) {
  auto runs =
      Job::ListRuns(request.state_folder, request.arguments.empty() ? "" : request.arguments[0]);
  if (!runs.ok()) return Fail(runs.status(), err);
  Print(out, request.json ? RunsAsJson(*runs) : RunsAsTable(*runs, request.state_folder));
  return 0;
}

int PrintResult(const Result<std::string>& text, FILE* out, FILE* err) {
  if (!text.ok()) return Fail(text.status(), err);
  Print(out, *text);
  if (text->empty() || text->back() != '\n') Print(out, "\n");
  return 0;
}

int ExplainError(const Request& request, FILE* out, FILE* err) {
  std::string word = request.arguments.empty() ? "" : request.arguments[0];
  const base::ErrorEntry* entry = base::FindError(base::ParseErrorName(word));
  if (!entry) {
    return Fail(Status::InvalidArgument("Error number is not known: number=" + word)
                    .WithNumber(base::kErrUnknownCommand)
                    .WithHint("docs/errors.md lists them all."),
                err);
  }
  Print(out, base::ErrorHelp(*entry));
  return 0;
}

}  // namespace

Request ParseRequest(int argc, const char* const* argv) {
  Request request;
  int next = 1;
  for (; next < argc && std::string_view(argv[next]).substr(0, 2) != "--"; ++next) {
    request.command += (request.command.empty() ? "" : " ") + std::string(argv[next]);
  }
  constexpr std::string_view kState = "--state=";
  for (; next < argc; ++next) {
    std::string_view word = argv[next];
    if (word.substr(0, kState.size()) == kState) {
      request.state_folder = word.substr(kState.size());
    } else if (word == "--json") {
      request.json = true;
    } else {
      request.arguments.emplace_back(word);
    }
  }
  return request;
}

int Answer(const Request& request, FILE* out, FILE* err) {
  if (request.command == "run list") return ListRuns(request, out, err);
  if (request.command == "run recover")
    return PrintResult(Job::Recover(SettingsOf(request)), out, err);
  if (request.command == "run forget")
    return PrintResult(Job::Forget(SettingsOf(request)), out, err);
  if (request.command == "help") return ExplainError(request, out, err);
  if (request.command == "doctor") {
    Diagnosis diagnosis = Diagnose(request.state_folder);
    Print(out, request.json ? DiagnosisAsJson(diagnosis) : DiagnosisAsText(diagnosis));
    return diagnosis.problems.empty() ? 0 : static_cast<int>(base::ExitCode::kEnvironment);
  }
  return Fail(Status::Internal("Command has no answer: command=" + request.command)
                  .WithNumber(base::kErrInternal),
              err);
}

}  // namespace tenon::cli

int tenon_cli_main(int argc, char** argv) {
  int code = tenon::cli::Answer(tenon::cli::ParseRequest(argc, argv), stdout, stderr);
  fflush(stdout);
  return code;
}
