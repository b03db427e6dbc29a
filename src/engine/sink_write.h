// One sink call of a script: steps 5 to 11 of the run protocol. Skip, write or refuse; then write
// everything invisibly, record the intent, publish once, and never guess what became of it.
#pragma once

#include <optional>
#include <string>

#include "engine/frame_run.h"
#include "engine/services.h"
#include "job/resolve.h"

namespace tenon::engine {

class SinkWrite {
 public:
  // All are borrowed. `sink` is the resolved form of `spec`.
  SinkWrite(Services& services, const internal::PlanNode& node, const job::ResolvedSink& sink,
            const WriteSpec& spec)
      : services_(services), node_(node), sink_(sink), spec_(spec) {}

  // REQUIRES: called once. Rows are visible when it returns ok. TN2002: a choice that the sink
  // cannot hold. TN9001: the outcome is unknown.
  Result<WriteReport> Run();

 private:
  Result<WriteReport> Write(const SinkCall& call);
  Status OpenSink(const SinkCall& call, FrameRun& run);
  Result<std::unique_ptr<Sink>> TryOpen(const SinkCall& call, std::optional<Schema> schema);
  Status CheckSchema(FrameRun& run) const;
  Result<FrameResult> WriteRows(FrameRun& run);
  Status Publish(const SinkCall& call, std::vector<std::string> messages, int64_t rows);
  Status Settle(const SinkCall& call, const Status& cause);
  void RemoveLeavings(const SinkCall& call);
  std::string SinkName() const;

  Services& services_;
  const internal::PlanNode& node_;
  const job::ResolvedSink& sink_;
  const WriteSpec& spec_;
  std::optional<FrameRun> run_;
  std::unique_ptr<Sink> open_;
  bool intended_ =
      false;  // The journal may hold the intent: what was written aside will be published.
  std::optional<Schema> schema_;  // Of the batches that the sink gets; none: each its own.
  bool conform_ = false;
};

}  // namespace tenon::engine
