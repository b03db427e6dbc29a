#include "entry.h"

#include "base/error_catalog.h"
#include "conn.h"
#include "connectors/builtin.h"
#include "copy.h"
#include "doctor.h"
#include "narrate.h"
#include "preview.h"
#include "run_table.h"
#include "secret.h"
#include "tenon/job.h"

namespace tenon::cli {
namespace {

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
  for (; next < argc && std::string_view(argv[next]) != "--"; ++next) {
    std::string_view word = std::string_view(argv[next]).substr(2);
    const size_t equals = word.find('=');
    const std::string_view name = word.substr(0, equals);
    const std::string_view value = equals == word.npos ? "" : word.substr(equals + 1);
    if (name == "state") {
      request.state_folder = value;
    } else if (name == "json") {
      request.json = true;
    } else {
      request.options.emplace_back(name, value);
    }
  }
  for (++next; next < argc; ++next) request.arguments.emplace_back(argv[next]);
  return request;
}

const std::string* Request::Find(std::string_view option) const {
  for (const auto& [name, value] : options) {
    if (name == option) return &value;
  }
  return nullptr;
}

int Answer(const Request& request, FILE* out, FILE* err) {
  if (request.command == "run list") return ListRuns(request, out, err);
  if (request.command == "run recover")
    return PrintResult(Job::Recover(SettingsOf(request)), out, err);
  if (request.command == "run forget")
    return PrintResult(Job::Forget(SettingsOf(request), request.Find("undecided") != nullptr), out,
                       err);
  if (request.command == "copy") return Copy(request, out, err);
  if (request.command == "preview") return Preview(request, out, err);
  if (request.command == "schema") return ShowSchema(request, out, err);
  if (request.command.starts_with("conn ")) return AnswerConn(request, out, err);
  if (request.command.starts_with("secret ")) return AnswerSecret(request, out, err);
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
