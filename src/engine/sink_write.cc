#include "engine/sink_write.h"

#include <utility>

#include "base/error_catalog.h"
#include "base/failpoint.h"
#include "base/hash.h"
#include "engine/plain_writers.h"
#include "engine/settle.h"
#include "frame/choice_report.h"
#include "job/lineage.h"

namespace tenon::engine {
namespace {

constexpr std::chrono::milliseconds kSettlePatience{30'000};
// After Ctrl-C the user waits: one look at the register must do.
constexpr std::chrono::milliseconds kSettlePatienceCancelled{1'000};

}  // namespace

// The transformation_ctx, or a name made of the place of the call.
std::string SinkWrite::SinkName() const {
  if (!spec_.context.empty()) return spec_.context;
  return "call-" + base::Sha256Hex(spec_.call_site + "\n" + sink_.store.info.name).substr(0, 16);
}

Result<WriteReport> SinkWrite::Run() {
  TENON_FAILPOINT("K18", spec_.context);
  TENON_ASSIGN_OR_RETURN(run_, FrameRun::Prepare(services_, node_, job::ActionKind::kSinkWrite));
  runstate::Attempt& attempt = *services_.attempt();
  const runstate::SinkRequest request{
      .sink = SinkName(),
      .derived_sink = spec_.context.empty(),
      .target = sink_.target,
      .selection = job::SelectionOf(node_),
      .overwrites = sink_.mode == WriteMode::kReplace || sink_.mode == WriteMode::kTruncate,
      .lineage = job::ContextsOf(node_),
      .reopen = ReopenText(sink_.store)};
  TENON_ASSIGN_OR_RETURN(const runstate::SinkDecision decision, attempt.BeginSink(request));
  if (!decision.write) {
    services_.TellNotes();
    WriteReport report;
    report.skipped = true;
    return report;
  }
  Result<WriteReport> report = Write(decision.call);
  // Without effect once the intent is recorded: such a call is settled, or its outcome unknown.
  if (!report.ok()) {
    RemoveLeavings(decision.call);
    attempt.Abandon(decision.call.token);
  }
  services_.TellNotes();
  if (!report.ok()) return attempt.WhyItFailed(std::move(report).status());
  return report;
}

Result<WriteReport> SinkWrite::Write(const SinkCall& call) {
  TENON_RETURN_IF_ERROR(run_->SpoolIfNeeded());
  TENON_RETURN_IF_ERROR(OpenSink(call, *run_));
  TENON_RETURN_IF_ERROR(CheckSchema(*run_));
  TENON_RETURN_IF_ERROR(services_.attempt()->NotePlaces(call.token, open_->state()));
  TENON_ASSIGN_OR_RETURN(FrameResult written, WriteRows(*run_));
  TENON_RETURN_IF_ERROR(services_.context().CheckCancelled());
  WriteReport report;
  report.rows = written.pipeline.rows_written;
  report.bytes = written.pipeline.bytes_written;
  report.error_rows = written.error_rows;
  report.at_least_once = open_->commit_class() == CommitClass::kAppendOnly;
  TENON_RETURN_IF_ERROR(Publish(call, std::move(written.pipeline.messages), report.rows));
  if (report.at_least_once) {
    services_.Message(LogLevel::kWarning,
                      "Sink keeps no register of what it was given, so a cut run may send rows "
                      "twice: sink=" +
                          call.sink + " connector=" + sink_.store.info.name);
  }
  return report;
}

// A self-describing frame has its schema only at its end. A sink that must know it before the first
// row says so, and is opened again once a spool has told it.
Status SinkWrite::OpenSink(const SinkCall& call, FrameRun& run) {
  if (node_.schema) {
    schema_ = node_.schema;
  } else {
    Result<std::unique_ptr<Sink>> sink = TryOpen(call, std::nullopt);
    if (sink.ok()) {
      open_ = *std::move(sink);
      return Status::Ok();
    }
    if (sink.status().number() != base::kErrSinkNeedsSchema) return std::move(sink).status();
    TENON_ASSIGN_OR_RETURN(const SchemaPtr schema, run.FrameSchema());
    schema_ = *schema;
    conform_ = true;
  }
  TENON_ASSIGN_OR_RETURN(open_, TryOpen(call, schema_));
  return Status::Ok();
}

Result<std::unique_ptr<Sink>> SinkWrite::TryOpen(const SinkCall& call,
                                                 std::optional<Schema> schema) {
  const WriteRequest request{.call = call,
                             .schema = std::move(schema),
                             .mode = sink_.mode,
                             .keys = sink_.keys,
                             .wanted_writers = services_.memory().workers};
  return services_.Retried([&] {
    return sink_.store.connector->OpenSink(sink_.store.options, request, services_.context());
  });
}

Status SinkWrite::CheckSchema(FrameRun& run) const {
  if (!schema_) return Status::Ok();
  Status refused = open_->CheckSchema(*schema_);
  if (refused.ok() || !schema_->has_choice()) return refused;
  frame::ChoiceReport report(*schema_);
  // The rows are in a spool: the kinds and their counts can be told.
  if (run.reads_spool()) {
    const VisitWriters count([&report](RecordBatch batch) {
      report.Add(batch);
      return Status::Ok();
    });
    TENON_RETURN_IF_ERROR(
        run.Into({.node = "count types", .connector = "count types", .writers = &count}).status());
  }
  return report.UnresolvedChoice();
}

Result<FrameResult> SinkWrite::WriteRows(FrameRun& run) {
  const ConnectorInfo& info = sink_.store.info;
  std::unique_ptr<WriterFactory> own_writers;
  const WriterFactory* writers = open_->local_writers();
  const bool one_transaction = writers != nullptr;
  if (!one_transaction) {
    const auto open = [&] {
      return sink_.store.connector->OpenWriters(sink_.store.options, open_->state(),
                                                services_.context());
    };
    TENON_ASSIGN_OR_RETURN(own_writers, services_.Retried(open));
    writers = own_writers.get();
  }
  const bool shared = one_transaction && open_->commit_class() == CommitClass::kTransactional;
  return run.Into({.node = "write " + job::LabelOf(spec_.connection_type, spec_.options),
                   .connector = info.name,
                   .writers = writers,
                   .may_retry = !shared,
                   .one_at_least = true,
                   .max_writers = info.can.max_writers},
                  conform_ ? std::make_shared<const Schema>(*schema_) : nullptr);
}

Status SinkWrite::Publish(const SinkCall& call, std::vector<std::string> messages, int64_t rows) {
  runstate::Attempt& attempt = *services_.attempt();
  const Result<runstate::IntentRecord> intent =
      attempt.Intent(call.token, {open_->commit_class(), messages, rows});
  intended_ = intent.status().number() != base::kErrTakenOver;
  TENON_RETURN_IF_ERROR(intent.status());
  Status committed = open_->Commit(intent->seq, intent->covers, messages, services_.context());
#if defined(TENON_FAILPOINTS) && TENON_FAILPOINTS
  // The reply is lost: whatever the sink said, nobody has read it.
  if (Status lost = base::PassFailpoint("K15", call.sink); !lost.ok()) committed = lost;
#endif
  open_.reset();
  if (!committed.ok()) return Settle(call, committed);
  return attempt.Published(call.token);
}

// Any error of a commit leaves its outcome open; only the sink's register can tell.
Status SinkWrite::Settle(const SinkCall& call, const Status& cause) {
  runstate::Attempt& attempt = *services_.attempt();
  TENON_ASSIGN_OR_RETURN(const runstate::UnsettledCall open, attempt.Undecided(call.token));
  const bool hurry = services_.cancelled();
  // Not the job's stop token: a cancelled job must still learn what it has published.
  Settler settler(services_.registry(), services_.names(), services_.host(), {},
                  hurry ? kSettlePatienceCancelled : kSettlePatience);
  settler.Know(sink_.store.options);
  const Result<Outcome> outcome = settler.Settle(open);
  if (!outcome.ok()) {
    if (outcome.status().Is(StatusCode::kConflict))
      return attempt.SinkIsAhead(open, outcome.status());
    return attempt.Unanswered(call.token, outcome.status());
  }
  if (*outcome == Outcome::kPublished) return attempt.Published(call.token);
  TENON_RETURN_IF_ERROR(attempt.NeverPublished(call.token));
  return cause;
}

// Nobody will publish what this call has written aside. The journal has a note of it for the sweep, but a run that took
// the job over has swept already, perhaps while this one was still writing.
void SinkWrite::RemoveLeavings(const SinkCall& call) {
  if (open_ == nullptr || intended_) return;
  runstate::Garbage left;
  left.places = open_->state();
  left.reopen = ReopenText(sink_.store);
  open_.reset();
  Settler settler(services_.registry(), services_.names(), services_.host(), {},
                  services_.cancelled() ? kSweepPatienceCancelled : kSweepPatience);
  settler.Know(sink_.store.options);
  static_cast<void>(settler.Discard(left, call));  // What stays is removed by the sweep.
}

}  // namespace tenon::engine
