#include "preview.h"

#include <atomic>
#include <memory>
#include <utility>

#include "base/text.h"
#include "connectors/console/console.h"
#include "file_job.h"
#include "interrupts.h"
#include "narrate.h"
#include "tenon/job.h"

namespace tenon::cli {
namespace {

constexpr int64_t kRowsShown = 20;
constexpr int kExitPipe = 141;

// A job in a run state of its own, which goes with it: what only looks needs no lock and leaves no run.
class Look {
 public:
  Look(const Request& request, FILE* out, FILE* err)
      : request_(request), out_(out), err_(err), interrupts_(err) {}

  template <typename Work>
  int Run(Work work) {
    const Status done = Execute(std::move(work));
    if (reader_gone_) return kExitPipe;
    if (done.ok()) return 0;
    return interrupts_.signal() != 0 ? interrupts_.ExitCode(0) : Fail(done, err_);
  }

 private:
  template <typename Work>
  Status Execute(Work work) {
    TENON_ASSIGN_OR_RETURN(FileQuery query, ParseFileQuery(request_, interrupts_.stop()));
    TENON_ASSIGN_OR_RETURN(const std::unique_ptr<TemporaryState> state, TemporaryState::Make());
    JobSettings settings = SettingsFor(request_);
    settings.name = request_.command;
    settings.state_folder = state->folder();
    settings.connectors.push_back(MakeConsoleConnector(
        {.descriptor = fileno(out_), .colour = ColourWanted(out_), .reader_gone = &reader_gone_}));
    TENON_ASSIGN_OR_RETURN(const std::unique_ptr<Job> job, Job::Start(std::move(settings)));
    interrupts_.Watch(job.get());
    Status done = work(*job, &query);
    interrupts_.Watch(nullptr);
    return done;
  }

  const Request& request_;
  FILE* const out_;
  FILE* const err_;
  std::atomic<bool> reader_gone_{false};
  Interrupts interrupts_;
};

Status TellBadRows(Job& job, const Frame& frame, FILE* err) {
  TENON_ASSIGN_OR_RETURN(const int64_t count, job.ErrorCount(frame));
  if (count == 0) return Status::Ok();
  TENON_ASSIGN_OR_RETURN(const std::vector<ErrorRecord> first, job.Errors(frame, 1));
  std::string text = "left out " + std::to_string(count) + (count == 1 ? " bad row" : " bad rows");
  if (!first.empty()) text += ": " + first[0].message + ": " + first[0].where;
  Print(err, text + "\n");
  return Status::Ok();
}

}  // namespace

int Preview(const Request& request, FILE* out, FILE* err) {
  return Look(request, out, err).Run([&](Job& job, FileQuery* query) -> Status {
    if (query->limit == 0) query->limit = kRowsShown;
    TENON_ASSIGN_OR_RETURN(const Frame frame, MakeFrame(job, *query));
    const std::string* form = request.Find("output");
    TENON_RETURN_IF_ERROR(job.Write(frame, {.connection_type = "console",
                                            .format = form == nullptr ? "table" : *form,
                                            .context = "screen"})
                              .status());
    return TellBadRows(job, frame, err);
  });
}

int ShowSchema(const Request& request, FILE* out, FILE* err) {
  return Look(request, out, err).Run([&](Job& job, FileQuery* query) -> Status {
    TENON_ASSIGN_OR_RETURN(const Frame frame, MakeFrame(job, *query));
    const std::string* form = request.Find("output");
    std::string text;
    if (form != nullptr && *form == "json") {
      TENON_ASSIGN_OR_RETURN(text, job.SchemaJson(frame));
      text += "\n";
    } else if (form != nullptr && *form == "ddl") {
      TENON_ASSIGN_OR_RETURN(const SchemaPtr schema, job.CurrentSchema(frame));
      text = SchemaAsDdl(*schema) + "\n";
    } else {
      TENON_ASSIGN_OR_RETURN(text, job.SchemaTree(frame));
    }
    Print(out, text);
    return TellBadRows(job, frame, err);
  });
}

std::string SchemaAsDdl(const Schema& schema) {
  std::vector<std::string> columns;
  for (const Field& field : schema.fields()) {
    const bool plain = field.name.find_first_of(" ,.:`()<>\t\n") == std::string::npos;
    columns.push_back((plain ? field.name : "`" + field.name + "`") + " " + field.type.ToString());
  }
  return base::Join(columns, ", ");
}

}  // namespace tenon::cli
